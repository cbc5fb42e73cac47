export * from '../motifs/match/nearest';
export * from './infilling/infilling';
export {
  type InfillResults,
  infillByChance,
  infillByCopying,
  infillByModel,
  leastErrors,
  type ModelInfillOptions,
  type ModelInfillResults,
  rootMeanSquare,
} from './infilling/infillRivals';
export * from './infilling/infillSight';
export * from './infilling/vacancies';
export * from './judge/baselines';
export * from './judge/cellJudge';
export * from './judge/decoderJudgement';
export { type AmorphousSiliconMetrics, amorphousSiliconMetrics, motifFingerprint } from './judge/dismai';
export * from './judge/features';
export * from './judge/judge';
export type { JudgeOptions } from './judge/judgeOptions';
export * from './judge/novelty';
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapMean,
  bootstrapWasserstein1,
  type GroupedSample,
  type Interval,
} from './statistics/bootstrap';
export * from './statistics/classifier';
export { type Coverage, precisionRecall } from './statistics/coverage';
export { type Histogram, type HistogramOptions, histogram } from './statistics/histogram';
export { moments, quantiles } from './statistics/moments';
export * from './statistics/principal';
export * from './statistics/ranking';
export * from './statistics/wasserstein';
export { type BondOptions, SILICON_BOND_CUTOFF } from './structure/bonds';
export * from './structure/cells';
export * from './structure/grams';
export {
  type MotifAngleOptions,
  motifAngles,
  motifCoordination,
  neighborDistances,
  pairDistances,
  shortestDistances,
  type Validity,
  type ValidityOptions,
  validity,
} from './structure/motifs';
export * from './structure/order';
export * from './structure/rings';
export * from './structure/stillingerWeber';

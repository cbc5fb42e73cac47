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
export * from './judge/densityRecovery';
export { type AmorphousSiliconMetrics, amorphousSiliconMetrics, motifFingerprint } from './judge/dismai';
export * from './judge/features';
export * from './judge/judge';
export type { JudgeOptions } from './judge/judgeOptions';
export * from './judge/latentPlane';
export * from './judge/modelBaselines';
export * from './judge/novelty';
export * from './judge/paths';
export * from './judge/projectionEffect';
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
export * from './statistics/principal';
export * from './statistics/rank';
export * from './statistics/rankCorrelation';
export * from './statistics/ranking';
export * from './statistics/wasserstein';
export * from './structure/cells';
export * from './structure/dihedrals';
export { toDegrees } from './structure/geometry';
export * from './structure/grams';
export {
  type MotifAngleOptions,
  type MotifBondOptions,
  type MotifSpecies,
  motifAngles,
  motifCoordination,
  motifEnergies,
  neighborDistances,
  pairDistances,
  shortestDistances,
  type Validity,
  type ValidityOptions,
  validity,
} from './structure/motifs';
export * from './structure/order';
export * from './structure/rings';

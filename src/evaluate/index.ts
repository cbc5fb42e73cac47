export * from './baselines';
export { type BondOptions, SILICON_BOND_CUTOFF } from './bonds';
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapMean,
  bootstrapWasserstein1,
  type GroupedSample,
  type Interval,
} from './bootstrap';
export * from './cellJudge';
export * from './cells';
export * from './classifier';
export { type Coverage, precisionRecall } from './coverage';
export * from './decoderJudgement';
export * from './densityRecovery';
export * from './dihedrals';
export { type AmorphousSiliconMetrics, amorphousSiliconMetrics, motifFingerprint } from './dismai';
export * from './features';
export * from './grams';
export { type Histogram, type HistogramOptions, histogram } from './histogram';
export * from './infilling';
export {
  type InfillResults,
  infillByChance,
  infillByCopying,
  infillByModel,
  leastErrors,
  type ModelInfillOptions,
  type ModelInfillResults,
  rootMeanSquare,
} from './infillRivals';
export * from './infillSight';
export * from './judge';
export type { JudgeOptions } from './judgeOptions';
export * from './latentPlane';
export * from './modelBaselines';
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
} from './motifs';
export * from './nearest';
export * from './novelty';
export * from './order';
export * from './paths';
export * from './principal';
export * from './projectionEffect';
export * from './rank';
export * from './rankCorrelation';
export * from './ranking';
export * from './rings';
export * from './stillingerWeber';
export * from './vacancies';
export * from './wasserstein';

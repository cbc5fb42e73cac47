/**
 * What motifs and cells are like, and how good generated ones are: distances, angles, order, rings, statistics, judges.
 *
 * @module glassy-motifs/evaluate
 */

export type { NearestInfill, NearestInfillOptions, RandomInfillOptions } from '../generate/baselines';
export { samplePosterior } from '../model/latents';
export { RowScale } from '../model/rows';
export {
  coordinatesFromSpectra,
  type PowerSpectrumOptions,
  powerSpectrum,
  powerSpectrumSize,
  type RadialBasis,
  type SpectrumCoordinates,
  type SpectrumFitOptions,
} from '../motifs/spectrum';
export type { ScatteringWeights, StructureFactor } from '../structures/scattering';
export { infillByGeometry } from './infilling/geometry';
export {
  type InfillSummary,
  type InfillTest,
  type InfillTestOptions,
  infillErrors,
  infillTests,
  type MissingAtoms,
  summarizeInfilling,
} from './infilling/infilling';
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
export { type InfillSightOptions, infillBySight, type SightedInfill } from './infilling/infillSight';
export { type Vacancy, type VacancyOptions, vacancies, vacancyErrors } from './infilling/vacancies';
export {
  fitNormal,
  type NormalDistribution,
  placeRandomly,
  type RandomPlacementOptions,
  resampleMotifs,
  sampleNormal,
} from './judge/baselines';
export { type CellJudge, type CellJudgeOptions, cellJudge } from './judge/cellJudge';
export {
  compareMotifs,
  type DecoderJudgement,
  judgeDecoder,
  type MotifComparison,
  type MotifPlausibility,
  motifPlausibility,
} from './judge/decoderJudgement';
export {
  type Estimate,
  type JudgedMetric,
  type JudgedMotifs,
  type JudgeReferences,
  type JudgeStep,
  type MotifJudge,
  motifJudge,
} from './judge/judge';
export type { JudgeOptions } from './judge/judgeOptions';
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapMean,
  bootstrapWasserstein1,
  type GroupedSample,
  type Interval,
  shareInterval,
} from './statistics/bootstrap';
export { type Histogram, type HistogramOptions, histogram } from './statistics/histogram';
export { moments, quantiles } from './statistics/moments';
export { type PrincipalComponents, principalComponents } from './statistics/principal';
export { indicesAtQuantiles, quantileOf } from './statistics/ranking';
export { wasserstein1 } from './statistics/wasserstein';
export {
  bondAngles,
  bondLengths,
  bridges,
  coordination,
  density,
  kthNeighborDistances,
  neighborCounts,
  type RadialDistribution,
  type RadialOptions,
  radialDistribution,
} from './structure/cells';
export { diamondLike } from './structure/diamond';
export { type GramDistances, gramDistances } from './structure/grams';
export type { MotifBondOptions, MotifSpecies } from './structure/motifs';
export {
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
export { motifTetrahedralOrder, tetrahedralOrder } from './structure/order';
export { type RingOptions, type RingStatistics, ringStatistics } from './structure/rings';
export {
  largestStructureFactor,
  type StructureFactorOptions,
  structureFactor,
} from './structure/structureFactor';

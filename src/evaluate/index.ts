export { atomicWeight } from './atomicWeights';
export { type BondOptions, SILICON_BOND_CUTOFF } from './bonds';
export * from './cells';
export * from './dihedrals';
export * from './grams';
export { type Histogram, type HistogramOptions, histogram } from './histogram';
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
export * from './order';
export * from './rings';
export * from './stillingerWeber';
export * from './wasserstein';

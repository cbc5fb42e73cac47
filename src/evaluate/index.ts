export { atomicWeight } from './atomicWeights';
export { type BondOptions, SILICON_BOND_CUTOFF } from './bonds';
export * from './grams';
export * from './histogram';
export * from './motifs';
export * from './wasserstein';

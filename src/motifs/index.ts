export * from './gram';
export * from './normalizer';
export * from './permutations';
export * from './types';

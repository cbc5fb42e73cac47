export * from './coordinates';
export * from './densityGrid';
export * from './environments';
export * from './gram';
export * from './normalizer';
export * from './permutations';
export * from './synchronize';
export * from './types';

export * from './anyRank';
export * from './baselines';
export * from './cells';
export * from './decode';
export * from './infill';
export * from './interpolate';
export type { InfillProblem } from './problem';
export * from './sample';
export type { InfillSolution } from './solution';

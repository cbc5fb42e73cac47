export * from './anyRank';
export * from './baselines';
export * from './decode';
export { type InfillOptions, infill, infillMany } from './infill';
export * from './interpolate';
export type { InfillProblem } from './problem';
export * from './sample';
export type { InfillSolution } from './solution';

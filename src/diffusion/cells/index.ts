export * from './cells';
export * from './infill';
export * from './motifs';
export type { Region } from './places';
export * from './randomCell';
export * from './refine';
export * from './regenerate';
export { type Sampler, type SamplerOptions, type SamplerStart, sampleStructures } from './sampler';

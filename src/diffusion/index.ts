/**
 * Past the talk: an equivariant graph network that tells noise from structure, and makes and completes cells with it.
 *
 * @module glassy-motifs/diffusion
 */

export type { NeighborFinder } from '../structures/neighborFinder';
export { type CellCard, networkFor } from './cellDefaults';
export { type CellOptions, generateCells } from './cells/cells';
export {
  type InfilledStructure,
  type InfillStructureOptions,
  infillSites,
  infillStructure,
  type Missing,
} from './cells/infill';
export { type GenerateMotifsOptions, generateMotifs } from './cells/motifs';
export type { Region } from './cells/places';
export { type RandomCellOptions, randomCell } from './cells/randomCell';
export { type RefineOptions, refineStructure } from './cells/refine';
export { type RegenerateOptions, type RegenerateRound, regenerate } from './cells/regenerate';
export type { Sampler, SamplerOptions } from './cells/sampler';
export { type ClusterOptions, noisyClusters } from './clusters';
export { cutCluster } from './cutCluster';
export { Denoiser, type DenoiserOptions, type DenoiserProvenance } from './denoiser';
export { displaced, type ExampleOptions, noisyExample } from './examples';
export type { GraphConfig } from './graph/config';
export { joinTargets } from './graph/join';
export type { KnownAtoms } from './graph/known';
export type { AtomGraph, GraphEngine, GraphEngineName, GraphTarget } from './graph/network';
export { type DenoiserReport, type DenoiserTrainOptions, trainDenoiser, validationLoss } from './train';
export {
  type CellSets,
  type CellTrainingOptions,
  type CellTrainingReport,
  type ExampleKind,
  stepsWithin,
  trainOnCells,
} from './trainCells';

/**
 * Past the talk: an equivariant graph network that estimates the noise in a structure, and makes and completes cells.
 *
 * @module glassy-motifs/diffusion
 */

export type { NeighborFinder } from '../structures/neighborFinder';
export { type CellCard, conditionOfCells, networkFor } from './cellDefaults';
export { type CellOptions, generateCells } from './cells/cells';
export { type Misfit, misfitTo, type StructureFactorGuideOptions, structureFactorGuide } from './cells/guide';
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
export { residualOf } from './cells/ranking';
export {
  type Approach,
  DEFAULT_STEPS,
  type Guide,
  type Sampler,
  type SamplerOptions,
  type SamplerProgress,
} from './cells/sampler';
export type { Composition } from './cells/starts';
export { cutCluster } from './cutCluster';
export { Denoiser, type DenoiserOptions, type DenoiserProvenance } from './denoiser';
export { displaced, type ExampleOptions, noisyExample } from './examples';
export type { Conditions, GraphCondition } from './graph/conditions';
export type { GraphConfig } from './graph/config';
export type { KnownAtoms } from './graph/known';
export type { AtomGraph, GraphEngine, GraphTarget } from './graph/network';
export { type DenoiserReport, type DenoiserTrainOptions, trainDenoiser, validationLoss } from './train';
export {
  type CellSets,
  type CellTrainingOptions,
  type CellTrainingReport,
  type ExampleKind,
  stepsWithin,
  trainOnCells,
} from './trainCells';

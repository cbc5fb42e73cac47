/**
 * The pipeline of the talk, step by step: cells, motifs, Gram matrices, the autoencoder, and back to atoms.
 *
 * @module glassy-motifs
 */

// Seeds and errors
export { InputError } from './core/errors';
export { createRng, type Rng, type RngState, type SeedOrRng } from './core/random';
// The autoencoder at work
export { type DecodedMotifs, decodeMotifs } from './generate/decode';
export { type InfillOptions, infill, infillMany } from './generate/infill';
export { type InterpolateOptions, interpolateMotifs, type MotifPath } from './generate/interpolate';
export type { InfillProblem } from './generate/problem';
export { sampleMotifs } from './generate/sample';
export type { InfillSolution } from './generate/solution';
// The autoencoder and its training
export type {
  Batch,
  DescendOptions,
  Engine,
  LossConfig,
  LossValue,
  NetworkConfig,
  OptimizerState,
  SessionOptions,
  TrainingSession,
  VaeNetwork,
} from './model/engines/engine';
export { type LatentStatistics, latentStatistics } from './model/latents';
export { modelFile } from './model/models';
export { type PriorOptions, trainPrior } from './model/prior';
export {
  type EntryError,
  type ReconstructionError,
  type ReconstructionOptions,
  reconstructionError,
} from './model/reconstruction';
export type { RowPairs } from './model/rows';
export type { DataProvenance, LatentPrior, TrainingProvenance } from './model/savedModel';
export { type EpochReport, type TrainingData, type TrainOptions, trainVae } from './model/train';
export type { EarlyStopping, TrainerReport } from './model/trainer';
export { Vae, type VaeOptions } from './model/vae';
// Back to atoms: coordinates, density grids, synchronization, matching
export {
  coordinatesFromGram,
  coordinatesFromGrams,
  type GramCoordinates,
  type GramCoordinatesMany,
} from './motifs/coordinates';
export { type DensityGrid, type DensityGridOptions, type DensityPeaks, densityGrid, peaks } from './motifs/densityGrid';
// Environments of their atoms: the motifs
export { type EnvironmentOptions, extractEnvironments } from './motifs/environments';
export {
  formatMotifs,
  type MotifFormat,
  type ParseMotifsOptions,
  parseMotifs,
  readMotifs,
} from './motifs/files/files';
// Gram matrices, relabelled copies, normalization
export { gramEntries, gramIndex, gramMatrix, gramSize, gramVector, gramVectors } from './motifs/gram';
export { type Match, type MatchOptions, match } from './motifs/match/match';
export {
  type NearestMotifs,
  type NearestMotifsOptions,
  nearestMotifs,
} from './motifs/match/nearest';
export {
  type GramNormalization,
  GramNormalizer,
  type GramNormalizerJson,
  type PairNormalization,
} from './motifs/normalizer';
export { permutationSampler, permuteEnvironments, permutePositions } from './motifs/permutations';
export { randomRotation } from './motifs/randomRotation';
export { environmentPositions, selectEnvironments } from './motifs/select';
export { applyRotation, type Synchronized, type SynchronizeOptions, synchronize } from './motifs/synchronize';
export type { Motifs, PermutationMode, Property, SkippedAtom } from './motifs/types';
export type { BondOptions, Bonds } from './structures/bonds';
// Cells of atoms
export { type CellSplit, readCells, type SplitIndices, splitCells } from './structures/cells';
export { formatExtxyz, writeExtxyz } from './structures/extxyzWrite';
export { type NeighborList, neighborList } from './structures/neighborList';
export { type ParseOptions, parseStructures } from './structures/parseStructures';
export type { Potential } from './structures/potential';
export { type ReadOptions, readStructures } from './structures/readStructures';
export type { AtomArray, InfoValue, Structure } from './structures/structure';
export type { TypeNames } from './structures/types';

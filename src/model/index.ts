export { createEngine } from './engines';
export * from './engines/engine';
export * from './fit';
export * from './latentDistance';
export * from './latents';
export type { LayersModel, LayersModelPair } from './layersModel';
export * from './linear';
export * from './models';
export * from './reconstruction';
export {
  fitScale,
  type InputScale,
  type MotifPositions,
  REPRESENTATIONS,
  type Representation,
  type RepresentationConfig,
  type RepresentationError,
  type RepresentationOutput,
  RepresentationVae,
  representationError,
  sortedGrams,
} from './representations';
export type { DataProvenance, TrainingProvenance } from './savedModel';
export * from './train';
export { trainedModel } from './trainedModel';
export { type EarlyStopping, NonFiniteLossError, type TrainerReport } from './trainer';
export { type RepresentationOptions, trainRepresentation } from './trainRepresentation';
export { Vae, type VaeOptions } from './vae';

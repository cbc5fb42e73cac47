export { createEngine } from './engines';
export * from './engines/engine';
export type { LayersModel, LayersModelPair } from './layersModel';
export * from './models';
export * from './reconstruction';
export type { DataProvenance, TrainingProvenance } from './savedModel';
export * from './train';
export { type EarlyStopping, type EpochReport, NonFiniteLossError } from './trainer';
export { Vae, type VaeOptions } from './vae';

export * from './config';
export { FusedGraph } from './fused';
export * from './join';
export * from './network';

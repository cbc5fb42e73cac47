export * from './config';
export { createGraphEngine } from './engine';
export * from './join';
export * from './network';

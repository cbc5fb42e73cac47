export * from './config';
export { createGraphEngine } from './engine';
export * from './network';

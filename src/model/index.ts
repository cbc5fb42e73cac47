export * from './engines/engine';

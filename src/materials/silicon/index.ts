export * from './annealNetwork';

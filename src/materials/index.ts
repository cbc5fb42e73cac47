export * from './silicon';

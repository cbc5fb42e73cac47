export { type Material, material, materialOf, POTENTIALS, potential } from './material';
export * from './silicon';

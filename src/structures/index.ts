export { type ParseOptions, parseExtxyz, readExtxyz } from './extxyz-read';
export { cellVolume } from './lattice';
export { type NeighborList, neighborList } from './neighbor-list';
export * from './structure';

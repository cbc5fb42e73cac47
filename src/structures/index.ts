export { atomicWeight, GRAMS_PER_CUBIC_CENTIMETER } from './atomicWeights';
export { type CellSplit, cellFiles, expandCells, readCells, type SplitIndices, splitCells } from './cells';
export { type ParseOptions, parseExtxyz, readExtxyz } from './extxyzRead';
export { formatExtxyz, writeExtxyz } from './extxyzWrite';
export { cellVolume } from './lattice';
export * from './nearestAtoms';
export { type NeighborList, neighborList } from './neighborList';
export * from './potential/relax';
export * from './structure';

export { type CellSplit, cellFiles, expandCells, readCells, type SplitIndices, splitCells } from './cells';
export { type ParseOptions, parseExtxyz, readExtxyz } from './extxyz-read';
export { formatExtxyz, writeExtxyz } from './extxyz-write';
export { cellVolume } from './lattice';
export { type NeighborList, neighborList } from './neighbor-list';
export * from './structure';

export * from './core';
export * from './evaluate';
export * from './generate';
export * from './model';
export * from './motifs';
export * from './notebook';
export * from './structures';

/**
 * M motifs of n neighbors each, found in structures or made by a model, as parallel flat arrays: the one type for
 * motifs, in memory and in files.
 */
export interface Motifs {
  /** Neighbors in each motif, n. */
  n: number;
  /** Number of motifs, M. */
  length: number;
  /** M·n·3 neighbor positions relative to the central atom, Å; each block of an element sorted by distance. */
  positions: Float64Array;
  /** Chemical symbols that {@link species} counts. */
  elements: string[];
  /** M·(n+1) indices of `elements`, the central atom's first. */
  species: Uint8Array;
  /** Central atom of each motif: index in its structure, -1 for one that was made. Length M. */
  atoms: Int32Array;
  /** M·n, the neighbors' indices in that structure; -1 for atoms that were made. */
  neighbors: Int32Array;
  /** Structure of each motif: index in the input and in `names`, -1 for a motif that was made. Length M. */
  structures: Int32Array;
  /** Names of the structures. */
  names: string[];
  /** Further numbers of each motif. */
  properties: Record<string, Property>;
  /** Atoms with too few neighbors within the cutoff, which gave no motif. */
  skipped: SkippedAtom[];
  /** How the set was made: goes into its file, and comes from it. */
  provenance?: Record<string, unknown>;
}

/** `columns` numbers a motif, row-major. */
export interface Property {
  columns: number;
  values: Float64Array;
}

/** An atom that gave no motif. */
export interface SkippedAtom {
  structure: number;
  atom: number;
  /** Neighbors it has within the cutoff; of `element` alone where that is named. */
  neighbors: number;
  /** The element of which there are too few, where motifs take so many of each. */
  element?: string;
}

/** How training batches relabel the neighbors: not at all; within the first four and within the rest; all n!. */
export type PermutationMode = 'none' | 'shells' | 'all';

/** A set of M local environments of n neighbors each, as parallel flat arrays. */
export interface Environments {
  /** Neighbors in each environment, n. */
  count: number;
  /** Number of environments, M. */
  length: number;
  /** M·n·3 neighbor positions relative to the central atom, Å, each environment sorted by distance. */
  positions: Float64Array;
  /** Central atom of each environment: index in its structure, length M. */
  atoms: Int32Array;
  /** Structure of each environment: index in the input, length M. */
  structures: Int32Array;
  /** Atoms with fewer than n neighbors within the cutoff, which gave no environment. */
  skipped: SkippedAtom[];
}

/** An atom that gave no environment. */
export interface SkippedAtom {
  structure: number;
  atom: number;
  /** Neighbors it has within the cutoff. */
  neighbors: number;
}

/** How training batches relabel the neighbors: not at all; within the first four and within the rest; all n!. */
export type PermutationMode = 'none' | 'shells' | 'all';

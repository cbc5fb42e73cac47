import type { AtomGraph } from './network';

/** The edges of a graph in which every receiver also sends: pairs of atoms, by the lower one, then by the upper one. */
export interface AtomPairs {
  /** The pairs of lower atom i are starts[i] … starts[i + 1]; N + 1. */
  starts: Int32Array;
  /** The upper atom of each pair, P. */
  uppers: Int32Array;
  /** From the lower to the upper atom, 3 P, Å. */
  vectors: Float32Array;
}

/**
 * The pairs of a graph as `atomGraph` makes them; undefined if its edges are not opposite pairs, if an atom's senders
 * do not rise, or if one sends twice or to itself, as through the walls of a cell narrower than twice the cutoff.
 */
export function pairsOf({ offsets, senders, vectors }: AtomGraph): AtomPairs | undefined {
  const atoms = offsets.length - 1;
  const starts = new Int32Array(atoms + 1);
  const uppers = new Int32Array(senders.length >> 1);
  const between = new Float32Array(3 * uppers.length);
  // Edges to each atom that have found their opposites: those from lower atoms, in order.
  const next = offsets.slice(0, atoms);
  let found = 0;
  for (let i = 0; i < atoms; i++) {
    let last = i;
    for (let e = next[i]; e < offsets[i + 1]; e++) {
      const j = senders[e];
      if (j <= last) return undefined;
      const back = next[j]++;
      if (back >= offsets[j + 1] || senders[back] !== i) return undefined;
      for (let c = 0; c < 3; c++) {
        if (vectors[3 * back + c] !== -vectors[3 * e + c]) return undefined;
        between[3 * found + c] = vectors[3 * e + c];
      }
      uppers[found++] = j;
      last = j;
    }
    starts[i + 1] = found;
  }
  return { starts, uppers, vectors: between };
}

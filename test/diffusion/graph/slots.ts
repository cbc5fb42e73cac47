import type { AtomGraph } from '../../../src/diffusion/graph/network';

/**
 * Edges of graphs, taken as one graph, in a table of `width` slots an atom, so that the sum over neighbors is one over
 * an axis. Every atom has at least one empty slot; it looks like an edge of length 0 and so carries nothing.
 */
export interface Slots {
  /** Atoms of all graphs. */
  atoms: number;
  width: number;
  /** Atom that sends through each slot, atoms × width; 0 in an empty one. */
  senders: Int32Array;
  /** From receiver to sender, Å, atoms × width × 3; 0 in an empty one. */
  vectors: Float32Array;
  /** Slots through which each atom sends, a row an atom, filled up with an empty slot. */
  sent: Int32Array;
}

/** The slots of graphs; atoms count on from graph to graph. */
export function edgeSlots(graphs: readonly AtomGraph[]): Slots {
  const atoms = graphs.reduce((sum, { species }) => sum + species.length, 0);
  const width = 1 + mostReceived(graphs);
  const senders = new Int32Array(atoms * width);
  const vectors = new Float32Array(3 * atoms * width);
  const through: number[][] = Array.from({ length: atoms }, () => []);
  let first = 0;
  for (const graph of graphs) {
    for (let i = 0; i < graph.species.length; i++) {
      for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
        const slot = (first + i) * width + e - graph.offsets[i];
        senders[slot] = first + graph.senders[e];
        vectors.set(graph.vectors.subarray(3 * e, 3 * e + 3), 3 * slot);
        through[senders[slot]].push(slot);
      }
    }
    first += graph.species.length;
  }
  const most = through.reduce((length, row) => Math.max(length, row.length), 1);
  const sent = new Int32Array(atoms * most).fill(width - 1);
  through.forEach((row, j) => {
    sent.set(row, j * most);
  });
  return { atoms, width, senders, vectors, sent };
}

/** The largest number of edges to one atom. */
function mostReceived(graphs: readonly AtomGraph[]): number {
  let most = 0;
  for (const { offsets } of graphs) {
    for (let i = 1; i < offsets.length; i++) most = Math.max(most, offsets[i] - offsets[i - 1]);
  }
  return most;
}

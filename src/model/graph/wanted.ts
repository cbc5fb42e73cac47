import type { AtomGraph } from './network';

/** The part of a graph on which the vectors of its noisy atoms depend. */
export interface WantedPart {
  /** First the noisy atoms in their order, then those an edge away from them, and so on, one edge a layer. */
  graph: AtomGraph;
  /** How many of the first atoms have features after layer t that are wanted; one number a layer. */
  counts: Int32Array;
}

/** All of a graph: every atom is wanted to the end. */
export function allWanted(graph: AtomGraph, layers: number): WantedPart {
  return { graph, counts: new Int32Array(layers).fill(graph.species.length) };
}

/**
 * What a network of so many layers needs of a graph for the vectors of its noisy atoms.
 *
 * The last layer is wanted at noisy atoms only, each one before it also at the atoms that send to those. Edges to atoms
 * that are wanted before the first layer only are left out; those to one atom keep their order, so that its sums are the
 * same to the bit.
 */
export function wantedPart(graph: AtomGraph, layers: number): WantedPart {
  const { noise, offsets, senders } = graph;
  const atoms: number[] = [];
  const places = new Int32Array(noise.length).fill(-1);
  const want = (i: number): void => {
    if (places[i] < 0) places[i] = atoms.push(i) - 1;
  };
  noise.forEach((sigma, i) => {
    if (sigma !== 0) want(i);
  });
  if (atoms.length === noise.length) return allWanted(graph, layers);
  const counts = new Int32Array(layers);
  let done = 0;
  for (let t = layers - 1; t >= 0; t--) {
    counts[t] = atoms.length;
    for (; done < counts[t]; done++) {
      for (let e = offsets[atoms[done]]; e < offsets[atoms[done] + 1]; e++) want(senders[e]);
    }
  }
  return { graph: subgraph(graph, atoms, places, counts[0]), counts };
}

/** The graph of these atoms, of which only the first `receivers` keep their edges. */
function subgraph(graph: AtomGraph, atoms: readonly number[], places: Int32Array, receivers: number): AtomGraph {
  const offsets = new Int32Array(atoms.length + 1);
  atoms.forEach((i, k) => {
    offsets[k + 1] = offsets[k] + (k < receivers ? graph.offsets[i + 1] - graph.offsets[i] : 0);
  });
  const senders = new Int32Array(offsets[atoms.length]);
  const vectors = new Float32Array(3 * senders.length);
  for (let k = 0; k < receivers; k++) {
    const [first, end] = graph.offsets.subarray(atoms[k], atoms[k] + 2);
    for (let e = first; e < end; e++) senders[offsets[k] + e - first] = places[graph.senders[e]];
    vectors.set(graph.vectors.subarray(3 * first, 3 * end), 3 * offsets[k]);
  }
  return {
    offsets,
    senders,
    vectors,
    species: Int32Array.from(atoms, (i) => graph.species[i]),
    noise: Float32Array.from(atoms, (i) => graph.noise[i]),
  };
}

/** Rows of 3 numbers, one a noisy atom, at the places of those atoms, and 0 at known ones: N × 3. */
export function atNoisyAtoms(noise: Float32Array, rows: Float32Array): Float32Array {
  const vectors = new Float32Array(3 * noise.length);
  let next = 0;
  noise.forEach((sigma, i) => {
    if (sigma === 0) return;
    vectors.set(rows.subarray(next, next + 3), 3 * i);
    next += 3;
  });
  return vectors;
}

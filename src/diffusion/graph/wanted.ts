import { type AtomGraph, conditionsAt } from './network';

/** Atoms on which the vectors of noisy ones depend, as rows. */
export interface WantedAtoms {
  /** First the noisy atoms, near ones after each other, then those an edge away from them, and so on. */
  atoms: Int32Array;
  /** Row of each atom, −1 for none. */
  places: Int32Array;
  /**
   * How many of the first rows send in the first layer; then for each layer how many have features after it that are
   * wanted, and send in the next.
   */
  counts: Int32Array;
}

/** The part of a graph on which the vectors of its noisy atoms depend. */
export interface WantedPart {
  /** Its atoms are rows. */
  graph: AtomGraph;
  wanted: WantedAtoms;
}

/** All of a graph, in its order: every atom is wanted to the end. */
export function allWanted(graph: AtomGraph, layers: number): WantedPart {
  const atoms = Int32Array.from(graph.species.keys());
  return { graph, wanted: { atoms, places: atoms, counts: new Int32Array(layers + 1).fill(atoms.length) } };
}

/**
 * The atoms that a network of so many layers needs for the vectors of the noisy ones.
 *
 * The last layer is wanted at noisy atoms only, each one before it also at the atoms that send to those.
 */
export function wantedAtoms(graph: AtomGraph, layers: number): WantedAtoms {
  const { atoms, places, within } = surroundings([graph], noisyAtoms(graph), layers);
  return { atoms, places, counts: within.reverse() };
}

/**
 * The same of several graphs taken as one, where the first atoms of each are known ones of which the engine keeps what
 * they say among themselves: in the first layer only noisy atoms and those an edge away from them have anything new to
 * say.
 *
 * @param graphs edges of the other atoms, which are all noisy
 */
export function wantedAround(known: AtomGraph, graphs: readonly AtomGraph[], layers: number): WantedAtoms {
  const reach = Math.max(1, layers - 2);
  const parts = graphs.map((graph) => surroundings([known, graph], noisyAtoms(graph), reach));
  const total = (numbers: number[]): number => numbers.reduce((sum, x) => sum + x, 0);
  const within = Int32Array.from({ length: reach + 1 }, (_, away) => total(parts.map((part) => part.within[away])));
  const atoms = new Int32Array(within[reach]);
  const places = new Int32Array(total(parts.map((part) => part.places.length))).fill(-1);
  let row = 0;
  for (let away = 0; away <= reach; away++) {
    let begin = 0;
    for (const part of parts) {
      for (let k = away === 0 ? 0 : part.within[away - 1]; k < part.within[away]; k++, row++) {
        atoms[row] = begin + part.atoms[k];
        places[atoms[row]] = row;
      }
      begin += part.places.length;
    }
  }
  const counts = Int32Array.from({ length: layers + 1 }, (_, k) => within[k < 2 ? 1 : layers - k]);
  if (layers === 1) counts[1] = within[0];
  return { atoms, places, counts };
}

/** Noisy atoms, each followed by its neighbors: threads that share them have few neighbors in common. */
function noisyAtoms({ noise, offsets, senders }: AtomGraph): number[] {
  const atoms: number[] = [];
  const left = Uint8Array.from(noise, (sigma) => Number(sigma !== 0));
  const take = (i: number): void => {
    if (left[i]) atoms.push(i);
    left[i] = 0;
  };
  for (let i = 0, done = 0; i < left.length; i++) {
    take(i);
    for (; done < atoms.length; done++) senders.subarray(offsets[atoms[done]], offsets[atoms[done] + 1]).forEach(take);
  }
  return atoms;
}

/** Atoms up to so many edges away from the first, nearer ones first, and how many are within each number of edges. */
function surroundings(
  graphs: readonly AtomGraph[],
  first: readonly number[],
  reach: number,
): { atoms: Int32Array; places: Int32Array; within: Int32Array } {
  const count = graphs[graphs.length - 1].species.length;
  const atoms = new Int32Array(count);
  const places = new Int32Array(count).fill(-1);
  let found = 0;
  const want = (i: number): void => {
    if (places[i] >= 0) return;
    places[i] = found;
    atoms[found++] = i;
  };
  first.forEach(want);
  const within = new Int32Array(reach + 1).fill(found);
  for (let away = 1, done = 0; away <= reach; away++) {
    for (const end = found; done < end; done++) {
      const i = atoms[done];
      for (const { offsets, senders } of graphs) {
        if (i + 1 >= offsets.length) continue;
        for (let e = offsets[i]; e < offsets[i + 1]; e++) want(senders[e]);
      }
    }
    within[away] = found;
  }
  return { atoms: atoms.subarray(0, found), places, within };
}

/**
 * What a network of so many layers needs of a graph for the vectors of its noisy atoms.
 *
 * Edges to atoms that are wanted before the first layer only are left out; those to one atom keep their order, so that
 * its sums are the same to the bit.
 */
export function wantedPart(graph: AtomGraph, layers: number): WantedPart {
  const wanted = wantedAtoms(graph, layers);
  return { graph: subgraph(graph, wanted.atoms, wanted.places, wanted.counts[1]), wanted };
}

/** The graph of these atoms, of which only the first `receivers` keep their edges. */
function subgraph(graph: AtomGraph, atoms: Int32Array, places: Int32Array, receivers: number): AtomGraph {
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
    ...conditionsAt(graph, atoms),
  };
}

/** Rows of 3 numbers at these atoms, and 0 at all others: N × 3. */
export function atAtoms(count: number, atoms: Int32Array, rows: Float32Array): Float32Array {
  const vectors = new Float32Array(3 * count);
  for (let k = 0; k < rows.length; k++) vectors[3 * atoms[Math.floor(k / 3)] + (k % 3)] = rows[k];
  return vectors;
}

import { InputError } from '../../core/errors';
import { atomCount, type Structure } from '../../structures';
import { type NeighborFinder, neighborFinder } from '../../structures/neighborFinder';
import { neighborList } from '../../structures/neighborList';
import type { GraphConfig } from './config';
import { type AtomGraph, atomGraph, conditionsOf, speciesIndices } from './network';

/** Atoms that stay where they are while others move among them. */
export interface KnownAtoms {
  structure: Structure;
  graph: AtomGraph;
  /** Finds them around further atoms. */
  near: NeighborFinder;
}

/**
 * Known atoms and what need be made only once for all graphs around them: `before` if that is of the same ones. Throws
 * as `atomGraph` does.
 */
export function knownAtoms(
  config: GraphConfig,
  given: Structure,
  before?: KnownAtoms,
  conditions?: Float32Array,
): KnownAtoms {
  if (before && sameAtoms(before.structure, given)) return before;
  // A copy: a caller who then moves the atoms of the given one must not get results for the old positions.
  const { lattice, pbc, positions, species } = given;
  const structure: Structure = {
    lattice: lattice.slice(),
    pbc: [...pbc],
    positions: positions.slice(),
    species: [...species],
    info: {},
    arrays: {},
  };
  return {
    structure,
    graph: atomGraph(config, structure, 0, conditions),
    near: neighborFinder(structure, config.cutoff),
  };
}

/**
 * The edges of a structure's other atoms, among themselves and with the known ones: with those among the known atoms,
 * the edges of `atomGraph`, to the bit.
 *
 * @param structure the known atoms and, after them, others
 * @param noise Å, of each atom; 0 for the known ones
 * @param conditions those of the known atoms
 * @throws InputError if the structure does not begin with the known atoms, or naming the atom whose element is unknown
 */
export function graphAround(
  config: GraphConfig,
  { structure: held, graph, near }: KnownAtoms,
  structure: Structure,
  noise: Float32Array,
  conditions?: Float32Array,
): AtomGraph {
  const count = atomCount(structure);
  if (noise.length !== count) throw new InputError('noise', `${noise.length} numbers`, `${count}, one an atom`);
  requireKnown(held, structure, noise);
  const known = atomCount(held);
  const positions = structure.positions.subarray(3 * known);
  const around = near(positions);
  const others = neighborList({ ...structure, species: structure.species.slice(known), positions }, config.cutoff);
  const offsets = new Int32Array(count + 1);
  for (const i of around.indices) offsets[i + 1]++;
  for (let k = 0; known + k < count; k++) {
    offsets[known + k + 1] = lengthOf(around.offsets, k) + lengthOf(others.offsets, k);
  }
  for (let i = 0; i < count; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice(0, count);
  const senders = new Int32Array(offsets[count]);
  const vectors = new Float32Array(3 * senders.length);
  const add = (receiver: number, sender: number, from: Float64Array, at: number, sign: number): void => {
    const e = next[receiver]++;
    senders[e] = sender;
    for (let c = 0; c < 3; c++) vectors[3 * e + c] = sign * from[3 * at + c];
  };
  for (let k = 0; known + k < count; k++) {
    for (let e = around.offsets[k]; e < around.offsets[k + 1]; e++) {
      add(known + k, around.indices[e], around.vectors, e, 1);
    }
    // From the other end images of one atom are opposite, and so is their order.
    for (let e = around.offsets[k + 1] - 1; e >= around.offsets[k]; e--) {
      add(around.indices[e], known + k, around.vectors, e, -1);
    }
    for (let e = others.offsets[k]; e < others.offsets[k + 1]; e++) {
      add(known + k, known + others.indices[e], others.vectors, e, 1);
    }
  }
  const species = new Int32Array(count);
  species.set(graph.species);
  species.set(speciesIndices(config, structure.species.slice(known), known), known);
  return { offsets, senders, vectors, species, noise, ...conditionsOf(config, count, conditions) };
}

function sameAtoms(a: Structure, b: Structure): boolean {
  const same = (x: ArrayLike<unknown>, y: ArrayLike<unknown>): boolean => {
    for (let k = 0; k < x.length; k++) if (x[k] !== y[k]) return false;
    return x.length === y.length;
  };
  return (
    same(a.lattice, b.lattice) && same(a.pbc, b.pbc) && same(a.positions, b.positions) && same(a.species, b.species)
  );
}

function lengthOf(offsets: Int32Array, k: number): number {
  return offsets[k + 1] - offsets[k];
}

function requireKnown(held: Structure, { lattice, pbc, positions, species }: Structure, noise: Float32Array): void {
  const count = atomCount(held);
  if (lattice.some((x, k) => x !== held.lattice[k]) || pbc.some((along, k) => along !== held.pbc[k])) {
    throw new InputError('lattice', Array.from(lattice).join(', '), 'that of the known structure');
  }
  for (let i = 0; i < count; i++) {
    const same =
      held.positions[3 * i] === positions[3 * i] &&
      held.positions[3 * i + 1] === positions[3 * i + 1] &&
      held.positions[3 * i + 2] === positions[3 * i + 2];
    if (same && held.species[i] === species[i] && noise[i] === 0) continue;
    throw new InputError(`atom ${i}`, 'another place, element or noise', 'as in the known structure, without noise');
  }
  const wrong = positions.findIndex((x) => !Number.isFinite(x));
  if (wrong < 0) return;
  throw new InputError(`atom ${Math.floor(wrong / 3)}`, `position ${positions[wrong]}`, 'finite coordinates');
}

/** A graph with the edges among the known atoms, which are its first. */
export function wholeGraph(known: AtomGraph, graph: AtomGraph): AtomGraph {
  const count = graph.species.length;
  const offsets = graph.offsets.map((end, i) => end + known.offsets[Math.min(i, known.species.length)]);
  const senders = new Int32Array(offsets[count]);
  const vectors = new Float32Array(3 * senders.length);
  for (let i = 0; i < count; i++) {
    let at = offsets[i];
    for (const { offsets: from, senders: of, vectors: along } of i < known.species.length ? [known, graph] : [graph]) {
      senders.set(of.subarray(from[i], from[i + 1]), at);
      vectors.set(along.subarray(3 * from[i], 3 * from[i + 1]), 3 * at);
      at += from[i + 1] - from[i];
    }
  }
  return { ...graph, offsets, senders, vectors };
}

import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { neighborList } from '../structures/neighborList';
import { atomCount, type Structure } from '../structures/structure';
import type { Environments, SkippedAtom } from './types';

/** What {@link extractEnvironments} takes from around each atom. */
export interface EnvironmentOptions {
  /** Radius within which neighbors count, Å; 4 if absent. */
  cutoff?: number;
  /** Neighbors kept, n; 8 if absent. */
  count?: number;
}

/** Distances (Å) and dot products (Å²) closer than this are ties: above rounding, far below any physical difference. */
const TIE = 1e-8;

/**
 * The local environment of every atom: its n closest neighbors within the cutoff, relative to it, sorted by distance.
 *
 * Ties. Distances within 1e-8 Å count as equal. Equal ones are ordered by the neighbor's index in the structure, which
 * no rotation, translation or choice of cell vectors changes. Periodic images of one and the same atom at equal
 * distance are ordered by their dot products with the neighbors taken so far, largest first, which no rotation or
 * choice of cell changes either; only if these are all equal too, by x, then y, then z, largest first.
 *
 * Atoms with fewer than n neighbors within the cutoff give no environment and are listed in `skipped`; none is padded.
 *
 * @throws InputError if an option is out of range or unknown, or a structure is none
 */
export function extractEnvironments(structures: readonly Structure[], options: EnvironmentOptions = {}): Environments {
  requireKnownOptions(options, ['cutoff', 'count']);
  if (!Array.isArray(structures)) throw new InputError('structures', typeof structures, 'a list of structures');
  const cutoff = requirePositive(options.cutoff ?? 4, 'option cutoff');
  const count = requireInteger(options.count ?? 8, 'option count', 1);
  const parts = structures.map((structure, s) => environmentsOf(structure, s, cutoff, count));
  const length = parts.reduce((sum, part) => sum + part.atoms.length, 0);
  const positions = new Float64Array(3 * count * length);
  const atoms = new Int32Array(length);
  const owners = new Int32Array(length);
  let from = 0;
  parts.forEach((part, s) => {
    positions.set(part.positions, 3 * count * from);
    atoms.set(part.atoms, from);
    owners.fill(s, from, from + part.atoms.length);
    from += part.atoms.length;
  });
  return { count, length, positions, atoms, structures: owners, skipped: parts.flatMap((part) => part.skipped) };
}

function environmentsOf(
  structure: Structure,
  index: number,
  cutoff: number,
  count: number,
): Pick<Environments, 'positions' | 'atoms' | 'skipped'> {
  const list = neighborList(structure, cutoff);
  const atoms: number[] = [];
  const skipped: SkippedAtom[] = [];
  for (let atom = 0; atom < atomCount(structure); atom++) {
    const neighbors = list.offsets[atom + 1] - list.offsets[atom];
    if (neighbors >= count) atoms.push(atom);
    else skipped.push({ structure: index, atom, neighbors });
  }
  const positions = new Float64Array(3 * count * atoms.length);
  atoms.forEach((atom, m) => {
    const order = orderNeighbors(list, list.offsets[atom], list.offsets[atom + 1], count);
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < 3; c++) positions[3 * (count * m + k) + c] = list.vectors[3 * order[k] + c];
    }
  });
  return { positions, atoms: Int32Array.from(atoms), skipped };
}

/** The n×3 positions of environment m, Å: a view, so writing to it changes the set. */
export function environmentPositions(
  environments: Pick<Environments, 'positions' | 'count' | 'length'>,
  m: number,
): Float64Array {
  const { positions, count, length } = environments;
  if (!Number.isInteger(m) || m < 0 || m >= length) {
    throw new InputError('environment', String(m), `an index from 0 to ${length - 1}`);
  }
  return positions.subarray(3 * count * m, 3 * count * (m + 1));
}

/** The environments at `indices`, in that order; `skipped` stays with the whole set. Throws InputError on a bad index. */
export function selectEnvironments(environments: Environments, indices: ArrayLike<number>): Environments {
  const { count } = environments;
  const positions = new Float64Array(3 * count * indices.length);
  const atoms = new Int32Array(indices.length);
  const structures = new Int32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    positions.set(environmentPositions(environments, indices[k]), 3 * count * k);
    atoms[k] = environments.atoms[indices[k]];
    structures[k] = environments.structures[indices[k]];
  }
  return { count, length: indices.length, positions, atoms, structures, skipped: [] };
}

/**
 * The environments of some structures, for splits by cell: neighboring environments share atoms, so a split must never
 * divide a structure. Structure indices stay those of the whole set.
 */
export function selectStructures(environments: Environments, structures: readonly number[]): Environments {
  const wanted = new Set(structures);
  const indices: number[] = [];
  for (let m = 0; m < environments.length; m++) if (wanted.has(environments.structures[m])) indices.push(m);
  const skipped = environments.skipped.filter((atom) => wanted.has(atom.structure));
  return { ...selectEnvironments(environments, indices), skipped };
}

/** What the ordering reads of a neighbor list. */
type Neighbors = { indices: Int32Array; vectors: Float64Array; distances: Float64Array };

/** Pairs start … end − 1 in the order stated at {@link extractEnvironments}, as far as the first `count`. */
function orderNeighbors(list: Neighbors, start: number, end: number, count: number): number[] {
  const { distances, indices } = list;
  const order = Array.from({ length: end - start }, (_, k) => start + k);
  order.sort((p, q) => distances[p] - distances[q]);
  let first = 0;
  while (first < count) {
    let last = first + 1;
    while (last < order.length && distances[order[last]] - distances[order[last - 1]] <= TIE) last++;
    if (last - first > 1) {
      const tied = order.slice(first, last).sort((p, q) => indices[p] - indices[q]);
      tied.forEach((pair, k) => {
        order[first + k] = pair;
      });
      orderImages(list, order, first, last);
    }
    first = last;
  }
  return order;
}

/** Orders runs of one neighbor index within order[first … last), each image chosen by what is already in place. */
function orderImages(list: Neighbors, order: number[], first: number, last: number): void {
  for (let k = first; k < last; k++) {
    let best = k;
    for (let other = k + 1; other < last && list.indices[order[other]] === list.indices[order[k]]; other++) {
      if (comesBefore(list, order, k, order[other], order[best])) best = other;
    }
    [order[k], order[best]] = [order[best], order[k]];
  }
}

function comesBefore(list: Neighbors, order: number[], taken: number, p: number, q: number): boolean {
  const v = list.vectors;
  for (let k = 0; k < taken; k++) {
    const r = order[k];
    let difference = 0;
    for (let c = 0; c < 3; c++) difference += v[3 * r + c] * (v[3 * p + c] - v[3 * q + c]);
    if (Math.abs(difference) > TIE) return difference > 0;
  }
  for (let c = 0; c < 3; c++) {
    const difference = v[3 * p + c] - v[3 * q + c];
    if (Math.abs(difference) > TIE) return difference > 0;
  }
  return false;
}

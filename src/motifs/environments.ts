import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { neighborList } from '../structures/neighborList';
import { atomCount, type Structure } from '../structures/structure';
import type { Motifs, SkippedAtom } from './types';

/** What {@link extractEnvironments} takes from around each atom. */
export interface EnvironmentOptions {
  /** Radius within which neighbors count, Å; 4 if absent. */
  cutoff?: number;
  /** Neighbors kept, n; 8 if absent. */
  count?: number;
  /** Element, or elements, of the central atoms; all if absent. */
  centers?: string | readonly string[];
  /** Neighbors kept of each element, such as `{ O: 4, Si: 4 }`, in blocks in this order; in place of `count`. */
  neighbors?: Record<string, number>;
}

/** Distances (Å) and dot products (Å²) closer than this are ties: above rounding, far below any physical difference. */
const TIE = 1e-8;

/** So many neighbors of an element, or of any. */
interface Block {
  element: string | undefined;
  count: number;
}

/**
 * The motif of every atom: its n closest neighbors within the cutoff, relative to it, sorted by distance; or the
 * closest of each element in blocks, so that every motif of one kind of center has the same element in the same row.
 *
 * Ties. Distances within 1e-8 Å count as equal. Equal ones are ordered by the neighbor's index in the structure, which
 * no rotation, translation or choice of cell vectors changes. Periodic images of one and the same atom at equal
 * distance are ordered by their dot products with the neighbors taken so far, largest first, which no rotation or
 * choice of cell changes either; only if these are all equal too, by x, then y, then z, largest first.
 *
 * Atoms with too few neighbors within the cutoff have no motif and are listed in `skipped`; none is padded.
 *
 * @throws InputError if an option is out of range or unknown, an element is in none of the structures, or a structure
 *   is none
 * @example
 * const motifs = extractEnvironments(silica, { cutoff: 5, centers: 'Si', neighbors: { O: 4, Si: 4 } });
 */
export function extractEnvironments(structures: readonly Structure[], options: EnvironmentOptions = {}): Motifs {
  requireKnownOptions(options, ['cutoff', 'count', 'centers', 'neighbors']);
  if (!Array.isArray(structures)) throw new InputError('structures', typeof structures, 'a list of structures');
  const cutoff = requirePositive(options.cutoff ?? 4, 'option cutoff');
  const elements = [...new Set(structures.flatMap(({ species }) => species))];
  const blocks = blocksOf(options, elements);
  const centers = centersOf(options, elements);
  const n = blocks.reduce((sum, block) => sum + block.count, 0);
  const parts = structures.map((structure, s) => environmentsOf(structure, s, { cutoff, blocks, centers, elements }));
  const length = parts.reduce((sum, part) => sum + part.atoms.length, 0);
  const motifs: Motifs = {
    n,
    length,
    positions: new Float64Array(3 * n * length),
    elements,
    species: new Uint8Array((n + 1) * length),
    atoms: new Int32Array(length),
    neighbors: new Int32Array(n * length),
    structures: new Int32Array(length),
    names: structures.map(({ info }, k) => String(info.name ?? k)),
    properties: {},
    skipped: parts.flatMap((part) => part.skipped),
  };
  let from = 0;
  parts.forEach((part, s) => {
    motifs.positions.set(part.positions, 3 * n * from);
    motifs.species.set(part.species, (n + 1) * from);
    motifs.atoms.set(part.atoms, from);
    motifs.neighbors.set(part.neighbors, n * from);
    motifs.structures.fill(s, from, from + part.atoms.length);
    from += part.atoms.length;
  });
  return motifs;
}

function blocksOf({ count, neighbors }: EnvironmentOptions, elements: readonly string[]): Block[] {
  if (neighbors === undefined) return [{ element: undefined, count: requireInteger(count ?? 8, 'option count', 1) }];
  if (typeof neighbors !== 'object' || neighbors === null || Object.keys(neighbors).length === 0) {
    throw new InputError(
      'option neighbors',
      JSON.stringify(neighbors),
      'a number of each element, like { O: 4, Si: 4 }',
    );
  }
  const blocks = Object.entries(neighbors).map(([element, number]) => {
    requireElement(element, elements, 'option neighbors');
    return { element, count: requireInteger(number, `option neighbors.${element}`, 1) };
  });
  const n = blocks.reduce((sum, block) => sum + block.count, 0);
  if (count !== undefined && count !== n) {
    throw new InputError('option count', `${count} beside neighbors of ${n} atoms in all`, 'one of the two options');
  }
  return blocks;
}

function centersOf({ centers }: EnvironmentOptions, elements: readonly string[]): Set<string> | undefined {
  if (centers === undefined) return undefined;
  const wanted = typeof centers === 'string' ? [centers] : centers;
  for (const element of wanted) requireElement(element, elements, 'option centers');
  return new Set(wanted);
}

function requireElement(element: string, elements: readonly string[], place: string): void {
  if (elements.length === 0 || elements.includes(element)) return;
  throw new InputError(place, `'${element}'`, `an element of the structures: ${elements.join(', ')}`);
}

interface Settings {
  cutoff: number;
  blocks: Block[];
  centers: Set<string> | undefined;
  elements: string[];
}

function environmentsOf(
  structure: Structure,
  index: number,
  { cutoff, blocks, centers, elements }: Settings,
): Pick<Motifs, 'positions' | 'species' | 'neighbors' | 'atoms' | 'skipped'> {
  const list = neighborList(structure, cutoff);
  const codes = Uint8Array.from(structure.species, (symbol) => elements.indexOf(symbol));
  const [atoms, pairs, skipped]: [number[], number[], SkippedAtom[]] = [[], [], []];
  for (let atom = 0; atom < atomCount(structure); atom++) {
    if (centers && !centers.has(structure.species[atom])) continue;
    const all = Array.from({ length: list.offsets[atom + 1] - list.offsets[atom] }, (_, k) => list.offsets[atom] + k);
    const rows = blocks.map(({ element }) =>
      element === undefined ? all : all.filter((pair) => structure.species[list.indices[pair]] === element),
    );
    const short = rows.findIndex((row, b) => row.length < blocks[b].count);
    if (short >= 0) {
      const { element } = blocks[short];
      skipped.push({ structure: index, atom, neighbors: rows[short].length, ...(element && { element }) });
      continue;
    }
    atoms.push(atom);
    rows.forEach((row, b) => {
      pairs.push(...orderNeighbors(list, row, blocks[b].count).slice(0, blocks[b].count));
    });
  }
  const n = pairs.length / Math.max(1, atoms.length);
  const neighbors = Int32Array.from(pairs, (pair) => list.indices[pair]);
  const positions = new Float64Array(3 * pairs.length);
  const species = new Uint8Array(pairs.length + atoms.length);
  atoms.forEach((atom, m) => {
    species[m * (n + 1)] = codes[atom];
  });
  pairs.forEach((pair, k) => {
    for (let c = 0; c < 3; c++) positions[3 * k + c] = list.vectors[3 * pair + c];
    species[k + Math.floor(k / n) + 1] = codes[neighbors[k]];
  });
  return { positions, species, neighbors, atoms: Int32Array.from(atoms), skipped };
}

/** What the ordering reads of a neighbor list. */
type Neighbors = { indices: Int32Array; vectors: Float64Array; distances: Float64Array };

/** Pairs of one atom in the order stated at {@link extractEnvironments}, as far as the first `count`. */
function orderNeighbors(list: Neighbors, pairs: readonly number[], count: number): number[] {
  const { distances, indices } = list;
  const order = pairs.slice();
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

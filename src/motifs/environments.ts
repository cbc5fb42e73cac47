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
 * Ties. Distances within 1e-8 Å count as equal. Of equal ones, elements come in the order of their symbols, and atoms
 * of one element so that their dot products with all before them are the largest, the first first. Orders with the same
 * dot products are the same motif rotated or reflected; the one of the lowest indices is taken. So neither numbering
 * nor orientation nor the choice of cell vectors changes the Gram vector.
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
      pairs.push(...nearestOf(list, row, blocks[b].count, structure.species));
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

/** The nearest pairs of one atom in the order stated at {@link extractEnvironments}. */
function nearestOf(list: Neighbors, all: readonly number[], count: number, species: readonly string[]): number[] {
  const { distances, indices } = list;
  const symbol = (pair: number): string => species[indices[pair]];
  const order = all.slice().sort((p, q) => distances[p] - distances[q]);
  let orders: number[][] = [[]];
  for (let first = 0, last = 1; first < count; first = last++) {
    while (last < order.length && distances[order[last]] - distances[order[last - 1]] <= TIE) last++;
    const tied = order.slice(first, last);
    if (tied.length > 1) {
      tied.sort((p, q) => (symbol(p) < symbol(q) ? -1 : symbol(p) > symbol(q) ? 1 : indices[p] - indices[q]));
    }
    for (const next of tied.slice(0, count - first)) {
      const alike = tied.filter((pair) => symbol(pair) === symbol(next));
      orders = alike.length > 1 ? withNext(list, orders, alike) : orders.map((before) => [...before, next]);
    }
  }
  return orders[0];
}

/** The orders, each with one more of the tied pairs: those whose dot products with the pairs before are the largest. */
function withNext({ vectors: v }: Neighbors, orders: readonly number[][], tied: readonly number[]): number[][] {
  const dot = (p: number, q: number): number =>
    v[3 * p] * v[3 * q] + v[3 * p + 1] * v[3 * q + 1] + v[3 * p + 2] * v[3 * q + 2];
  let largest: number[] = [];
  let found: number[][] = [];
  for (const before of orders) {
    // Of atoms in one place, any one stands for all.
    let places: number[] = [];
    for (const pair of tied) {
      if (before.includes(pair)) continue;
      const dots = before.map((other) => dot(pair, other));
      const k = dots.findIndex((x, i) => Math.abs(x - largest[i]) > TIE);
      if (k >= 0 && dots[k] < largest[k]) continue;
      if (k >= 0 || found.length === 0) [largest, found, places] = [dots, [], []];
      if (places.some((other) => dot(pair, pair) - dot(pair, other) <= TIE)) continue;
      places.push(pair);
      found.push([...before, pair]);
    }
  }
  return found;
}

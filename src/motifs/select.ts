import { InputError } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { joined, takeRows } from '../core/rows';
import type { Motifs, Property } from './types';

/** The n×3 positions of motif m, Å: a view, so writing to it changes the set. */
export function environmentPositions(motifs: Pick<Motifs, 'n' | 'length' | 'positions'>, m: number): Float64Array {
  const { positions, n } = motifs;
  requireIndex(motifs, m);
  return positions.subarray(3 * n * m, 3 * n * (m + 1));
}

/**
 * Motifs of atoms at given places, made by a model or by hand: of no structure.
 *
 * @param positions M·n·3, Å
 * @param row symbols of the n + 1 atoms, the central one first, or the one symbol of all
 * @throws InputError if the numbers do not fit
 */
export function madeMotifs(
  { n, length, positions }: Pick<Motifs, 'n' | 'length' | 'positions'>,
  row: string | readonly string[],
  properties: Record<string, Property> = {},
): Motifs {
  const symbols = typeof row === 'string' ? new Array<string>(n + 1).fill(row) : row;
  if (symbols.length !== n + 1) throw new InputError('species', `${symbols.length} symbols`, `n + 1 = ${n + 1}`);
  const elements = [...new Set(symbols)];
  const codes = symbols.map((symbol) => elements.indexOf(symbol));
  return {
    n,
    length,
    positions,
    elements,
    species: Uint8Array.from({ length: length * (n + 1) }, (_, k) => codes[k % (n + 1)]),
    atoms: new Int32Array(length).fill(-1),
    neighbors: new Int32Array(length * n).fill(-1),
    structures: new Int32Array(length).fill(-1),
    names: [],
    properties,
    skipped: [],
  };
}

/** The motifs at `indices`, in that order; `skipped` stays with the whole set. Throws InputError on a bad index. */
export function selectEnvironments(motifs: Motifs, indices: ArrayLike<number>): Motifs {
  const { n } = motifs;
  for (let k = 0; k < indices.length; k++) requireIndex(motifs, indices[k]);
  const properties = Object.entries(motifs.properties).map(([name, { columns, values }]): [string, Property] => [
    name,
    { columns, values: takeRows(values, columns, indices) },
  ]);
  return {
    ...motifs,
    length: indices.length,
    positions: takeRows(motifs.positions, 3 * n, indices),
    species: takeRows(motifs.species, n + 1, indices),
    atoms: takeRows(motifs.atoms, 1, indices),
    neighbors: takeRows(motifs.neighbors, n, indices),
    structures: takeRows(motifs.structures, 1, indices),
    properties: Object.fromEntries(properties),
    skipped: [],
  };
}

/**
 * The motifs of some structures, for splits by cell: neighboring motifs share atoms, so a split must never divide a
 * structure. Structure indices stay those of the whole set.
 */
export function selectStructures(motifs: Motifs, structures: readonly number[]): Motifs {
  const wanted = new Set(structures);
  const indices: number[] = [];
  for (let m = 0; m < motifs.length; m++) if (wanted.has(motifs.structures[m])) indices.push(m);
  const skipped = motifs.skipped.filter((atom) => wanted.has(atom.structure));
  return { ...selectEnvironments(motifs, indices), skipped };
}

/** So many motifs of the set drawn at random, or all, in their order. */
export function drawEnvironments(motifs: Motifs, number: number, seed: SeedOrRng): Motifs {
  const order = Array.from({ length: motifs.length }, (_, m) => m);
  asRng(seed).shuffle(order);
  return selectEnvironments(
    motifs,
    order.slice(0, number).sort((a, b) => a - b),
  );
}

/**
 * All motifs of some sets; structures of one name count as one, and properties that not every set has are left out.
 *
 * @throws InputError naming `place` if sizes differ, or there is no set
 */
export function concatenateMotifs(sets: readonly Motifs[], place = 'motifs'): Motifs {
  if (sets.length === 0) throw new InputError(place, 'no motifs', 'at least one set');
  if (sets.length === 1) return sets[0];
  const { n } = sets[0];
  const other = sets.find((set) => set.n !== n);
  if (other) throw new InputError(place, `motifs of ${n} and of ${other.n} neighbors`, 'one size');
  const names = [...new Set(sets.flatMap((set) => set.names))];
  const elements = [...new Set(sets.flatMap((set) => set.elements))];
  const shared = Object.entries(sets[0].properties).filter(([name, { columns }]) =>
    sets.every((set) => set.properties[name]?.columns === columns),
  );
  requireFewElements(elements, place);
  const index = (set: Motifs, s: number): number => (s < 0 ? -1 : names.indexOf(set.names[s]));
  const inOrder = <T extends Float64Array | Int32Array | Uint8Array>(
    kind: new (length: number) => T,
    of: (set: Motifs) => ArrayLike<number>,
  ): T => joined(kind, sets.map(of));
  return {
    n,
    length: sets.reduce((sum, set) => sum + set.length, 0),
    positions: inOrder(Float64Array, ({ positions }) => positions),
    elements,
    species: inOrder(Uint8Array, (set) => set.species.map((code) => elements.indexOf(set.elements[code]))),
    atoms: inOrder(Int32Array, ({ atoms }) => atoms),
    neighbors: inOrder(Int32Array, ({ neighbors }) => neighbors),
    structures: inOrder(Int32Array, (set) => set.structures.map((s) => index(set, s))),
    names,
    properties: Object.fromEntries(
      shared.map(([name, { columns }]) => {
        const values = inOrder(Float64Array, ({ properties }) => properties[name].values);
        return [name, { columns, values }];
      }),
    ),
    skipped: sets.flatMap((set) => set.skipped.map((atom) => ({ ...atom, structure: index(set, atom.structure) }))),
  };
}

/** Throws InputError naming `place` where a set cannot number its elements. */
export function requireFewElements(elements: readonly string[], place: string): void {
  if (elements.length > 256) throw new InputError(place, `${elements.length} elements`, 'at most 256');
}

/** Symbols of the atoms of motif m, the central one first. */
export function symbolsOf({ n, elements, species }: Motifs, m: number): string[] {
  return Array.from(species.subarray(m * (n + 1), (m + 1) * (n + 1)), (code) => elements[code]);
}

/** Indices of the atoms of motif m in their structure, the central one first; -1 for atoms that were made. */
export function indicesOf({ n, atoms, neighbors }: Motifs, m: number): number[] {
  return [atoms[m], ...neighbors.subarray(m * n, (m + 1) * n)];
}

/**
 * The symbols of one motif's atoms, the central one first, the same in all motifs of the set.
 *
 * @throws InputError naming `place` and the first motif with another element in one of its rows, which no network,
 *   normalizer or relabelling may mix
 */
export function elementRow(motifs: Motifs, place = 'motifs'): string[] {
  const { n, length, elements, species } = motifs;
  const row = symbolsOf(motifs, 0);
  for (let k = n + 1; k < length * (n + 1); k++) {
    if (species[k] === species[k % (n + 1)]) continue;
    throw new InputError(
      `${place}, motif ${Math.floor(k / (n + 1))}`,
      `${elements[species[k]]} where motif 0 has ${row[k % (n + 1)]} (atom ${k % (n + 1)} of the motif)`,
      'the same element in every row: extract with the options centers and neighbors, ' +
        'which take one element by name and so many of each',
    );
  }
  return row;
}

function requireIndex({ length }: Pick<Motifs, 'length'>, m: number): void {
  if (Number.isInteger(m) && m >= 0 && m < length) return;
  throw new InputError('environment', String(m), `an index from 0 to ${length - 1}`);
}

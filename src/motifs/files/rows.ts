import { InputError, requireInteger } from '../../core/errors';
import { elementSymbol, requireSymbol } from '../../core/periodicTable';
import { concatenateMotifs, indicesOf, requireFewElements, symbolsOf } from '../select';
import type { Motifs, Property } from '../types';

/** A motif as files hold it. */
export interface MotifRow {
  /** Name of its structure, if it has one. */
  cell?: string;
  /** Indices in that structure, and symbols, of its n + 1 atoms, the central one first; -1 for atoms that were made. */
  atoms: readonly number[];
  species: readonly string[];
  /** 3n, Å. */
  positions: readonly number[];
  /** Entries that are not numbers, or not as many in every row, are left out of motifs. */
  properties: Record<string, unknown>;
}

/** What the properties that are written by name mean. */
export const PROPERTIES: Record<string, { description: string; unit?: string; integer?: boolean }> = {
  latent: { description: 'posterior mean, or the latent that was decoded' },
  error: { description: 'mean squared reconstruction error of the normalized Gram entries' },
  residual: { description: 'distance of the decoded Gram matrix from one of points in space', unit: 'Å²' },
  coordination: { description: 'atoms within the bond cutoff of the central one', integer: true },
  fraction: { description: 'how far along the interpolation, from 0 to 1' },
  problem: { description: 'which of the motifs asked for is completed', integer: true },
  rank: { description: 'place among the completions of that motif, from 1', integer: true },
  objective: { description: 'infilling objective, in normalized units' },
  known_rmsd: { description: 'distance of the known atoms from their given places, rms', unit: 'Å' },
  restarts: { description: 'descents that ended in this completion', integer: true },
  known: { description: 'for each neighbor, whether its place was given (1) or completed (0)', integer: true },
};

/** Names that mean something else in one of the formats. */
const RESERVED = ['', 'motif', 'cell', 'atoms', 'species', 'positions', 'lattice', 'properties', 'pbc', 'provenance'];

/** Units of positions and of those properties that have one, by name. */
export function unitsOf({ properties }: Motifs): Record<string, string> {
  const units = Object.keys(properties).map((name) => [name, PROPERTIES[name]?.unit]);
  return { positions: 'Å', ...Object.fromEntries(units.filter(([, unit]) => unit !== undefined)) };
}

/** The provenance that text of a file holds; undefined where it is none. */
export function provenanceOf(text: unknown): Motifs['provenance'] {
  try {
    const found = JSON.parse(text as string);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Motifs that are made text at a time. */
const BLOCK = 4096;

/** Ranges of the motifs, each as many as are made text at a time. */
export function rangesOf({ length }: Motifs): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(length / BLOCK) }, (_, b) => [b * BLOCK, Math.min(length, (b + 1) * BLOCK)]);
}

/** The motifs, or a range of them, row by row. */
export function rowsOf(motifs: Motifs, from: number = 0, to: number = motifs.length): MotifRow[] {
  const { n, positions, properties, structures, names } = motifs;
  return Array.from({ length: to - from }, (_, k) => k + from).map((m) => ({
    ...(structures[m] >= 0 && { cell: names[structures[m]] }),
    atoms: indicesOf(motifs, m),
    species: symbolsOf(motifs, m),
    positions: Array.from(positions.subarray(3 * n * m, 3 * n * (m + 1))),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, { columns, values }]) => [
        name,
        columns === 1 ? values[m] : Array.from(values.subarray(columns * m, columns * (m + 1))),
      ]),
    ),
  }));
}

/**
 * Motifs of n neighbors from their rows, which need not be in memory at once.
 *
 * @param first number of the first in messages
 * @throws InputError naming `source` and the first motif whose numbers do not fit or are not finite
 */
export function motifsOfRows(n: number, rows: Iterable<MotifRow>, source: string, first = 0): Motifs {
  requireInteger(n, `${source}, neighbors`, 1);
  const blocks: Motifs[] = [];
  let block: MotifRow[] = [];
  const take = (): void => {
    blocks.push(motifsOfBlock(n, block, source, first + BLOCK * blocks.length));
    block = [];
  };
  for (const row of rows) if (block.push(row) === BLOCK) take();
  if (block.length > 0 || blocks.length === 0) take();
  return concatenateMotifs(blocks, source);
}

function motifsOfBlock(n: number, rows: readonly MotifRow[], source: string, first: number): Motifs {
  rows.forEach(({ cell, positions, atoms, species }, m) => {
    const place = `${source}, motif ${first + m}`;
    if (!isNumbers(positions, 3 * n)) throw new InputError(place, 'other positions', `${n} rows of 3 finite numbers`);
    if (!isNumbers(atoms, n + 1) || !Array.isArray(species) || species.length !== n + 1) {
      throw new InputError(place, 'other atoms or species', `${n + 1} of each`);
    }
    atoms.forEach((atom) => {
      requireInteger(atom, `${place}, atoms`, -1, 2 ** 31 - 1);
    });
    species.forEach((symbol) => {
      requireSymbol(symbol, `${place}, species`);
    });
    if (cell !== undefined && typeof cell !== 'string') throw new InputError(`${place}, cell`, typeof cell, 'a name');
  });
  const elements = [...new Set(rows.flatMap(({ species }) => species.map(elementSymbol)))];
  requireFewElements(elements, source);
  const names = [...new Set(rows.flatMap(({ cell }) => cell ?? []))];
  return {
    n,
    length: rows.length,
    // Without −0, which JSON does not keep.
    positions: Float64Array.from(
      rows.flatMap(({ positions }) => positions),
      (x) => x + 0,
    ),
    elements,
    species: Uint8Array.from(
      rows.flatMap(({ species }) => species.map((symbol) => elements.indexOf(elementSymbol(symbol)))),
    ),
    atoms: Int32Array.from(rows, ({ atoms }) => atoms[0]),
    neighbors: Int32Array.from(rows.flatMap(({ atoms }) => atoms.slice(1))),
    structures: Int32Array.from(rows, ({ cell }) => (cell === undefined ? -1 : names.indexOf(cell))),
    names,
    properties: propertiesOf(rows),
    skipped: [],
  };
}

function isNumbers(values: unknown, length: number): boolean {
  return Array.isArray(values) && values.length === length && values.every((x) => Number.isFinite(x));
}

function propertiesOf(rows: readonly MotifRow[]): Record<string, Property> {
  const properties: [string, Property][] = [];
  for (const name of Object.keys(rows[0]?.properties ?? {})) {
    if (RESERVED.includes(name.toLowerCase())) continue;
    const values = rows.map((row) => [row.properties[name]].flat());
    const columns = values[0].length;
    if (!values.every((own) => own.length === columns && own.every((x) => typeof x === 'number'))) continue;
    if (columns > 0) properties.push([name, { columns, values: Float64Array.from(values.flat() as number[]) }]);
  }
  // As entries, for a key may be __proto__.
  return Object.fromEntries(properties);
}

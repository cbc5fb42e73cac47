import { InputError } from '../core/errors';
import { indicesOf, symbolsOf } from '../motifs/select';
import type { Motifs, Property } from '../motifs/types';
import { fieldsOf, PROPERTIES } from './motifSet';

const FORMAT = 'glassy-motifs motif set';

interface Row {
  cell?: string;
  atoms: number[];
  species: string[];
  positions: number[][];
  [property: string]: unknown;
}

const OWN = ['cell', 'atoms', 'species', 'positions'];

/** A motif set as JSON, a motif a line; numbers read back as the same doubles. */
export function formatMotifJson(set: Motifs): string {
  const units = Object.fromEntries(
    Object.keys(set.properties).flatMap((name) => (PROPERTIES[name]?.unit ? [[name, PROPERTIES[name].unit]] : [])),
  );
  const head = { format: FORMAT, version: 1, neighbors: set.n, units: { positions: 'Å', ...units } };
  const rows = Array.from({ length: set.length }, (_, m) => JSON.stringify(rowOf(set, m)));
  return `${JSON.stringify(head).slice(0, -1)},"motifs":[\n${rows.join(',\n')}\n]}\n`;
}

function rowOf(set: Motifs, m: number): Row {
  const { n: count } = set;
  const own = <T>(values: ArrayLike<T>, size: number): T[] =>
    Array.prototype.slice.call(values, m * size, (m + 1) * size);
  const flat = own(set.positions, 3 * count);
  const row: Row = {
    ...(set.structures[m] < 0 ? {} : { cell: set.names[set.structures[m]] }),
    atoms: indicesOf(set, m),
    species: symbolsOf(set, m),
    positions: Array.from({ length: count }, (_, k) => flat.slice(3 * k, 3 * k + 3)),
  };
  for (const [name, { columns, values }] of Object.entries(set.properties)) {
    row[name] = columns === 1 ? values[m] : own(values, columns);
  }
  return row;
}

/** Reads what {@link formatMotifJson} wrote; throws InputError naming the file and motif that is anything else. */
export function parseMotifJson(text: string, source: string): Motifs {
  let content: { format?: unknown; version?: unknown; neighbors?: unknown; motifs?: unknown };
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InputError(source, (error as Error).message, 'JSON');
  }
  const { neighbors: count, motifs } = content ?? {};
  if (content?.format !== FORMAT || content.version !== 1 || !Number.isInteger(count) || !Array.isArray(motifs)) {
    throw new InputError(source, 'other JSON', `"format": "${FORMAT}", "version": 1`);
  }
  const rows = motifs as Row[];
  const size = count as number;
  rows.forEach((row, m) => {
    requireRow(row, size, `${source}, motif ${m}`);
  });
  return {
    n: size,
    length: rows.length,
    positions: Float64Array.from(rows.flatMap((row) => row.positions.flat())),
    properties: propertiesOf(rows),
    ...fieldsOf(rows.map((row) => ({ symbols: row.species, indices: row.atoms, name: row.cell }))),
  };
}

function requireRow(row: Row, count: number, place: string): void {
  const numbers = (values: unknown, length: number): boolean =>
    Array.isArray(values) && values.length === length && values.every((x) => Number.isFinite(x));
  if (!Array.isArray(row?.positions) || row.positions.length !== count || !row.positions.every((x) => numbers(x, 3))) {
    throw new InputError(place, 'other positions', `${count} rows of 3 finite numbers`);
  }
  if (!numbers(row.atoms, count + 1) || !Array.isArray(row.species) || row.species.length !== count + 1) {
    throw new InputError(place, 'other atoms or species', `${count + 1} of each`);
  }
}

function propertiesOf(rows: Row[]): Record<string, Property> {
  const properties: Record<string, Property> = {};
  for (const name of Object.keys(rows[0] ?? {})) {
    if (OWN.includes(name)) continue;
    const values = rows.map((row) => [row[name]].flat());
    const columns = values[0].length;
    if (!values.every((own) => own.length === columns && own.every((x) => typeof x === 'number'))) continue;
    properties[name] = { columns, values: Float64Array.from(values.flat() as number[]) };
  }
  return properties;
}

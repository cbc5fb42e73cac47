import { indicesOf, symbolsOf } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { PROPERTIES } from './motifSet';

type Schema = import('hyparquet').SchemaElement[];

/** A column: its name, one value a motif, and what Parquet calls its type. */
interface Column {
  name: string;
  data: unknown[];
  schema: Schema;
}

/**
 * A motif set as Parquet, a row a motif; columns motif, cell, atoms, species, positions (3n numbers, Å) and the
 * properties, those of several numbers as lists.
 */
export async function formatMotifParquet(set: Motifs): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columns = columnsOf(set);
  const units = Object.keys(set.properties).flatMap((name) => {
    const unit = PROPERTIES[name]?.unit;
    return unit ? [[name, unit]] : [];
  });
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, data }) => ({ name, data })),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    createdBy: 'glassy-motifs',
    kvMetadata: [
      { key: 'format', value: 'glassy-motifs motif set' },
      { key: 'neighbors', value: String(set.n) },
      { key: 'units', value: JSON.stringify({ positions: 'Å', ...Object.fromEntries(units) }) },
    ],
  });
  return new Uint8Array(buffer);
}

function columnsOf(set: Motifs): Column[] {
  const { n: count, length } = set;
  const rows = Array.from({ length }, (_, m) => m);
  const lists = (values: ArrayLike<unknown>, size: number): unknown[][] =>
    rows.map((m) => Array.prototype.slice.call(values, m * size, (m + 1) * size));
  const cells = rows.map((m) => (set.structures[m] < 0 ? null : set.names[set.structures[m]]));
  return [
    { name: 'motif', data: rows, schema: [{ name: 'motif', type: 'INT32', repetition_type: 'REQUIRED' }] },
    {
      name: 'cell',
      data: cells,
      schema: [{ name: 'cell', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }],
    },
    { name: 'atoms', data: rows.map((m) => indicesOf(set, m)), schema: list('atoms', { type: 'INT32' }) },
    {
      name: 'species',
      data: rows.map((m) => symbolsOf(set, m)),
      schema: list('species', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
    },
    { name: 'positions', data: lists(set.positions, 3 * count), schema: list('positions', { type: 'DOUBLE' }) },
    ...Object.entries(set.properties).map(([name, { columns, values }]): Column => {
      if (columns > 1) return { name, data: lists(values, columns), schema: list(name, { type: 'DOUBLE' }) };
      return { name, data: Array.from(values), schema: [{ name, type: 'DOUBLE', repetition_type: 'REQUIRED' }] };
    }),
  ];
}

/** Parquet's three-level list of required elements. */
function list(name: string, element: Omit<Schema[number], 'name' | 'repetition_type'>): Schema {
  return [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...element },
  ];
}

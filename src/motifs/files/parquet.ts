import { crc32, fromLatin1, latin1 } from '../../core/bytes';
import { InputError } from '../../core/errors';
import { concatenateMotifs } from '../select';
import type { Motifs } from '../types';
import { type MotifRow, motifsOfRows, PROPERTIES, provenanceOf, rangesOf, rowsOf, unitsOf } from './rows';

type Schema = import('hyparquet').SchemaElement[];
type Element = Omit<Schema[number], 'name' | 'repetition_type'>;

const FORMAT = 'glassy-motifs motif set';
/** Before the checksum of all else, eight hexadecimal digits. */
const MARK = '\0crc32=';
const TEXT: Element = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

/** A column: its name, one value a motif, and what Parquet calls its type. */
interface Column {
  name: string;
  data: unknown[];
  schema: Schema;
}

/**
 * Motifs as Parquet, a row a motif; columns motif, cell, atoms, species, positions (3n numbers, Å) and the properties,
 * those of several numbers as lists; in pieces.
 */
export async function motifParquetBlocks(motifs: Motifs): Promise<Iterable<Uint8Array>> {
  return blocksOf(motifs, await import('hyparquet-writer'));
}

function* blocksOf(
  motifs: Motifs,
  { ByteWriter, ParquetWriter }: typeof import('hyparquet-writer'),
): Generator<Uint8Array> {
  const schema = columnsOf(motifs, 0, 0);
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: schema.length }, ...schema.flatMap((column) => column.schema)],
    createdBy: 'glassy-motifs',
    kvMetadata: [
      { key: 'format', value: FORMAT },
      { key: 'neighbors', value: String(motifs.n) },
      { key: 'units', value: JSON.stringify(unitsOf(motifs)) },
      ...(motifs.provenance ? [{ key: 'provenance', value: JSON.stringify(motifs.provenance) }] : []),
    ],
  });
  let checksum = 0;
  for (const [from, to] of rangesOf(motifs)) {
    const columnData = columnsOf(motifs, from, to).map(({ name, data }) => ({ name, data }));
    file.write({ columnData, rowGroupSize: to - from });
    const block = writer.getBytes().slice();
    writer.index = 0;
    checksum = crc32(block, checksum);
    yield block;
  }
  file.finish();
  const end = writer.getBytes();
  checksum = crc32(end, checksum);
  // Nothing refers to bytes between the pages and the footer, whose length is eight bytes before the end.
  const footer = end.length - 8 - new DataView(end.buffer, end.byteOffset).getUint32(end.length - 8, true);
  yield end.subarray(0, footer);
  yield fromLatin1(`${MARK}${checksum.toString(16).padStart(8, '0')}`);
  yield end.subarray(footer);
}

/** Throws where a file is not that of its checksum: what is damaged may keep the reader of Parquet busy for ever. */
function requireWhole(bytes: Uint8Array): void {
  for (let at = bytes.length - MARK.length - 8; at >= 0; at--) {
    if (bytes[at] !== 0 || latin1(bytes.subarray(at, at + MARK.length)) !== MARK) continue;
    const end = at + MARK.length + 8;
    const found = crc32(bytes.subarray(end), crc32(bytes.subarray(0, at)));
    if (parseInt(latin1(bytes.subarray(end - 8, end)), 16) !== found) throw new Error('another checksum than its own');
    return;
  }
}

/** Columns of a range of the motifs. */
function columnsOf(motifs: Motifs, from: number, to: number): Column[] {
  const rows = rowsOf(motifs, from, to);
  return [
    column(
      'motif',
      'REQUIRED',
      { type: 'INT32' },
      Array.from(rows, (_, k) => from + k),
    ),
    column(
      'cell',
      'OPTIONAL',
      TEXT,
      rows.map(({ cell }) => cell ?? null),
    ),
    ...(['atoms', 'species', 'positions'] as const).map((name) => {
      const element = { atoms: { type: 'INT32' } as Element, species: TEXT, positions: { type: 'DOUBLE' } as Element };
      return list(
        name,
        element[name],
        rows.map((row) => row[name]),
      );
    }),
    ...Object.entries(motifs.properties).map(([name, property]) => {
      const element: Element = { type: PROPERTIES[name]?.integer ? 'INT32' : 'DOUBLE' };
      const data = rows.map(({ properties }) => properties[name]);
      return property.columns > 1 ? list(name, element, data) : column(name, 'REQUIRED', element, data);
    }),
  ];
}

function column(name: string, repetition: 'REQUIRED' | 'OPTIONAL', element: Element, data: unknown[]): Column {
  return { name, data, schema: [{ name, repetition_type: repetition, ...element }] };
}

/** Parquet's three-level list of required elements. */
function list(name: string, element: Element, data: unknown[]): Column {
  const schema: Schema = [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...element },
  ];
  return { name, data, schema };
}

/** Reads what {@link motifParquetBlocks} wrote; throws InputError naming the file and motif that is anything else. */
export async function parseMotifParquet(bytes: Uint8Array, source: string): Promise<Motifs> {
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
  const file = Uint8Array.from(bytes).buffer;
  const { metadata, neighbors, provenance } = await readable(source, () => {
    requireWhole(bytes);
    const metadata = parquetMetadata(file);
    const entries = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]);
    const { format, ...rest } = Object.fromEntries(entries) as Record<string, string>;
    if (format !== FORMAT) throw new Error('another table');
    return { metadata, neighbors: Number(rest.neighbors), provenance: rest.provenance };
  });
  const sets: Motifs[] = [];
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const rows = await readable(source, () => parquetReadObjects({ file, metadata, rowStart, rowEnd }));
    sets.push(motifsOfRows(neighbors, rows.map(rowOf), source, rowStart));
    rowStart = rowEnd;
  }
  const set = sets.length > 0 ? concatenateMotifs(sets, source) : motifsOfRows(neighbors, [], source);
  return { ...set, provenance: provenanceOf(provenance) };
}

/** What the reader of Parquet returns. Throws InputError naming the source where it fails. */
async function readable<T>(source: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(source, (error as Error).message, `Parquet of motifs, with the entry format = ${FORMAT}`);
  }
}

function rowOf({ motif, cell, atoms, species, positions, ...properties }: Record<string, unknown>): MotifRow {
  const own = { atoms, species, positions } as Pick<MotifRow, 'atoms' | 'species' | 'positions'>;
  return { ...(typeof cell === 'string' && { cell }), ...own, properties };
}

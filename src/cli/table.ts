import * as fs from 'node:fs';
import { checked, fields, list, nullable, number, optional, text as string } from '../core/content';
import { InputError } from '../core/errors';
import type { Metric } from './metrics';
import { tablePage } from './tablePage';

const COLUMNS = ['file', 'set', 'key', 'metric', 'unit', 'value', 'low', 'high', 'floor', 'provenance'] as const;
const NUMBERS: readonly string[] = ['value', 'low', 'high', 'floor'];
/** Columns that not every table has. */
const OPTIONAL: readonly string[] = ['file', 'set', 'provenance'];

/** Endings of tables that are written; those that are read. */
export const TABLES: readonly string[] = ['.csv', '.json', '.parquet', '.html', '.txt'];
const READ = /\.(csv|json|parquet)$/i;

const ROW = fields({
  ...{ file: optional(string), set: optional(string), key: string, metric: string, unit: string },
  ...{
    provenance: optional(string),
    value: number,
    low: nullable(number),
    high: nullable(number),
    floor: nullable(number),
  },
});

/** The rows of a .csv, .json or .parquet that {@link formatTable} made. Throws InputError naming the file and row. */
export async function readTable(file: string): Promise<Metric[]> {
  const kind = READ.exec(file)?.[1].toLowerCase();
  if (kind === undefined)
    throw new InputError(file, 'another kind of file', 'a table that ends in .csv, .json, .parquet');
  let rows: unknown;
  try {
    const bytes = fs.readFileSync(file);
    if (kind === 'parquet') rows = await parseParquet(bytes);
    else rows = kind === 'csv' ? parseCsv(bytes.toString()) : parseJson(bytes.toString());
  } catch (error) {
    throw new InputError(file, (error as Error).message, 'a table of metrics');
  }
  return checked<Metric[]>(rows, list(ROW), `${file}, metrics`);
}

function parseJson(text: string): unknown {
  const { metrics, provenance } = JSON.parse(text);
  if (provenance === undefined || !Array.isArray(metrics)) return metrics;
  return metrics.map((row) => ({ ...row, provenance: row?.provenance ?? JSON.stringify(provenance) }));
}

async function parseParquet(bytes: Uint8Array): Promise<unknown> {
  const { parquetReadObjects } = await import('hyparquet');
  const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null || NUMBERS.includes(name))),
  );
}

function parseCsv(text: string): unknown {
  const [names, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, bare]) => quoted?.replace(/""/g, '"') ?? bare,
      ),
    );
  const parsed = (name: string, cell: string): unknown => {
    if (OPTIONAL.includes(name)) return cell || undefined;
    if (!NUMBERS.includes(name)) return cell;
    return cell ? Number(cell) : null;
  };
  return rows.map((cells) => Object.fromEntries(names.map((name, c) => [name, parsed(name, cells[c])])));
}

/**
 * The table in the format of its file's extension: .csv, .json, .parquet, .html, else aligned text. The first three say
 * in each row, or once, what made it; the last does not.
 */
export async function formatTable(
  rows: Metric[],
  file: string,
  context: Record<string, unknown>,
): Promise<string | Uint8Array> {
  const kind = /\.[^.]*$/.exec(file.toLowerCase())?.[0];
  if (kind === '.json') return `${JSON.stringify({ ...context, metrics: rows }, null, 1)}\n`;
  if (kind === '.html') return tablePage(rows, context);
  if (kind !== '.csv' && kind !== '.parquet') return text(rows);
  const provenance = context.provenance === undefined ? undefined : JSON.stringify(context.provenance);
  const full = rows.map((row) => ({ provenance, ...row }));
  const columns = columnsOf(full);
  if (kind === '.parquet') return parquet(full, columns, context);
  const lines = [columns, ...full.map((row) => columns.map((column) => quoted(row[column])))];
  return lines.map((line) => `${line.join(',')}\n`).join('');
}

type ColumnName = (typeof COLUMNS)[number];

function columnsOf(rows: readonly Metric[]): ColumnName[] {
  return COLUMNS.filter((column) => !OPTIONAL.includes(column) || rows.some((row) => row[column] !== undefined));
}

async function parquet(rows: Metric[], names: ColumnName[], context: Record<string, unknown>): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = names.map((name) => ({
    ...{ name, data: rows.map((row) => row[name] ?? null), nullable: true },
    type: NUMBERS.includes(name) ? ('DOUBLE' as const) : ('STRING' as const),
  }));
  const kvMetadata = Object.entries(context).map(([key, value]) => ({ key, value: JSON.stringify(value) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}

function quoted(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : String(value);
}

function text(rows: Metric[]): string {
  const shown = (value: number | null): string => (value === null ? '' : value.toPrecision(4));
  const named = columnsOf(rows).filter((column) => column === 'file' || column === 'set');
  const cells = rows.map(({ metric, unit, value, low, high, floor, ...row }) => [
    ...named.map((column) => row[column] ?? ''),
    unit === '' ? metric : `${metric} (${unit})`,
    shown(value),
    low === null ? '' : `${shown(low)} – ${shown(high)}`,
    shown(floor),
  ]);
  const table = [[...named, 'metric', 'value', 'interval', 'training'], ...cells];
  const widths = table[0].map((_, c) => Math.max(...table.map((line) => line[c].length)));
  return table
    .map(
      (line) =>
        `${line
          .map((cell, c) => cell.padEnd(widths[c]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

import { checked, fields, list, nullable, number, optional, text as string } from '../core/content';
import { InputError } from '../core/errors';
import type { Metric } from './metrics';

const COLUMNS = ['file', 'set', 'key', 'metric', 'unit', 'value', 'low', 'high', 'floor'] as const;

const isName = (column: string): column is 'file' | 'set' => column === 'file' || column === 'set';

const ROW = fields({
  ...{ file: optional(string), set: optional(string), key: string, metric: string, unit: string },
  ...{ value: number, low: nullable(number), high: nullable(number), floor: nullable(number) },
});

/** The rows of a table that {@link formatTable} wrote as .csv or .json. Throws InputError naming the file and row. */
export function parseTable(text: string, file: string): Metric[] {
  const rows = /\.csv$/i.test(file) ? parseCsv(text) : parseJson(text, file);
  return checked<Metric[]>(rows, list(ROW), `${file}, metrics`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)?.metrics;
  } catch (error) {
    throw new InputError(file, (error as Error).message, 'a table of metrics');
  }
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
    if (isName(name)) return cell || undefined;
    if (!['value', 'low', 'high', 'floor'].includes(name)) return cell;
    return cell ? Number(cell) : null;
  };
  return rows.map((cells) => Object.fromEntries(names.map((name, c) => [name, parsed(name, cells[c])])));
}

/** The table in the format of its file's extension: .csv, .json, else aligned text. */
export function formatTable(rows: Metric[], file: string, context: Record<string, unknown>): string {
  if (/\.json$/i.test(file)) return `${JSON.stringify({ ...context, metrics: rows }, null, 1)}\n`;
  if (/\.csv$/i.test(file)) {
    const columns = COLUMNS.filter((column) => !isName(column) || rows.some((row) => row[column] !== undefined));
    const lines = [columns, ...rows.map((row) => columns.map((column) => quoted(row[column])))];
    return lines.map((line) => `${line.join(',')}\n`).join('');
  }
  return text(rows);
}

function quoted(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : String(value);
}

function text(rows: Metric[]): string {
  const shown = (value: number | null): string => (value === null ? '' : value.toPrecision(4));
  const named = COLUMNS.filter(isName).filter((column) => rows.some((row) => row[column] !== undefined));
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

import * as path from 'node:path';
import { InputError, requireKnownOptions, writeFileAtomic } from '../core';
import { showTable } from './display';
import { escapeXml } from './fonts';
import { formatNumber } from './style';

/** A number with its interval, shown as 'value [low, high]'; files have the three apart. */
export interface TableEstimate {
  value: number;
  low: number;
  high: number;
}

/** What stands in a table; null where there is nothing. */
export type TableCell = string | number | TableEstimate | null;

/** A row of a table: the keys are column names with their units. */
export type TableRow = Record<string, TableCell>;

/** Options of {@link reportTable}. */
export interface ReportTableOptions {
  /** What the reader sees, below the table. */
  caption?: string;
  /** Decimals of the numbers shown, for all columns (default 3) or by column; files have every digit. */
  digits?: number | Record<string, number>;
  /** Where the files go; default `tables` in {@link reportFolder}. */
  folder?: string;
}

/** Folder of the report: the environment variable GLASSY_REPORT, else `report` beside the notebooks' folder. */
export function reportFolder(environment: Record<string, string | undefined> = process.env): string {
  return path.resolve(environment.GLASSY_REPORT?.trim() || path.join('..', 'report'));
}

/**
 * Shows rows as a table (as `showTable` does) and writes them to the report as tables/`name`.csv, .json and .html:
 * numbers in full in the first two, rounded in the page. In CSV an estimate fills three columns: `x`, `x low` and
 * `x high`.
 *
 * @param rows the keys of the first row are the columns, and all rows have the same
 * @throws InputError if `name` is no plain file name, there are no rows, or the columns differ
 */
export function reportTable(name: string, rows: readonly TableRow[], options: ReportTableOptions = {}): void {
  requireKnownOptions(options, ['caption', 'digits', 'folder']);
  if (!/^[\w-]+$/.test(name)) throw new InputError('name', JSON.stringify(name), 'letters, digits, - and _');
  const columns = requireRows(rows);
  const { caption, digits = 3 } = options;
  const decimals = (column: string): number => {
    // A column of counts has none.
    if (rows.every(({ [column]: cell }) => typeof cell === 'string' || Number.isInteger(cell))) return 0;
    return typeof digits === 'number' ? digits : (digits[column] ?? 3);
  };
  const shown = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column, asText(row[column], decimals(column))])),
  );
  const file = path.join(options.folder ?? path.join(reportFolder(), 'tables'), name);
  writeFileAtomic(`${file}.csv`, csv(columns, rows));
  writeFileAtomic(`${file}.json`, `${JSON.stringify({ caption: caption ?? '', rows }, null, 2)}\n`);
  writeFileAtomic(`${file}.html`, html(name, columns, shown, caption));
  showTable(shown, { caption });
}

function requireRows(rows: readonly TableRow[]): string[] {
  if (rows.length === 0) throw new InputError('rows', 'none', 'at least one');
  const columns = Object.keys(rows[0]);
  rows.forEach((row, index) => {
    const keys = Object.keys(row);
    if (keys.length !== columns.length || keys.some((key) => !columns.includes(key))) {
      throw new InputError(`rows[${index}]`, `columns ${keys.join(', ')}`, columns.join(', '));
    }
  });
  return columns;
}

function isEstimate(cell: TableCell): cell is TableEstimate {
  return typeof cell === 'object' && cell !== null;
}

function asText(cell: TableCell, digits: number): string {
  if (typeof cell === 'string') return cell;
  if (isEstimate(cell)) {
    const { value, low, high } = cell;
    // Decimals of a wide interval are meaningless.
    const sensible = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? Math.max(0, digits - 2) : digits;
    return `${asText(value, sensible)} [${asText(low, sensible)}, ${asText(high, sensible)}]`;
  }
  return cell !== null && Number.isFinite(cell) ? formatNumber(cell, digits) : '–';
}

/** By RFC 4180; non-finite numbers are left empty. */
function csv(columns: readonly string[], rows: readonly TableRow[]): string {
  const field = (value: TableCell): string => {
    const text = value === null || (typeof value === 'number' && !Number.isFinite(value)) ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const wide = new Set(columns.filter((column) => rows.some((row) => isEstimate(row[column]))));
  const spread = (column: string, cell: TableCell): TableCell[] => {
    if (!wide.has(column)) return [cell];
    return isEstimate(cell) ? [cell.value, cell.low, cell.high] : [cell, null, null];
  };
  const head = columns.flatMap((column) => (wide.has(column) ? [column, `${column} low`, `${column} high`] : [column]));
  const lines = [head, ...rows.map((row) => columns.flatMap((column) => spread(column, row[column])))];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function html(name: string, columns: readonly string[], rows: readonly Record<string, string>[], caption = ''): string {
  const cells = (tag: string, values: readonly string[]): string =>
    `<tr>${values.map((value) => `<${tag}>${escapeXml(value)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) =>
    cells(
      'td',
      columns.map((column) => row[column]),
    ),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(name)}</title>
<style>:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
caption { caption-side: bottom; text-align: left; padding-top: .6rem; }
th, td { padding: .25rem .8rem; border-bottom: 1px solid #8884; text-align: right; }</style></head>
<body><p><a href="../index.html">Report</a></p>
<table>${caption === '' ? '' : `<caption>${escapeXml(caption)}</caption>`}
<thead>${cells('th', columns)}</thead>
<tbody>
${body.join('\n')}
</tbody></table></body>
</html>
`;
}

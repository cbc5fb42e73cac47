import type { Metric } from './metrics';

const COLUMNS = ['metric', 'unit', 'value', 'low', 'high', 'floor'] as const;

/** The table in the format of its file's extension: .csv, .json, else aligned text. */
export function formatTable(rows: Metric[], file: string, context: Record<string, unknown>): string {
  if (/\.json$/i.test(file)) return `${JSON.stringify({ ...context, metrics: rows }, null, 1)}\n`;
  if (/\.csv$/i.test(file)) {
    const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => quoted(row[column])))];
    return lines.map((line) => `${line.join(',')}\n`).join('');
  }
  return text(rows);
}

function quoted(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : String(value);
}

function text(rows: Metric[]): string {
  const shown = (value: number | null): string => (value === null ? '' : value.toPrecision(4));
  const cells = rows.map(({ metric, unit, value, low, high, floor }) => [
    unit === '' ? metric : `${metric} (${unit})`,
    shown(value),
    low === null ? '' : `${shown(low)} – ${shown(high)}`,
    shown(floor),
  ]);
  const table = [['metric', 'value', 'interval', 'training'], ...cells];
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

import { moments } from '../evaluate/statistics/moments';
import { escapeXml } from '../notebook/fonts';
import type { Metric } from './metrics';

/** Rows that belong together, and their name. */
interface Group {
  name: string;
  rows: Metric[];
}

const STYLE = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;font-weight:normal}th{opacity:.7}
td.number{font-variant-numeric:tabular-nums}svg{display:block;fill:currentColor;stroke:currentColor}
pre{white-space:pre-wrap}`;

/** Size of the strip of values, pixels. */
const [WIDTH, HEIGHT] = [240, 18];

/** A page of the metrics, one table each; sets named alike up to the last slash are one row, an ensemble. */
export function tablePage(rows: readonly Metric[], context: Record<string, unknown>): string {
  const metrics = groups(rows, ({ key }) => key);
  const made = escapeXml(JSON.stringify(context, null, 1));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Metrics</title><style>${STYLE}</style><h1>Metrics</h1>
<p>${rows.length} values of ${metrics.length} metrics. Points are values, lines their bootstrap intervals; the dashed
line is the training data, what a perfect model would have.</p>
${metrics.map(({ rows }) => section(rows)).join('\n')}
<details><summary>How this was made</summary><pre>${made}</pre></details></html>
`;
}

function section(rows: Metric[]): string {
  const [{ metric, unit }] = rows;
  const { least, greatest } = moments(rows.flatMap(({ value, low, high, floor }) => [value, low, high, floor].map(at)));
  const scale = (value: number): string => (5 + ((WIDTH - 10) * (value - least)) / (greatest - least || 1)).toFixed(1);
  const title = escapeXml(unit === '' ? metric : `${metric} (${unit})`);
  const range = `${shown(least)} … ${shown(greatest)}`;
  return `<h2>${title}</h2><table><tr><th>set<th>values<th>mean ± deviation<th>training<th>${range}</tr>
${groups(rows, ensembleOf)
  .map((group) => rowOf(group, scale))
  .join('\n')}</table>`;
}

function groups(rows: readonly Metric[], nameOf: (row: Metric) => string): Group[] {
  const named = new Map<string, Metric[]>();
  for (const row of rows) {
    const name = nameOf(row);
    if (!named.get(name)?.push(row)) named.set(name, [row]);
  }
  return [...named].map(([name, all]) => ({ name, rows: all }));
}

/** Not a number where there is none. */
function at(value: number | null): number {
  return value ?? Number.NaN;
}

function ensembleOf({ set, file = '' }: Metric): string {
  return set === undefined ? file : set.replace(/\/[^/]*$/, '');
}

function rowOf({ name, rows }: Group, scale: (value: number) => string): string {
  const { mean, deviation } = moments(rows.map(({ value }) => value));
  const floor = rows.find((row) => row.floor !== null)?.floor ?? null;
  const spread = rows.length > 1 ? ` ± ${shown(deviation)}` : '';
  const cells = [String(rows.length), shown(mean) + spread, floor === null ? '' : shown(floor)];
  const numbers = cells.map((cell) => `<td class="number">${cell}`).join('');
  return `<tr><td>${escapeXml(name)}${numbers}<td>${strip(rows, floor, scale)}</tr>`;
}

function strip(rows: readonly Metric[], floor: number | null, scale: (value: number) => string): string {
  const middle = HEIGHT / 2;
  const marks = rows.map(({ value, low, high }) => {
    const bar = low === null || high === null ? '' : `<path d="M${scale(low)} ${middle}H${scale(high)}" opacity=".4"/>`;
    return `${bar}<circle cx="${scale(value)}" cy="${middle}" r="2.5"/>`;
  });
  const dashed = floor === null ? '' : `<path d="M${scale(floor)} 0V${HEIGHT}" stroke-dasharray="3 2"/>`;
  return `<svg width="${WIDTH}" height="${HEIGHT}" role="img">${dashed}${marks.join('')}</svg>`;
}

function shown(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

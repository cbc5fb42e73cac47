import { InputError, requireKnownOptions } from '../core';
import type { Figure, Trace } from './figure';
import {
  axis,
  CHART_OPTIONS,
  type ChartOptions,
  chartLayout,
  colorBar,
  DIVERGING,
  FONT_SIZE,
  formatNumber,
} from './style';

/** Options of {@link heatmapFigure}. */
export interface HeatmapFigureOptions extends ChartOptions {
  /** Name and unit of the values: '<i>G</i> (Å²)'. */
  label?: string;
  /** Colors run from −limit to +limit; default the greatest magnitude. Give one limit to figures to be compared. */
  limit?: number;
  /** Decimals of the values written in the cells; none are written if absent. */
  digits?: number;
  /** Names of rows and columns; default 1, 2, 3 … */
  rowNames?: string[];
  columnNames?: string[];
  /** Leaves out the entries below the diagonal. */
  upperTriangle?: boolean;
}

/**
 * A matrix (rows × columns, row-major) as colored squares, blue below zero and red above, first row on top, with the
 * values written in if `digits` is given.
 */
export function heatmapFigure(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  options: HeatmapFigureOptions = {},
): Figure {
  const own = ['label', 'limit', 'digits', 'rowNames', 'columnNames', 'upperTriangle'];
  requireKnownOptions(options, [...CHART_OPTIONS, ...own]);
  if (values.length !== rows * columns) {
    throw new InputError('values', `${values.length} numbers`, `${rows} × ${columns} = ${rows * columns}`);
  }
  const shown = (i: number, j: number): boolean => !(options.upperTriangle && j < i);
  const table = <T>(cell: (value: number) => T): (T | null)[][] =>
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => (shown(i, j) ? cell(values[i * columns + j]) : null)),
    );
  const { digits, limit = greatestMagnitude(values) } = options;
  const names = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k + 1));
  const trace: Trace = {
    type: 'heatmap',
    x: Array.from({ length: columns }, (_, k) => k),
    y: Array.from({ length: rows }, (_, k) => k),
    z: table((value) => value),
    zmin: -limit,
    zmax: limit,
    colorscale: DIVERGING,
    xgap: 1,
    ygap: 1,
    hovertemplate: 'row %{y}, column %{x}: %{z}<extra></extra>',
    colorbar: { ...colorBar(options.label), len: 1 },
    ...(digits === undefined
      ? {}
      : {
          text: table((value) => formatNumber(value, digits)).map((row) => row.map((text) => text ?? '')),
          texttemplate: '%{text}',
          textfont: { size: FONT_SIZE - 3 },
        }),
  };
  const side = (name: string | undefined, ticks: string[]): Record<string, unknown> => ({
    ...axis(name),
    mirror: false,
    showline: false,
    ticks: '',
    showgrid: false,
    tickmode: 'array',
    tickvals: ticks.map((_, k) => k),
    ticktext: ticks,
  });
  const layout: Record<string, unknown> = {
    ...chartLayout({ title: options.title, width: options.width ?? 540, height: options.height ?? 470 }),
    margin: { l: 60, r: 20, t: options.title === undefined ? 20 : 50, b: 60 },
    xaxis: { ...side(options.xLabel, options.columnNames ?? names(columns)), constrain: 'domain' },
    yaxis: {
      ...side(options.yLabel, options.rowNames ?? names(rows)),
      autorange: 'reversed',
      scaleanchor: 'x',
      constrain: 'domain',
    },
  };
  return { data: [trace], layout };
}

function greatestMagnitude(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) most = Math.max(most, Math.abs(values[i]));
  return most || 1;
}

import { InputError, requireKnownOptions } from '../core';
import type { Figure, Trace } from './figure';
import { axis, CHART_OPTIONS, type ChartOptions, chartLayout, INK, PALETTE, withOpacity } from './style';

/** A number with its interval, as `bootstrap` and judges return it. */
export interface NamedInterval {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** Options of {@link intervalFigure}. */
export interface IntervalFigureOptions extends ChartOptions {
  /** Values from `low` to `high` are shaded over all rows: the floor of a metric, or a target. */
  band?: { low: number; high: number };
}

/**
 * Dots with their intervals, one row each, the first on top: the same metric of several models.
 *
 * @throws InputError for no rows
 */
export function intervalFigure(rows: readonly NamedInterval[], options: IntervalFigureOptions = {}): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'band']);
  if (rows.length === 0) throw new InputError('rows', 'none', 'at least one');
  const { band } = options;
  const y = rows.map((_, k) => rows.length - 1 - k);
  const [bottom, top] = [-0.6, rows.length - 0.4];
  const data: Trace[] = [];
  if (band) {
    data.push({
      type: 'scatter',
      mode: 'lines',
      x: [band.low, band.high, band.high, band.low],
      y: [bottom, bottom, top, top],
      fill: 'toself',
      fillcolor: withOpacity(INK, 0.15),
      line: { width: 0 },
      hoverinfo: 'skip',
    });
  }
  data.push({
    type: 'scatter',
    mode: 'markers',
    x: rows.map(({ value }) => value),
    y,
    text: rows.map(({ name }) => name),
    marker: { color: PALETTE[0], size: 8 },
    error_x: {
      type: 'data',
      symmetric: false,
      array: rows.map(({ value, high }) => high - value),
      arrayminus: rows.map(({ value, low }) => value - low),
      color: PALETTE[0],
      thickness: 2,
      width: 4,
    },
  });
  const layout = chartLayout({ ...options, yRange: [bottom, top] });
  const labels = { tickvals: y, ticktext: rows.map(({ name }) => name) };
  const yaxis = { ...axis(undefined, [bottom, top]), ...labels, ticks: '', zeroline: false, automargin: true };
  return { data, layout: { ...layout, showlegend: false, yaxis } };
}

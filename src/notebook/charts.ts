import { InputError, requireKnownOptions } from '../core';
import { moments, quantiles } from '../evaluate';
import { binPairs } from './binning';
import { mix } from './drawing';
import type { Figure, Trace } from './figure';
import {
  axis,
  CHART_OPTIONS,
  type ChartOptions,
  chartLayout,
  colorBar,
  FONT_SIZE,
  formatNumber,
  INK,
  type Reference,
  referenceLine,
  SEQUENTIAL,
  seriesStyle,
  withOpacity,
} from './style';

/** One curve, with a band from `low` to `high` if both are given. */
export interface Curve {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
  /** Lines (default), markers, or both. */
  mode?: 'lines' | 'markers' | 'lines+markers';
  /**
   * Index of its color, dash and symbol (default its place). Curves that share it and the name share a legend entry.
   */
  style?: number;
  /** Whether the legend names it (default true); not where the panel's title names it. */
  inLegend?: boolean;
}

/** Options of {@link curvesFigure}. */
export interface CurvesFigureOptions extends ChartOptions {
  /** Vertical lines at x values, horizontal ones at y values, known from elsewhere. */
  xReferences?: Reference[];
  yReferences?: Reference[];
  /** Curves with more points are thinned to this many (default 1000). */
  maxPoints?: number;
}

/** Curves with optional bands, on linear or log axes: training curves, g(r), errors against size. */
export function curvesFigure(curves: readonly Curve[], options: CurvesFigureOptions = {}): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'xReferences', 'yReferences', 'maxPoints']);
  const data: Trace[] = [];
  const seen: { x: number[]; y: number[] } = { x: [], y: [] };
  curves.forEach((curve, index) => {
    const { color, dash, symbol } = seriesStyle(curve.style ?? index);
    const isFirst = curves.findIndex(({ name }) => name === curve.name) === index;
    const keep = thin(curve.x.length, options.maxPoints ?? 1000);
    const x = keep.map((i) => curve.x[i]);
    const y = keep.map((i) => curve.y[i]);
    const [low, high] = [curve.low, curve.high].map((edge) => edge && keep.map((i) => edge[i]));
    if (low !== undefined && high !== undefined) data.push(band(x, low, high, color, curve.name));
    seen.x.push(...x.filter((_, i) => Number.isFinite(y[i])));
    seen.y.push(...y.filter(Number.isFinite));
    data.push({
      type: 'scatter',
      mode: curve.mode ?? 'lines',
      name: curve.name,
      legendgroup: curve.name,
      ...(isFirst && curve.inLegend !== false ? {} : { showlegend: false }),
      x,
      y,
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 7 },
    });
  });
  const [left, right] = options.xRange ?? extremes(seen.x);
  const [bottom, top] = options.yRange ?? extremes(seen.y);
  (options.xReferences ?? []).forEach(({ name, value }, index) => {
    const foot = options.yRange?.[0] ?? (options.yLog ? bottom : Math.min(0, bottom));
    data.push(referenceLine(name, [value, value], [foot, top], index));
  });
  (options.yReferences ?? []).forEach(({ name, value }, index) => {
    data.push(referenceLine(name, [left, right], [value, value], index + (options.xReferences ?? []).length));
  });
  return {
    data,
    layout: chartLayout({ ...options, xRange: options.xRange ?? (left < right ? [left, right] : undefined) }),
  };
}

function extremes(values: readonly number[]): [number, number] {
  const { least, greatest } = moments(values);
  return [least, greatest];
}

/** At most `most` of `length` indices, evenly spaced, the last one among them. */
function thin(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}

function band(x: number[], low: number[], high: number[], color: string, name: string): Trace {
  return {
    type: 'scatter',
    mode: 'lines',
    x: [...x, ...[...x].reverse()],
    y: [...high, ...low.reverse()],
    fill: 'toself',
    fillcolor: withOpacity(color, 0.2),
    line: { width: 0 },
    legendgroup: name,
    showlegend: false,
    hoverinfo: 'skip',
  };
}

/** Bars of several series side by side over named categories, with error bars if given. */
export function barFigure(
  categories: readonly string[],
  series: readonly { name: string; values: ArrayLike<number>; errors?: ArrayLike<number> }[],
  options: ChartOptions & { digits?: number } = {},
): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'digits']);
  const { digits } = options;
  const data = series.map(({ name, values, errors }, index): Trace => {
    const { color } = seriesStyle(index);
    const pattern = { shape: ['', '/', '.', 'x'][index % 4], fgcolor: color, bgcolor: 'white', size: 7 };
    const written = {
      text: Array.from(values, (value) => formatNumber(value, digits ?? 0)),
      textposition: 'outside',
      textangle: 0,
      textfont: { size: FONT_SIZE - 2 },
      constraintext: 'none',
      cliponaxis: false,
    };
    return {
      type: 'bar',
      name,
      x: categories,
      y: Array.from(values),
      marker: { color: mix(color, '#ffffff', 0.35), line: { color, width: 1.5 }, pattern },
      ...(errors === undefined
        ? {}
        : { error_y: { type: 'data', array: Array.from(errors), color: INK, thickness: 1.5 } }),
      ...(digits === undefined ? {} : written),
    };
  });
  const layout = chartLayout(options);
  const xaxis = { ...axis(options.xLabel), type: 'category', showgrid: false, ticks: '' };
  return { data, layout: { ...layout, barmode: 'group', bargap: 0.3, showlegend: series.length > 1, xaxis } };
}

/** Options of {@link densityFigure}. */
export interface DensityFigureOptions extends ChartOptions {
  /** Bins along each axis. */
  bins?: number;
  /** Draws the line y = x. */
  diagonal?: boolean;
  /**
   * Pairs in a bin at the dark end of the scale (default the most there are); panels with the same share a color bar.
   */
  mostPairs?: number;
}

/** Pairs (x, y) as a density map on a log color scale, with the diagonal y = x if asked: parity plots. */
export function densityFigure(x: ArrayLike<number>, y: ArrayLike<number>, options: DensityFigureOptions = {}): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'bins', 'diagonal', 'mostPairs']);
  const { counts, bins, xRange, yRange } = binPairs(x, y, options);
  const centers = ([low, high]: [number, number]) =>
    Array.from({ length: bins }, (_, k) => low + ((k + 0.5) * (high - low)) / bins);
  const most = options.mostPairs ?? Math.max(1, ...counts);
  const z = Array.from({ length: bins }, (_, row) =>
    Array.from(counts.subarray(row * bins, (row + 1) * bins), (count) => (count === 0 ? null : Math.log10(count))),
  );
  const decades = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, k) => k);
  const ticks = { tickvals: decades, ticktext: decades.map((k) => `10<sup>${k}</sup>`) };
  const data: Trace[] = [
    {
      type: 'heatmap',
      x: centers(xRange),
      y: centers(yRange),
      z,
      ...(options.mostPairs === undefined ? {} : { zmin: 0, zmax: Math.log10(most) }),
      colorscale: SEQUENTIAL.map(([at, color]) => [at, at === 0 ? '#c6dbef' : color]),
      colorbar: { ...colorBar('Pairs in a bin'), ...ticks },
      hoverinfo: 'x+y',
    },
  ];
  if (options.diagonal) {
    const ends = [Math.max(xRange[0], yRange[0]), Math.min(xRange[1], yRange[1])];
    data.push({
      type: 'scatter',
      mode: 'lines',
      name: '<i>y</i> = <i>x</i>',
      x: ends,
      y: ends,
      line: { color: INK, dash: 'dash', width: 1.5 },
    });
  }
  return { data, layout: chartLayout({ width: 560, height: 500, ...options, xRange, yRange }) };
}

/**
 * Eigenvalue spectra: for each rank the median over all matrices, in a band from the 5th to the 95th percentile;
 * `values` holds M·n eigenvalues, each matrix's n in descending order.
 */
export function spectrumFigure(
  series: readonly { name: string; values: ArrayLike<number> }[],
  n: number,
  options: ChartOptions = {},
): Figure {
  requireKnownOptions(options, CHART_OPTIONS);
  const curves = series.map(({ name, values }): Curve => {
    const rows = values.length / n;
    if (!Number.isInteger(rows)) {
      throw new InputError(`series '${name}'`, `${values.length} values`, `a multiple of ${n}`);
    }
    const ofRank = (k: number): number[] => Array.from({ length: rows }, (_, m) => values[m * n + k]);
    const x = Array.from({ length: n }, (_, k) => k + 1);
    const [low, y, high] = [0.05, 0.5, 0.95].map((level) => x.map((rank) => quantiles(ofRank(rank - 1), [level])[0]));
    return { name, x, y, low, high, mode: 'lines+markers' };
  });
  const figure = curvesFigure(curves, { xLabel: 'Rank of the eigenvalue', xRange: [0.4, n + 0.6], ...options });
  return { ...figure, layout: { ...figure.layout, xaxis: { ...(figure.layout.xaxis as object), dtick: 1 } } };
}

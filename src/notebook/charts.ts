import { InputError } from '../core';
import { binPairs, binValues, type Histogram, quantiles } from './binning';
import type { Figure, Trace } from './figure';
import { axis, type ChartOptions, chartLayout, formatNumber, INK, SEQUENTIAL, seriesStyle, withOpacity } from './style';

/** A value to mark by a dashed line across the plot; its name goes into the legend, where it covers nothing. */
export interface Reference {
  name: string;
  value: number;
}

/** Values of one histogram, or a histogram made before. */
export interface HistogramSeries {
  name: string;
  values: ArrayLike<number> | Histogram;
}

/** Options of {@link histogramFigure}. */
export interface HistogramOptions extends ChartOptions {
  range?: [number, number];
  bins?: number;
  /** Vertical lines at values known from elsewhere. */
  references?: Reference[];
  /** Adds mean and deviation to the legend, with this many decimals and this unit. */
  stats?: { digits: number; unit?: string };
  /** What the height is: probability density (default), or the number of values. */
  quantity?: 'density' | 'count';
}

/** Overlaid histograms as step lines, one color and dash each, with shared bins; density has the inverse unit of x. */
export function histogramFigure(series: readonly HistogramSeries[], options: HistogramOptions = {}): Figure {
  const range = options.range ?? commonRange(series);
  const quantity = options.quantity ?? 'density';
  let top = 0;
  const data = series.map(({ name, values }, index): Trace => {
    const histogram = 'edges' in values ? (values as Histogram) : binValues(values, { range, bins: options.bins });
    const heights = quantity === 'density' ? histogram.density : histogram.counts;
    top = Math.max(top, ...heights);
    const { color, dash } = seriesStyle(index);
    const { edges } = histogram;
    return {
      type: 'scatter',
      mode: 'lines',
      name: options.stats === undefined ? name : `${name}: ${describe(histogram, options.stats)}`,
      // One zero either side closes the outline.
      x: [edges[0], ...middles(edges), edges[edges.length - 1]],
      y: [0, ...heights, 0],
      line: { shape: 'hvh', color, dash, width: 2 },
      ...(index === 0 ? { fill: 'tozeroy', fillcolor: withOpacity(color, 0.15) } : {}),
    };
  });
  data.push(...(options.references ?? []).map((mark, index) => verticalLine(mark, top * 1.05, series.length + index)));
  const yLabel = options.yLabel ?? (quantity === 'density' ? 'Probability density' : 'Count');
  const yRange = options.yRange ?? (options.yLog ? undefined : ([0, top * 1.05] as [number, number]));
  return { data, layout: chartLayout({ ...options, xRange: options.xRange ?? range, yRange, yLabel }) };
}

function middles(edges: Float64Array): Float64Array {
  return edges.subarray(1).map((edge, k) => (edge + edges[k]) / 2);
}

function commonRange(series: readonly HistogramSeries[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of series) {
    const { edges } = 'edges' in values ? (values as Histogram) : binValues(values, { bins: 1 });
    low = Math.min(low, edges[0]);
    high = Math.max(high, edges[edges.length - 1]);
  }
  if (!(low < high)) throw new InputError('series', 'no values', 'at least one series with a value');
  return [low, high];
}

function describe(histogram: Histogram, { digits, unit }: { digits: number; unit?: string }): string {
  const { mean, deviation } = histogram;
  return `${formatNumber(mean, digits)} ± ${formatNumber(deviation, digits)}${unit === undefined ? '' : ` ${unit}`}`;
}

function verticalLine({ name, value }: Reference, top: number, index: number): Trace {
  const { dash } = seriesStyle(1 + (index % 5));
  return {
    type: 'scatter',
    mode: 'lines',
    name,
    x: [value, value],
    y: [0, top],
    line: { color: INK, dash, width: 1.5 },
    hoverinfo: 'name',
  };
}

/** One curve, with a band from `low` to `high` if both are given. */
export interface Curve {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
  /** Lines (default), markers, or both. */
  mode?: 'lines' | 'markers' | 'lines+markers';
}

/** Options of {@link curvesFigure}. */
export interface CurvesOptions extends ChartOptions {
  /** Vertical lines at x values, horizontal ones at y values, known from elsewhere. */
  xReferences?: Reference[];
  yReferences?: Reference[];
  /** Curves with more points are thinned to this many (default 1000). */
  maxPoints?: number;
}

/** Curves with optional bands, on linear or log axes: training curves, g(r), errors against size. */
export function curvesFigure(curves: readonly Curve[], options: CurvesOptions = {}): Figure {
  const data: Trace[] = [];
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  curves.forEach((curve, index) => {
    const { color, dash, symbol } = seriesStyle(index);
    const keep = thin(curve.x.length, options.maxPoints ?? 1000);
    const x = keep.map((i) => curve.x[i]);
    const y = keep.map((i) => curve.y[i]);
    const { low, high } = curve;
    if (low !== undefined && high !== undefined) {
      data.push(
        band(
          x,
          keep.map((i) => low[i]),
          keep.map((i) => high[i]),
          color,
          curve.name,
        ),
      );
    }
    grow(bounds, x, y);
    data.push({
      type: 'scatter',
      mode: curve.mode ?? 'lines',
      name: curve.name,
      legendgroup: curve.name,
      x,
      y,
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 7 },
    });
  });
  const [left, right] = options.xRange ?? [bounds.left, bounds.right];
  const [bottom, top] = options.yRange ?? [bounds.bottom, bounds.top];
  for (const [index, { name, value }] of (options.xReferences ?? []).entries()) {
    data.push({
      ...verticalLine({ name, value }, top, curves.length + index),
      y: [options.yLog ? bottom : Math.min(0, bottom), top],
    });
  }
  for (const [index, { name, value }] of (options.yReferences ?? []).entries()) {
    data.push({ ...verticalLine({ name, value }, top, curves.length + index), x: [left, right], y: [value, value] });
  }
  return {
    data,
    layout: chartLayout({ ...options, xRange: options.xRange ?? (left < right ? [left, right] : undefined) }),
  };
}

function grow(
  bounds: { left: number; right: number; bottom: number; top: number },
  x: readonly number[],
  y: readonly number[],
): void {
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) continue;
    bounds.left = Math.min(bounds.left, x[i]);
    bounds.right = Math.max(bounds.right, x[i]);
    bounds.bottom = Math.min(bounds.bottom, y[i]);
    bounds.top = Math.max(bounds.top, y[i]);
  }
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
  const data = series.map(({ name, values, errors }, index): Trace => {
    const { color } = seriesStyle(index);
    return {
      type: 'bar',
      name,
      x: categories,
      y: Array.from(values),
      marker: {
        color: withOpacity(color, 0.75),
        line: { color, width: 1.5 },
        pattern: { shape: ['', '/', '.', 'x'][index % 4] },
      },
      ...(errors === undefined
        ? {}
        : { error_y: { type: 'data', array: Array.from(errors), color: INK, thickness: 1.5 } }),
      ...(options.digits === undefined
        ? {}
        : {
            text: Array.from(values, (value) => formatNumber(value, options.digits!)),
            textposition: 'outside',
            cliponaxis: false,
          }),
    };
  });
  const layout = chartLayout(options);
  return {
    data,
    layout: {
      ...layout,
      barmode: 'group',
      bargap: 0.3,
      showlegend: series.length > 1,
      xaxis: { ...axis(options.xLabel), type: 'category' },
    },
  };
}

/** Box plots: quartiles, median, and whiskers at the 5th and 95th percentile. Only these five numbers are stored. */
export function boxFigure(
  series: readonly { name: string; values: ArrayLike<number> }[],
  options: ChartOptions = {},
): Figure {
  const data = series.map(({ name, values }): Trace => {
    const [lowerfence, q1, median, q3, upperfence] = quantiles(values, [0.05, 0.25, 0.5, 0.75, 0.95]).map((q) => [q]);
    const { color } = seriesStyle(0);
    return {
      type: 'box',
      name,
      x: [name],
      lowerfence,
      q1,
      median,
      q3,
      upperfence,
      line: { color, width: 1.5 },
      fillcolor: withOpacity(color, 0.25),
    };
  });
  const layout = chartLayout(options);
  return { data, layout: { ...layout, showlegend: false, xaxis: { ...axis(options.xLabel), type: 'category' } } };
}

/** Violins: the distribution of each series as a mirrored histogram about its position 1, 2, 3 …, with the median. */
export function violinFigure(
  series: readonly { name: string; values: ArrayLike<number> }[],
  options: ChartOptions & { bins?: number; range?: [number, number] } = {},
): Figure {
  const range = options.range ?? commonRange(series);
  const data: Trace[] = [];
  const middle: number[] = [];
  const { color } = seriesStyle(0);
  series.forEach(({ values }, index) => {
    const { density, edges } = binValues(values, { range, bins: options.bins ?? 120 });
    const [first, last] = occupied(density);
    const widest = Math.max(...density);
    const at = Array.from(middles(edges).subarray(first, last + 1));
    const half = Array.from(density.subarray(first, last + 1), (d) => (0.45 * d) / widest);
    middle.push(quantiles(values, [0.5])[0]);
    data.push({
      type: 'scatter',
      mode: 'lines',
      x: [...half.map((h) => index + 1 - h), ...half.map((h) => index + 1 + h).reverse()],
      y: [...at, ...[...at].reverse()],
      fill: 'toself',
      fillcolor: withOpacity(color, 0.3),
      line: { color, width: 1 },
      showlegend: false,
      hoverinfo: 'skip',
    });
  });
  const x = series.map((_, index) => index + 1);
  const marker = { color: INK, symbol: 'line-ew', size: 16, line: { color: INK, width: 2 } };
  data.push({ type: 'scatter', mode: 'markers', name: 'median', x, y: middle, marker });
  const layout = chartLayout({ ...options, xRange: [0.4, series.length + 0.6] });
  const ticks = { tickmode: 'array', tickvals: x, ticktext: series.map(({ name }) => name), showgrid: false };
  return { data, layout: { ...layout, xaxis: { ...(layout.xaxis as object), ...ticks } } };
}

/** First and last bin that holds anything. */
function occupied(density: Float64Array): [number, number] {
  let last = density.length - 1;
  while (last > 0 && density[last] === 0) last--;
  return [density.findIndex((d) => d > 0), last];
}

/** Pairs (x, y) as a density map on a log color scale, with the diagonal y = x if asked: parity plots. */
export function densityFigure(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: ChartOptions & { bins?: number; diagonal?: boolean } = {},
): Figure {
  const { counts, bins, xRange, yRange } = binPairs(x, y, options);
  const centers = ([low, high]: [number, number]) =>
    Array.from({ length: bins }, (_, k) => low + ((k + 0.5) * (high - low)) / bins);
  const most = Math.max(1, ...counts);
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
      colorscale: SEQUENTIAL.map(([at, color]) => [at, at === 0 ? '#c6dbef' : color]),
      colorbar: { title: { text: 'Pairs in a cell', side: 'right' }, thickness: 14, outlinewidth: 0, ...ticks },
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
 * Eigenvalue spectra: for each rank the median over all matrices and the 5th to 95th percentile as a bar;
 * `values` holds M·n eigenvalues, each matrix's n in descending order.
 */
export function spectrumFigure(
  series: readonly { name: string; values: ArrayLike<number> }[],
  n: number,
  options: ChartOptions = {},
): Figure {
  const data = series.map(({ name, values }, index): Trace => {
    const { color, symbol } = seriesStyle(index);
    const rows = values.length / n;
    if (!Number.isInteger(rows))
      throw new InputError(`series '${name}'`, `${values.length} values`, `a multiple of ${n}`);
    const shift = (index - (series.length - 1) / 2) * 0.15;
    const levels = Array.from({ length: n }, (_, k) =>
      quantiles(
        Array.from({ length: rows }, (_, m) => values[m * n + k]),
        [0.05, 0.5, 0.95],
      ),
    );
    return {
      type: 'scatter',
      mode: 'markers',
      name,
      x: levels.map((_, k) => k + 1 + shift),
      y: levels.map((level) => level[1]),
      error_y: {
        type: 'data',
        symmetric: false,
        array: levels.map((level) => level[2] - level[1]),
        arrayminus: levels.map((level) => level[1] - level[0]),
        color,
        thickness: 1.5,
      },
      marker: { color, symbol, size: 8 },
    };
  });
  const layout = chartLayout({ xLabel: 'Rank of the eigenvalue', xRange: [0.4, n + 0.6], ...options });
  return { data, layout: { ...layout, xaxis: { ...(layout.xaxis as object), dtick: 1 } } };
}

import { InputError, requireKnownOptions } from '../core';
import { type Histogram, histogram, moments } from '../evaluate';
import type { Figure, Trace } from './figure';
import {
  CHART_OPTIONS,
  type ChartOptions,
  chartLayout,
  formatNumber,
  type Reference,
  referenceLine,
  seriesStyle,
  withOpacity,
} from './style';

/** Values of one histogram, or a histogram made before. Values that are not finite are left out. */
export interface HistogramSeries {
  name: string;
  values: ArrayLike<number> | Histogram;
  /** Index of its color and dash; default its place. */
  style?: number;
}

/** Options of {@link histogramFigure}. */
export interface HistogramFigureOptions extends ChartOptions {
  range?: [number, number];
  /** Equal bins (default 60), the same for all series. */
  bins?: number;
  /** Vertical lines at values known from elsewhere. */
  references?: Reference[];
  /** Adds mean ± standard deviation of all values to the legend, with this many decimals and this unit. */
  stats?: { digits: number; unit?: string };
  /** What the height is: probability density (default; its area is the share of values in range), or their number. */
  quantity?: 'density' | 'count';
}

/** Overlaid histograms as step lines, one color and dash each, with shared bins; density has the inverse unit of x. */
export function histogramFigure(series: readonly HistogramSeries[], options: HistogramFigureOptions = {}): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'range', 'bins', 'references', 'stats', 'quantity']);
  const range = options.range ?? commonRange(series);
  const quantity = options.quantity ?? 'density';
  let top = 0;
  const data = series.map(({ name, values, style }, index): Trace => {
    const binned = isHistogram(values) ? values : binFinite(values, range, options.bins ?? 60);
    const heights = quantity === 'density' ? binned.density : binned.counts;
    top = Math.max(top, ...heights);
    const { color, dash } = seriesStyle(style ?? index);
    const { edges, centers } = binned;
    const [mean, deviation, unit] =
      options.stats && !isHistogram(values) ? meanAndDeviation(values, options.stats) : [];
    return {
      type: 'scatter',
      mode: 'lines',
      name: mean === undefined ? name : `${name}: ${mean} ± ${deviation}${unit}`,
      // One zero either side closes the outline.
      x: [edges[0], ...centers, edges[edges.length - 1]],
      y: [0, ...heights, 0],
      line: { shape: 'hvh', color, dash, width: 2 },
      ...((style ?? index) === 0 ? { fill: 'tozeroy', fillcolor: withOpacity(color, 0.15) } : {}),
    };
  });
  const lines = options.references ?? [];
  data.push(...lines.map(({ name, value }, index) => referenceLine(name, [value, value], [0, top * 1.05], index)));
  const yLabel = options.yLabel ?? (quantity === 'density' ? 'Probability density' : 'Count');
  const yRange = options.yRange ?? (options.yLog ? undefined : ([0, top * 1.05] as [number, number]));
  return { data, layout: chartLayout({ ...options, xRange: options.xRange ?? range, yRange, yLabel }) };
}

function isHistogram(values: ArrayLike<number> | Histogram): values is Histogram {
  return 'edges' in values;
}

/** Histogram of the finite values whose area is the share of them inside the range. */
function binFinite(values: ArrayLike<number>, range: [number, number], bins: number): Histogram {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  const binned = histogram(finite, { range, bins });
  const share = finite.length === 0 ? 0 : 1 - binned.outside / finite.length;
  return { ...binned, density: binned.density.map((d) => d * share) };
}

function commonRange(series: readonly HistogramSeries[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of series) {
    const { least, greatest } = isHistogram(values)
      ? { least: values.edges[0], greatest: values.edges[values.edges.length - 1] }
      : moments(values);
    low = Math.min(low, least);
    high = Math.max(high, greatest);
  }
  if (!(low <= high)) throw new InputError('series', 'no finite value', 'at least one');
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** Mean and standard deviation as a panel title states them: 'μ = 9.16 Å², σ = 3.66 Å²'. */
export function describeValues(values: ArrayLike<number>, options: { digits: number; unit?: string }): string {
  requireKnownOptions(options, ['digits', 'unit']);
  const [mean, deviation, unit] = meanAndDeviation(values, options);
  return `μ = ${mean}${unit}, σ = ${deviation}${unit}`;
}

function meanAndDeviation(values: ArrayLike<number>, options: { digits: number; unit?: string }): string[] {
  const { mean, deviation } = moments(values);
  const unit = options.unit === undefined ? '' : ` ${options.unit}`;
  return [formatNumber(mean, options.digits), formatNumber(deviation, options.digits), unit];
}

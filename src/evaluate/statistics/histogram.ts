import { InputError, requireFinite, requireInteger, requireKnownOptions } from '../../core';

/** Counts in equal bins. */
export interface Histogram {
  /** Bin edges, length bins + 1. */
  edges: Float64Array;
  /** Bin centers, length bins. */
  centers: Float64Array;
  /** Values in each bin, length bins. */
  counts: Float64Array;
  /** Counts as a probability density over the range: Σ density · width = 1 (all zero if no value lies inside). */
  density: Float64Array;
  /** Values outside the range, which are in no bin. */
  outside: number;
}

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Number of equal bins; default 100. */
  bins?: number;
  /** First and last edge, in the values' unit; default the smallest and largest value. */
  range?: [number, number];
}

/**
 * Histogram in equal bins, each closed below and open above, the last closed on both sides.
 *
 * Throws {@link InputError} if a value is not finite, the range is empty, or there is neither value nor range.
 */
export function histogram(values: ArrayLike<number>, options: HistogramOptions = {}): Histogram {
  requireKnownOptions(options, ['bins', 'range']);
  const bins = requireInteger(options.bins ?? 100, 'option bins', 1);
  requireFinite(values, 'values');
  const [low, high] = options.range ?? spanOf(values);
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new InputError('option range', `[${low}, ${high}]`, 'two finite numbers, the first below the second');
  }
  const edges = binEdges(low, high, bins);
  const counts = new Float64Array(bins);
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low || value > high) outside++;
    else counts[binIndex(value, edges)]++;
  }
  const inside = values.length - outside;
  const width = (high - low) / bins;
  const density = counts.map((count) => (inside === 0 ? 0 : count / (inside * width)));
  return { edges, centers: binCenters(edges), counts, density, outside };
}

/** `bins + 1` equally spaced edges from `low` to `high`. */
export function binEdges(low: number, high: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, b) => (b === bins ? high : low + ((high - low) * b) / bins));
}

/** Middle of each bin. */
export function binCenters(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, b) => (edges[b] + edges[b + 1]) / 2);
}

/** Bin of a value that lies between the first and last of equally spaced edges. */
function binIndex(value: number, edges: Float64Array): number {
  const bins = edges.length - 1;
  const low = edges[0];
  let bin = Math.min(bins - 1, Math.floor(((value - low) / (edges[bins] - low)) * bins));
  // Rounding in the division may miss by one at an edge; the edges decide.
  if (value < edges[bin]) bin--;
  else if (bin < bins - 1 && value >= edges[bin + 1]) bin++;
  return bin;
}

function spanOf(values: ArrayLike<number>): [number, number] {
  if (values.length === 0) throw new InputError('values', 'none', 'at least one value, or option range');
  let low = values[0];
  let high = values[0];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  // Values equal up to rounding: a range around them, so that they fall into the middle bin.
  const resolvable = high - low > Math.max(1e-12 * Math.max(Math.abs(low), Math.abs(high)), 1e-290);
  return resolvable ? [low, high] : [low - 0.5, high + 0.5];
}

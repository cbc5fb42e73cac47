import { InputError, requireInteger } from '../core';

/** Counts in equal bins. */
export interface Histogram {
  /** Bin edges, bins + 1. */
  edges: Float64Array;
  counts: Float64Array;
  /** Counts / (all values × bin width): the area is 1 if every value lies in the range. */
  density: Float64Array;
  /** Values counted, and values left out because they lie outside the range. */
  total: number;
  outside: number;
  mean: number;
  deviation: number;
}

/**
 * Sorts values into equal bins; the last bin holds its upper edge too. Mean and (population) deviation are those of all
 * finite values, outside the range or not.
 *
 * @throws InputError if bins is no positive integer, the range is empty, or no value is finite
 */
export function binValues(
  values: ArrayLike<number>,
  options: { range?: [number, number]; bins?: number } = {},
): Histogram {
  const bins = requireInteger(options.bins ?? 60, 'option bins', 1);
  const { mean, deviation, least, greatest, finite } = moments(values);
  if (finite === 0) throw new InputError('values', 'no finite number', 'at least one');
  const [low, high] = options.range ?? (least < greatest ? [least, greatest] : [least - 0.5, least + 0.5]);
  if (!(high > low)) throw new InputError('option range', `[${low}, ${high}]`, 'a lower before a higher end');
  const width = (high - low) / bins;
  const counts = new Float64Array(bins);
  let inside = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= low && value <= high)) continue;
    counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
    inside++;
  }
  return {
    edges: Float64Array.from({ length: bins + 1 }, (_, k) => low + k * width),
    counts,
    density: counts.map((count) => count / (finite * width)),
    total: finite,
    outside: finite - inside,
    mean,
    deviation,
  };
}

/** Mean, population standard deviation, least and greatest of the finite values. */
export function moments(values: ArrayLike<number>): {
  mean: number;
  deviation: number;
  least: number;
  greatest: number;
  finite: number;
} {
  let finite = 0;
  let mean = 0;
  let squares = 0;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    finite++;
    const step = value - mean;
    mean += step / finite;
    squares += step * (value - mean);
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return { mean, deviation: Math.sqrt(squares / finite), least, greatest, finite };
}

/** Quantiles of the finite values, linear between order statistics. */
export function quantiles(values: ArrayLike<number>, fractions: readonly number[]): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) throw new InputError('values', 'no finite number', 'at least one');
  return fractions.map((fraction) => {
    const at = fraction * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  });
}

/** Counts of pairs (x, y) in a grid of equal cells: rows along y, columns along x, row-major. */
export function binPairs(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: { bins?: number; xRange?: [number, number]; yRange?: [number, number] } = {},
): { counts: Float64Array; bins: number; xRange: [number, number]; yRange: [number, number] } {
  if (x.length !== y.length) throw new InputError('y', `${y.length} values`, `${x.length}, as many as x has`);
  const bins = requireInteger(options.bins ?? 80, 'option bins', 1);
  const xRange = options.xRange ?? spread(x);
  const yRange = options.yRange ?? spread(y);
  const counts = new Float64Array(bins * bins);
  for (let i = 0; i < x.length; i++) {
    const column = Math.floor(((x[i] - xRange[0]) / (xRange[1] - xRange[0])) * bins);
    const row = Math.floor(((y[i] - yRange[0]) / (yRange[1] - yRange[0])) * bins);
    if (column >= 0 && column < bins && row >= 0 && row < bins) counts[row * bins + column]++;
  }
  return { counts, bins, xRange, yRange };
}

function spread(values: ArrayLike<number>): [number, number] {
  const { least, greatest, finite } = moments(values);
  if (finite === 0) throw new InputError('values', 'no finite number', 'at least one');
  const margin = (greatest - least) * 1e-9 + Number.MIN_VALUE;
  return least < greatest ? [least, greatest + margin] : [least - 0.5, least + 0.5];
}

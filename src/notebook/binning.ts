import { InputError, requireInteger } from '../core';

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
  // Below 0 or above 1 is outside; the last bin holds its upper edge too.
  const binOf = (value: number, [low, high]: [number, number]): number => {
    const share = (value - low) / (high - low);
    return share >= 0 && share <= 1 ? Math.min(bins - 1, Math.floor(share * bins)) : -1;
  };
  for (let i = 0; i < x.length; i++) {
    const [column, row] = [binOf(x[i], xRange), binOf(y[i], yRange)];
    if (column >= 0 && row >= 0) counts[row * bins + column]++;
  }
  return { counts, bins, xRange, yRange };
}

function spread(values: ArrayLike<number>): [number, number] {
  const { least, greatest, finite } = moments(values);
  if (finite === 0) throw new InputError('values', 'no finite number', 'at least one');
  return least < greatest ? [least, greatest] : [least - 0.5, least + 0.5];
}

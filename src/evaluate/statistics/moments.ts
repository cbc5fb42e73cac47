import { InputError } from '../../core';

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

/** Quantiles of the finite values, linear between order statistics; throws {@link InputError} if there are none. */
export function quantiles(values: ArrayLike<number>, fractions: readonly number[]): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) throw new InputError('values', 'no finite number', 'at least one');
  return fractions.map((fraction) => sortedQuantile(sorted, fraction));
}

/** Quantile of sorted values, linear between them. */
export function sortedQuantile(sorted: ArrayLike<number>, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

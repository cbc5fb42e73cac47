import { InputError, requireFinite } from '../core';
import { quantile } from './bootstrap';

/** Quantile of a sample, linear between its ordered values. Throws {@link InputError} if it is empty or not finite. */
export function quantileOf(values: ArrayLike<number>, fraction: number): number {
  return quantile(Float64Array.from(requireSample(values)).sort(), requireFraction(fraction));
}

/**
 * Which values stand at these fractions of the order, 0 the least and 1 the greatest: examples chosen by rule.
 *
 * @param among indices of the values that take part; default all
 * @returns one index for each fraction, the value at or just below it
 * @throws InputError if there is nothing to choose from, a value is not finite or a fraction is outside 0 … 1
 */
export function indicesAtQuantiles(
  values: ArrayLike<number>,
  fractions: readonly number[],
  among?: readonly number[],
): number[] {
  requireSample(values);
  const order = among ? [...among] : Array.from({ length: values.length }, (_, i) => i);
  if (order.length === 0) throw new InputError('among', 'no index', 'at least one');
  order.sort((i, j) => values[i] - values[j]);
  return fractions.map((fraction) => order[Math.floor(requireFraction(fraction) * (order.length - 1))]);
}

function requireSample(values: ArrayLike<number>): ArrayLike<number> {
  if (values.length === 0) throw new InputError('values', 'none', 'at least one value');
  requireFinite(values, 'values');
  return values;
}

function requireFraction(fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw new InputError('fraction', String(fraction), '0 … 1');
  return fraction;
}

import { InputError, requireFinite } from '../../core';

/**
 * Quantile of a sample as one of its values: the one at or just below it in order, so that it can be shown as an
 * example ({@link indicesAtQuantiles}). Throws {@link InputError} if there are no values or one is not finite.
 */
export function quantileOf(values: ArrayLike<number>, fraction: number): number {
  return values[indicesAtQuantiles(values, [fraction])[0]];
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
  if (values.length === 0) throw new InputError('values', 'none', 'at least one value');
  requireFinite(values, 'values');
  const order = among ? [...among] : Array.from({ length: values.length }, (_, i) => i);
  if (order.length === 0) throw new InputError('among', 'no index', 'at least one');
  order.sort((i, j) => values[i] - values[j]);
  return fractions.map((fraction) => order[Math.floor(requireFraction(fraction) * (order.length - 1))]);
}

function requireFraction(fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw new InputError('fraction', String(fraction), '0 … 1');
  return fraction;
}

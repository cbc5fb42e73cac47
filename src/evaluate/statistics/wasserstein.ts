import { InputError, requireFinite } from '../../core';

/**
 * Wasserstein-1 distance between two samples of one quantity, in its unit: ∫ |F_a − F_b| over the empirical
 * distribution functions, exact, sizes may differ.
 *
 * Throws {@link InputError} if a sample is empty or has a value that is not finite. Source: Vallender, Theory
 * Probab. Appl. 18, 784 (1974), doi:10.1137/1118101.
 */
export function wasserstein1(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const x = sortedSample(a, 'first sample');
  const y = sortedSample(b, 'second sample');
  let i = 0;
  let j = 0;
  let previous = Math.min(x[0], y[0]);
  let distance = 0;
  while (i < x.length || j < y.length) {
    const fromX = j === y.length || (i < x.length && x[i] <= y[j]);
    const value = fromX ? x[i] : y[j];
    distance += Math.abs(i / x.length - j / y.length) * (value - previous);
    previous = value;
    if (fromX) i++;
    else j++;
  }
  return distance;
}

function sortedSample(values: ArrayLike<number>, place: string): Float64Array {
  if (values.length === 0) throw new InputError(place, 'no values', 'at least one value');
  requireFinite(values, place);
  return Float64Array.from(values).sort();
}

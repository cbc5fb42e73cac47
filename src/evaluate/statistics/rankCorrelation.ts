import { InputError, requireFinite } from '../../core';

/**
 * Spearman's rank correlation of pairs (x, y), −1 to 1; equal values share their mean rank. NaN if all x or all y are
 * equal.
 *
 * @throws InputError if the lengths differ, there are fewer than two pairs, or a number is not finite
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length || x.length < 2) {
    throw new InputError('x and y', `${x.length} and ${y.length} numbers`, 'as many of both, at least two');
  }
  requireFinite(x, 'x');
  requireFinite(y, 'y');
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) ** 2;
    bb += (b[i] - mean) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Ranks from 0; equal values get the mean of theirs. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) result[order[k]] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

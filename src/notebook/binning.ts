import { InputError, requireInteger } from '../core';
import { moments } from '../evaluate';

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

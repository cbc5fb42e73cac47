import { InputError, requireFinite, requireInteger } from '../core';

/** Number of motifs M in M·n·3 positions; throws {@link InputError} if they are not whole motifs of finite numbers. */
export function motifCount(positions: Float64Array, n: number, place = 'positions'): number {
  requireInteger(n, 'option n', 1);
  if (positions.length % (3 * n) !== 0) {
    throw new InputError(place, `${positions.length} numbers`, `a multiple of 3n = ${3 * n}`);
  }
  requireFinite(positions, place);
  return positions.length / (3 * n);
}

import { InputError, requireFinite, requireInteger } from '../../core';
import { gramIndex, gramSize } from '../../motifs';

/** Distances read from Gram vectors. */
export interface GramDistances {
  /** Distance of each neighbor from the center, √Gᵢᵢ, Å: M × n. */
  neighbors: Float64Array;
  /** Distances between neighbors, √(Gᵢᵢ + Gⱼⱼ − 2Gᵢⱼ), Å: M × n(n−1)/2, pairs i < j row-major. */
  pairs: Float64Array;
  /** How many of all these squares are negative (no points have such a Gram matrix); they are given as 0. */
  impossible: number;
}

/** Distances from Gram vectors (M × n(n+1)/2, Å², row-major j ≥ i) without going through coordinates. */
export function gramDistances(grams: ArrayLike<number>, n: number): GramDistances {
  const size = gramSize(requireInteger(n, 'option n', 1));
  if (grams.length % size !== 0) {
    throw new InputError('grams', `${grams.length} numbers`, `a multiple of n(n+1)/2 = ${size}`);
  }
  requireFinite(grams, 'grams');
  const neighbors: number[] = [];
  const pairs: number[] = [];
  let impossible = 0;
  const root = (square: number): number => {
    if (square < 0) impossible++;
    return Math.sqrt(Math.max(0, square));
  };
  for (let start = 0; start < grams.length; start += size) {
    const entry = (i: number, j: number): number => grams[start + gramIndex(i, j, n)];
    for (let i = 0; i < n; i++) {
      neighbors.push(root(entry(i, i)));
      for (let j = i + 1; j < n; j++) pairs.push(root(entry(i, i) + entry(j, j) - 2 * entry(i, j)));
    }
  }
  return { neighbors: Float64Array.from(neighbors), pairs: Float64Array.from(pairs), impossible };
}

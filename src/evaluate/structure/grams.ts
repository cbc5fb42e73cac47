import { InputError, requireFinite, requireInteger } from '../../core';

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
  const motifs = gramCount(grams, n);
  const size = (n * (n + 1)) / 2;
  const neighbors = new Float64Array(motifs * n);
  const pairs = new Float64Array((motifs * n * (n - 1)) / 2);
  const rows = diagonalOffsets(n);
  let impossible = 0;
  const root = (square: number): number => {
    if (square < 0) impossible++;
    return Math.sqrt(Math.max(0, square));
  };
  let p = 0;
  for (let m = 0; m < motifs; m++) {
    const start = m * size;
    for (let i = 0; i < n; i++) {
      const ii = grams[start + rows[i]];
      neighbors[m * n + i] = root(ii);
      for (let j = i + 1; j < n; j++)
        pairs[p++] = root(ii + grams[start + rows[j]] - 2 * grams[start + rows[i] + j - i]);
    }
  }
  return { neighbors, pairs, impossible };
}

function gramCount(grams: ArrayLike<number>, n: number): number {
  requireInteger(n, 'option n', 1);
  const size = (n * (n + 1)) / 2;
  if (grams.length % size !== 0) {
    throw new InputError('grams', `${grams.length} numbers`, `a multiple of n(n+1)/2 = ${size}`);
  }
  requireFinite(grams, 'grams');
  return grams.length / size;
}

/** Where each Gᵢᵢ lies in the row-major upper triangle. */
function diagonalOffsets(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i * n - (i * (i - 1)) / 2);
}

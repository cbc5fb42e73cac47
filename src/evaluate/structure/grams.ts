import { InputError, requireFinite, requireInteger, requireKnownOptions } from '../../core';
import { type BondOptions, bondRule, measureMotifBonds } from '../../structures/bonds';

/** Distances read from Gram vectors. */
export interface GramDistances {
  /** Distance of each neighbor from the center, √Gᵢᵢ, Å: M × n. */
  neighbors: Float64Array;
  /** Distances between neighbors, √(Gᵢᵢ + Gⱼⱼ − 2Gᵢⱼ), Å: M × n(n−1)/2, pairs i < j row-major. */
  pairs: Float64Array;
  /** How many of all these squares are negative (no points have such a Gram matrix); they are given as 0. */
  impossible: number;
}

/** Angles read from Gram vectors. */
export interface GramAngles {
  /** Angles at the center, radians, motif by motif. */
  angles: Float64Array;
  /** How many have a cosine beyond ±1 (no points have such a Gram matrix); they are given as 0 or π. */
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

/**
 * Bond angles at the center from Gram vectors (M × n(n+1)/2, Å²): cos θ = Gᵢⱼ/√(Gᵢᵢ Gⱼⱼ) for neighbors i < j within
 * the bond cutoff, the same for all elements. Neighbors with Gᵢᵢ ≤ 0 have no direction and therefore no angle.
 */
export function gramAngles(grams: ArrayLike<number>, n: number, options: BondOptions = {}): GramAngles {
  requireKnownOptions(options, ['cutoff']);
  const motifs = gramCount(grams, n);
  requireKnownOptions(options, ['bonds']);
  const cutoffs = options.bonds ?? measureMotifBonds(gramDistances(grams, n).neighbors, n, () => 'X');
  const square = bondRule(cutoffs, ['X']).longest ** 2;
  const size = (n * (n + 1)) / 2;
  const rows = diagonalOffsets(n);
  const angles: number[] = [];
  let impossible = 0;
  const bonded = (g: number): boolean => g > 0 && g < square;
  for (let m = 0; m < motifs; m++) {
    const start = m * size;
    for (let i = 0; i < n; i++) {
      const ii = grams[start + rows[i]];
      if (!bonded(ii)) continue;
      for (let j = i + 1; j < n; j++) {
        const jj = grams[start + rows[j]];
        if (!bonded(jj)) continue;
        const cosine = grams[start + rows[i] + j - i] / Math.sqrt(ii * jj);
        // A rank-1 pair may pass 1 by rounding alone.
        if (Math.abs(cosine) > 1 + 1e-9) impossible++;
        angles.push(Math.acos(Math.max(-1, Math.min(1, cosine))));
      }
    }
  }
  return { angles: Float64Array.from(angles), impossible };
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

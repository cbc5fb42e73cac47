import type { Rng } from '../../src/core/random';
import { gramMatrix } from '../../src/motifs/gram';

/** n points with normal coordinates of deviation `scale`. */
export function randomPoints(n: number, rng: Rng, scale = 2): Float64Array {
  return Float64Array.from({ length: 3 * n }, () => scale * rng.normal());
}

/** Rows times the matrix: xQ. */
export function rotate(x: ArrayLike<number>, q: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: x.length }, (_, k) => {
    const row = k - (k % 3);
    const column = k % 3;
    return x[row] * q[column] + x[row + 1] * q[3 + column] + x[row + 2] * q[6 + column];
  });
}

/** The mirror image in the plane x = 0. */
export function mirror(x: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: x.length }, (_, k) => (k % 3 === 0 ? -x[k] : x[k]));
}

/** Gram vector of the relabelled points: entry (i, j) is entry (π(i), π(j)) of the given one. */
export function permuteGram(gram: ArrayLike<number>, permutation: ArrayLike<number>): Float64Array {
  const labels = Array.from(permutation);
  const [n, matrix] = [labels.length, gramMatrix(gram, labels.length)];
  return Float64Array.from(labels.flatMap((row, i) => labels.slice(i).map((column) => matrix[n * row + column])));
}

/** All n! permutations of 0 … n−1. */
export function allPermutations(n: number): number[][] {
  if (n === 0) return [[]];
  return allPermutations(n - 1).flatMap((shorter) =>
    Array.from({ length: n }, (_, at) => [...shorter.slice(0, at), n - 1, ...shorter.slice(at)]),
  );
}

/** The largest |a − b|; infinite if lengths differ or a number is missing. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

import { InputError, requireInteger } from '../core/errors';
import type { Motifs } from './types';

/** Numbers in a Gram vector of n points: P = n(n+1)/2. */
export function gramSize(n: number): number {
  return (n * (n + 1)) / 2;
}

/** Where entry (i, j) of the symmetric n×n matrix lies in a Gram vector; i and j in either order. */
export function gramIndex(i: number, j: number, n: number): number {
  const row = Math.min(i, j);
  const column = Math.max(i, j);
  return row * n - (row * (row - 1)) / 2 + column - row;
}

/**
 * Gram vector of one environment: the upper triangle (j ≥ i, row-major) of G = x xᵀ.
 *
 * @param positions n×3, row-major, Å
 * @param n number of neighbors
 * @returns P = n(n+1)/2 numbers, Å²; unchanged by rotation and reflection
 * @throws InputError if `positions` does not hold 3n numbers
 */
export function gramVector(positions: ArrayLike<number>, n: number): Float64Array {
  requireInteger(n, 'n', 1);
  if (positions.length !== 3 * n) {
    throw new InputError('positions length', String(positions.length), `3n = ${3 * n}`);
  }
  const gram = new Float64Array(gramSize(n));
  writeGram(positions, 0, n, gram, 0);
  return gram;
}

/**
 * Gram vectors of M environments, one after another: M·P numbers, Å².
 *
 * @throws InputError if `positions` does not hold M·n·3 numbers
 */
export function gramVectors(environments: Pick<Motifs, 'n' | 'length' | 'positions'>): Float64Array {
  const { positions, n: count, length } = environments;
  if (positions.length !== 3 * count * length) {
    throw new InputError('environments.positions length', String(positions.length), `M·n·3 = ${3 * count * length}`);
  }
  const size = gramSize(count);
  const grams = new Float64Array(length * size);
  for (let m = 0; m < length; m++) writeGram(positions, 3 * count * m, count, grams, size * m);
  return grams;
}

/**
 * The full symmetric matrix of a Gram vector, n×n row-major.
 *
 * @throws InputError if `gram` does not hold n(n+1)/2 numbers
 */
export function gramMatrix(gram: ArrayLike<number>, n: number): Float64Array {
  requireInteger(n, 'n', 1);
  if (gram.length !== gramSize(n)) {
    throw new InputError('gram length', String(gram.length), `n(n+1)/2 = ${gramSize(n)}`);
  }
  const matrix = new Float64Array(n * n);
  let k = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      matrix[i * n + j] = gram[k];
      matrix[j * n + i] = gram[k++];
    }
  }
  return matrix;
}

function writeGram(x: ArrayLike<number>, from: number, n: number, gram: Float64Array, to: number): void {
  let k = to;
  for (let i = from; i < from + 3 * n; i += 3) {
    for (let j = i; j < from + 3 * n; j += 3) {
      gram[k++] = x[i] * x[j] + x[i + 1] * x[j + 1] + x[i + 2] * x[j + 2];
    }
  }
}

/** Entries of M Gram vectors by kind, Å²: M·n diagonal ones (squared distances) and M·n(n−1)/2 others, in order. */
export function gramEntries(
  grams: ArrayLike<number>,
  n: number,
): { diagonal: Float64Array; offDiagonal: Float64Array } {
  const size = gramSize(requireInteger(n, 'n', 1));
  if (grams.length % size !== 0) {
    throw new InputError('grams length', String(grams.length), `a multiple of n(n+1)/2 = ${size}`);
  }
  const isDiagonal = new Uint8Array(size);
  for (let i = 0; i < n; i++) isDiagonal[gramIndex(i, i, n)] = 1;
  const all = Float64Array.from(grams);
  return {
    diagonal: all.filter((_, k) => isDiagonal[k % size] === 1),
    offDiagonal: all.filter((_, k) => isDiagonal[k % size] === 0),
  };
}

import { InputError, requireFinite, requireInteger } from '../core/errors';
import { gramMatrix, gramSize } from './gram';

/** Points made from a Gram vector. */
export interface GramCoordinates {
  /** n×3, Å, along the principal axes: columns are orthogonal, the longest first. */
  positions: Float64Array;
  /**
   * All n eigenvalues of the Gram matrix, largest first, Å². Those of points in space: at most three, none negative.
   */
  eigenvalues: Float64Array;
  /** ‖G − X Xᵀ‖_F over the n×n matrix, Å²: the distance to the nearest Gram matrix of points in space. */
  residual: number;
  /** The eigenvalues that no points in space have: all from the fourth on, and the negative ones of the first three. */
  discarded: Float64Array;
}

/**
 * Coordinates whose Gram matrix is the nearest one of rank 3 without negative eigenvalues.
 *
 * G = V Λ Vᵀ; X = V₃ √max(Λ₃, 0), nearest to G in the Frobenius norm (Eckart & Young, Psychometrika 1, 211 (1936),
 * doi:10.1007/BF02288367; the negative part: Higham, Linear Algebra Appl. 103, 103 (1988),
 * doi:10.1016/0024-3795(88)90223-6). This is classical multidimensional scaling about the central atom.
 *
 * Positions come up to rotation and reflection: a Gram matrix has no chirality, an arrangement and its mirror image
 * share theirs, and which of the two is returned is arbitrary. `synchronize` with `reflections` settles it against a
 * reference.
 *
 * @param gram n(n+1)/2 numbers, Å²
 * @throws InputError if the length does not fit or a number is not finite
 */
export function coordinatesFromGram(gram: ArrayLike<number>, n: number): GramCoordinates {
  if (gram.length !== gramSize(requireInteger(n, 'n', 1))) {
    throw new InputError('gram length', String(gram.length), `n(n+1)/2 = ${gramSize(n)}`);
  }
  requireFinite(gram, 'gram');
  const { positions, eigenvalues, residuals } = coordinatesFromGrams(gram, n);
  return { positions, eigenvalues, residual: residuals[0], discarded: eigenvalues.filter(isDiscarded) };
}

/** No points in space have it: all from the fourth on, and negative ones. */
function isDiscarded(value: number, rank: number): boolean {
  return rank >= 3 || value < 0;
}

/** Motif m of `points` from its Gram matrix. */
function placePoints(matrix: Float64Array, points: GramCoordinatesMany, m: number): void {
  const n = Math.sqrt(matrix.length);
  // Loaded on first use: it takes longer than the rest of the library together.
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof import('ml-matrix');
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  const ascending = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix;
  const eigenvalues = points.eigenvalues.subarray(n * m, n * (m + 1));
  for (let k = 0; k < n; k++) eigenvalues[k] = ascending[n - 1 - k];
  for (let axis = 0; axis < Math.min(3, n); axis++) {
    if (!(eigenvalues[axis] > 0)) break;
    const column = vectors.getColumn(n - 1 - axis);
    const length = Math.sqrt(eigenvalues[axis]) * orientation(column);
    for (let i = 0; i < n; i++) points.positions[3 * (n * m + i) + axis] = length * column[i];
  }
  points.residuals[m] = Math.hypot(...eigenvalues.filter(isDiscarded));
}

/** Points made from M Gram vectors, as {@link GramCoordinates}. */
export interface GramCoordinatesMany {
  /** M×n×3, Å. */
  positions: Float64Array;
  /** M×n, Å². */
  eigenvalues: Float64Array;
  /** M, Å². */
  residuals: Float64Array;
}

/**
 * {@link coordinatesFromGram} for M Gram vectors on a flat array.
 *
 * @param grams M·n(n+1)/2 numbers, Å²
 * @throws InputError if the length does not fit or a number is not finite
 */
export function coordinatesFromGrams(grams: ArrayLike<number>, n: number): GramCoordinatesMany {
  const size = gramSize(requireInteger(n, 'n', 1));
  if (grams.length % size !== 0) {
    throw new InputError('grams length', String(grams.length), `a multiple of n(n+1)/2 = ${size}`);
  }
  requireFinite(grams, 'grams');
  const length = grams.length / size;
  const points = {
    positions: new Float64Array(3 * n * length),
    eigenvalues: new Float64Array(n * length),
    residuals: new Float64Array(length),
  };
  const values = Float64Array.from(grams);
  for (let m = 0; m < length; m++) {
    placePoints(gramMatrix(values.subarray(size * m, size * (m + 1)), n), points, m);
  }
  return points;
}

/** The sign that makes the largest component positive: of an eigenvector and its negative, always the same one. */
function orientation(vector: readonly number[]): number {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? -1 : 1;
}

import { InputError, requireFinite, requireInteger } from '../core/errors';
import { gramMatrix, gramSize } from './gram';

/** Points made from a Gram vector. */
export interface GramCoordinates {
  /** n×3, Å, along the principal axes: columns are orthogonal, the longest first. */
  positions: Float64Array;
  /** All n eigenvalues of the Gram matrix, largest first, Å². Those of points in space: at most three, none negative. */
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
 * share theirs, and which of the two is given says nothing. `synchronize` with `reflections` settles it against a
 * reference.
 *
 * @param gram n(n+1)/2 numbers, Å²
 * @throws InputError if the length does not fit or a number is not finite
 */
export function coordinatesFromGram(gram: ArrayLike<number>, n: number): GramCoordinates {
  const matrix = gramMatrix(gram, n);
  requireFinite(gram, 'gram');
  // Loaded on first use: it takes longer than the rest of the library together.
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof import('ml-matrix');
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix;
  const order = Array.from({ length: n }, (_, k) => k).sort((p, q) => values[q] - values[p]);
  const eigenvalues = Float64Array.from(order, (k) => values[k]);
  const positions = new Float64Array(3 * n);
  for (let axis = 0; axis < Math.min(3, n); axis++) {
    if (!(eigenvalues[axis] > 0)) break;
    const column = vectors.getColumn(order[axis]);
    const length = Math.sqrt(eigenvalues[axis]) * orientation(column);
    for (let i = 0; i < n; i++) positions[3 * i + axis] = length * column[i];
  }
  const discarded = eigenvalues.filter((value, k) => k >= 3 || value < 0);
  return { positions, eigenvalues, residual: Math.hypot(...discarded), discarded };
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
  const length = grams.length / size;
  const positions = new Float64Array(3 * n * length);
  const eigenvalues = new Float64Array(n * length);
  const residuals = new Float64Array(length);
  for (let m = 0; m < length; m++) {
    const gram = Float64Array.from({ length: size }, (_, k) => grams[size * m + k]);
    const points = coordinatesFromGram(gram, n);
    positions.set(points.positions, 3 * n * m);
    eigenvalues.set(points.eigenvalues, n * m);
    residuals[m] = points.residual;
  }
  return { positions, eigenvalues, residuals };
}

/** The sign that makes the largest component positive: of an eigenvector and its negative, always the same one. */
function orientation(vector: number[]): number {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? -1 : 1;
}

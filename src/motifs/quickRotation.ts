/** The rotation kernel for searches, which solve many rotations and keep few. */
import { fillMatrix, type RotationWork, solveRotation, writeRotation } from './rotation';
import { fillQuartic } from './singularSum';

/** Least slope of the quartic at its largest root λ, as a part of λ³: below it, eigenvalues come too close. */
const LEAST_SLOPE = 0.01;
/** Squares of covariances from its inverse up to it have fourth powers within the range of numbers. */
const MOST_SQUARE = 1e70;
/** Of `fillQuartic`. */
const quartic = new Float64Array(3);

/**
 * Fills `work.rotation` and `work.overlap` from `work.covariance` as `solveRotation` does without reflections, to some
 * 1e-11 in a fifth of the time. Where eigenvalues nearly meet and more digits would be lost, by `solveRotation` itself.
 *
 * The largest eigenvalue by Newton's method on the characteristic quartic (Theobald, Acta Cryst. A 61, 478 (2005),
 * doi:10.1107/S0108767305015266), its vector as a column of the adjugate (Liu, Agrafiotis & Theobald, J. Comput. Chem.
 * 31, 1561 (2010), doi:10.1002/jcc.21439).
 */
export function solveRotationQuickly(work: RotationWork): void {
  const { covariance, matrix, vectors } = work;
  const slope = solveOverlap(work);
  if (slope === 0) {
    solveRotation(work, false);
    return;
  }
  fillMatrix(covariance, 1, matrix);
  for (let k = 0; k < 16; k += 5) matrix[k] -= work.overlap;
  // The slope is minus the trace; of the squares of a unit quaternion one is at least a quarter.
  for (let column = 0; column < 4; column++) {
    if (-adjugateColumn(matrix, column, vectors) > 0.2 * slope) break;
  }
  writeRotation(vectors, 0, 1, work.rotation);
}

/** The largest root of the quartic into `work.overlap`, from above; gives the slope there, 0 where the root is no good. */
function solveOverlap(work: RotationWork): number {
  fillQuartic(work.covariance, 0, quartic);
  const square = quartic[0];
  const determinant = quartic[1];
  const cofactors = quartic[2];
  if (!(square > 1 / MOST_SQUARE && square < MOST_SQUARE)) return 0;
  let root = Math.sqrt(3 * square);
  let slope = 0;
  for (let iteration = 0; iteration < 60; iteration++) {
    const gap = root * root - square;
    slope = 4 * root * gap - 8 * determinant;
    if (!(slope > LEAST_SLOPE * root * root * root)) return 0;
    const step = (gap * gap - 8 * determinant * root - 4 * cofactors) / slope;
    root -= step;
    if (step <= 1e-13 * root) break;
  }
  work.overlap = root;
  return slope;
}

/** Column c of the adjugate of a symmetric 4×4 matrix as the first column of `out`; gives its entry on the diagonal. */
function adjugateColumn(a: Float64Array, c: number, out: Float64Array): number {
  // As the first column of the matrix with rows and columns 0 and c exchanged.
  const p = c === 1 ? 0 : 1;
  const q = c === 2 ? 0 : 2;
  const r = c === 3 ? 0 : 3;
  const b01 = a[4 * c + p];
  const b02 = a[4 * c + q];
  const b03 = a[4 * c + r];
  const b11 = a[5 * p];
  const b12 = a[4 * p + q];
  const b13 = a[4 * p + r];
  const b22 = a[5 * q];
  const b23 = a[4 * q + r];
  const b33 = a[5 * r];
  const m01 = b02 * b13 - b12 * b03;
  const m02 = b02 * b23 - b22 * b03;
  const m03 = b02 * b33 - b23 * b03;
  const m12 = b12 * b23 - b22 * b13;
  const m13 = b12 * b33 - b23 * b13;
  const m23 = b22 * b33 - b23 * b23;
  const diagonal = b11 * m23 - b12 * m13 + b13 * m12;
  out[4 * c] = diagonal;
  out[4 * p] = b12 * m03 - b01 * m23 - b13 * m02;
  out[4 * q] = b01 * m13 - b11 * m03 + b13 * m01;
  out[4 * r] = b11 * m02 - b01 * m12 - b12 * m01;
  return diagonal;
}

import { InputError, requireKnownOptions } from '../../core';
import { coordinatesFromGrams } from '../../motifs';

/** How far M Gram vectors are from those of points in space. */
export interface RankDeviation {
  /** ‖G − G₃‖_F / ‖G‖_F of each, G₃ the nearest matrix of rank 3 without negative eigenvalues. */
  relative: Float64Array;
  /** M×n eigenvalues, each motif's largest first, Å². */
  eigenvalues: Float64Array;
  /** Part of the motifs that have an eigenvalue below −tolerance. */
  negative: number;
}

/**
 * Distance of Gram vectors from rank 3 and from being positive semidefinite: zero for those of points in space.
 *
 * @param grams M·n(n+1)/2 numbers, Å²
 * @param options.tolerance Å²; default 0.01
 * @throws InputError as `coordinatesFromGrams` does, and if there are none
 */
export function rankDeviation(
  grams: ArrayLike<number>,
  n: number,
  options: { tolerance?: number } = {},
): RankDeviation {
  requireKnownOptions(options, ['tolerance']);
  const { eigenvalues, residuals } = coordinatesFromGrams(grams, n);
  if (residuals.length === 0) throw new InputError('grams', 'none', 'at least one Gram vector');
  const { tolerance = 0.01 } = options;
  let negative = 0;
  const relative = residuals.map((residual, m) => {
    const spectrum = eigenvalues.subarray(n * m, n * (m + 1));
    if (spectrum[n - 1] < -tolerance) negative++;
    // The zero matrix is the Gram matrix of points that all lie in the center.
    return residual === 0 ? 0 : residual / Math.hypot(...spectrum);
  });
  return { relative, eigenvalues, negative: negative / residuals.length };
}

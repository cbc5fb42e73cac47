import { requireInteger } from '../../core';
import { rowCount } from './coverage';

/** Rows along their principal components. */
export interface PrincipalComponents {
  /** M × count coordinates along the components, mean 0, largest variance first. */
  coordinates: Float64Array;
  /** Part of the total variance along each of the count components. */
  explained: Float64Array;
  /** count × dimension unit vectors. */
  axes: Float64Array;
  /** Where the point 0 of the rows' own coordinates lies: count coordinates. */
  origin: Float64Array;
}

/**
 * Principal component analysis of M rows of `dimension` numbers: their `count` directions of largest variance. Each
 * axis points where its largest entry is positive, so that the result does not depend on the solver.
 *
 * Throws {@link InputError} for fewer than two rows or more components than dimensions.
 */
export function principalComponents(values: Float64Array, dimension: number, count: number): PrincipalComponents {
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof import('ml-matrix');
  const rows = rowCount(values, dimension, 1, 'values');
  requireInteger(dimension, 'dimension', requireInteger(count, 'option count', 1));
  const means = Float64Array.from({ length: dimension }, (_, d) => {
    let sum = 0;
    for (let i = d; i < values.length; i += dimension) sum += values[i];
    return sum / rows;
  });
  const covariance = Matrix.zeros(dimension, dimension);
  for (let i = 0; i < values.length; i += dimension) {
    for (let d = 0; d < dimension; d++) {
      for (let e = 0; e <= d; e++) {
        const product = (values[i + d] - means[d]) * (values[i + e] - means[e]);
        covariance.set(d, e, covariance.get(d, e) + product / rows);
      }
    }
  }
  for (let d = 0; d < dimension; d++) for (let e = 0; e < d; e++) covariance.set(e, d, covariance.get(d, e));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  const axes = new Float64Array(count * dimension);
  for (let k = 0; k < count; k++) {
    const axis = eigenvectorMatrix.getColumn(order[k]);
    const largest = axis.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    axes.set(
      axis.map((x) => (largest < 0 ? -x : x)),
      k * dimension,
    );
  }
  const coordinates = Float64Array.from({ length: rows * count }, (_, c) => {
    const [row, axis] = [Math.floor(c / count) * dimension, (c % count) * dimension];
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += (values[row + d] - means[d]) * axes[axis + d];
    return sum;
  });
  const explained = Float64Array.from({ length: count }, (_, k) => (total > 0 ? realEigenvalues[order[k]] / total : 0));
  const origin = Float64Array.from({ length: count }, (_, k) =>
    means.reduce((sum, mean, d) => sum - mean * axes[k * dimension + d], 0),
  );
  return { coordinates, explained, axes, origin };
}

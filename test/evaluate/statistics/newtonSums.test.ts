import { describe, expect, it } from 'vitest';
import { NewtonSums } from '../../../src/evaluate/statistics/newtonSums';
import { cloud } from '../helpers';

/** Negative log-likelihood of labels 0, 1, 0, … with weights 1, 2, 1, …, and the penalty. */
function objective(weights: Float64Array, rows: Float64Array, dimension: number, ridge: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += (ridge / 2) * weights[d] ** 2;
  for (let i = 0; i < rows.length / dimension; i++) sum -= (1 + (i % 2)) * logLikelihood(weights, rows, dimension, i);
  return sum;
}

function odds(weights: Float64Array, rows: Float64Array, dimension: number, i: number): number {
  let sum = weights[dimension];
  for (let d = 0; d < dimension; d++) sum += weights[d] * rows[i * dimension + d];
  return sum;
}

function logLikelihood(weights: Float64Array, rows: Float64Array, dimension: number, i: number): number {
  const x = odds(weights, rows, dimension, i);
  return -Math.log1p(Math.exp(i % 2 ? -x : x));
}

describe('NewtonSums', () => {
  // More rows than wait at once, and a size that fills no four.
  it.each([3, 40, 64])('are gradient and Hessian of the penalized log-likelihood of %i rows', (count) => {
    const dimension = 5;
    const rows = cloud(1, count, dimension);
    const weights = cloud(2, 1, dimension + 1);
    const sums = new NewtonSums(dimension + 1);
    const measure = (at: Float64Array): { gradient: Float64Array; hessian: Float64Array } => {
      sums.begin(at, 0.7, 0);
      for (let i = 0; i < count; i++) {
        sums.add(rows, i, 1 / (1 + Math.exp(-odds(at, rows, dimension, i))), i % 2, 1 + (i % 2));
      }
      const { gradient, hessian } = sums.finish();
      return { gradient: gradient.slice(), hessian };
    };
    const { gradient, hessian } = measure(weights);
    const step = 1e-5;
    for (let d = 0; d <= dimension; d++) {
      const moved = [-step, step].map((by) => weights.map((w, e) => (e === d ? w + by : w)));
      const [low, high] = moved.map((at) => objective(at, rows, dimension, 0.7));
      expect(gradient[d]).toBeCloseTo((high - low) / (2 * step), 5);
      const [before, after] = moved.map((at) => measure(at).gradient);
      for (let e = 0; e <= dimension; e++) {
        expect(hessian[d * (dimension + 1) + e]).toBeCloseTo((after[e] - before[e]) / (2 * step), 5);
      }
    }
  });
});

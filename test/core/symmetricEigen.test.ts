import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { eigenWork, solveSymmetric } from '../../src/core/symmetricEigen';

/** X Xᵀ − Y Yᵀ of n rows of `rank` numbers each: symmetric, with eigenvalues of both signs and some that vanish. */
function drawMatrix(n: number, rank: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const [x, y] = [0, 1].map(() => Float64Array.from({ length: n * rank }, () => rng.normal()));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n].sort((a, b) => a - b);
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += x[rank * i + k] * x[rank * j + k] - y[rank * i + k] * y[rank * j + k];
    return sum;
  });
}

const matrices = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 6 }), fc.integer());

describe('solveSymmetric', () => {
  it('A v = λ v, with orthonormal vectors and ascending values', () => {
    fc.assert(
      fc.property(matrices, ([n, rank, seed]) => {
        const a = drawMatrix(n, rank, seed);
        const work = eigenWork(n);
        work.vectors.set(a);
        solveSymmetric(work);
        const { values, vectors } = work;
        const row = (k: number): Float64Array => vectors.subarray(n * k, n * (k + 1));
        const dot = (u: Float64Array, v: Float64Array): number => u.reduce((sum, x, i) => sum + x * v[i], 0);
        for (let k = 0; k < n; k++) {
          for (let i = 0; i < n; i++) {
            expect(dot(a.subarray(n * i, n * (i + 1)), row(k))).toBeCloseTo(values[k] * row(k)[i], 9);
            expect(dot(row(i), row(k))).toBeCloseTo(i === k ? 1 : 0, 12);
          }
          if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('has the digits of ml-matrix', () => {
    fc.assert(
      fc.property(matrices, ([n, rank, seed]) => {
        const a = drawMatrix(n, rank, seed);
        const work = eigenWork(n);
        work.vectors.set(a);
        solveSymmetric(work);
        const expected = new EigenvalueDecomposition(Matrix.from1DArray(n, n, a), { assumeSymmetric: true });
        expect(Array.from(work.values)).toEqual(expected.realEigenvalues);
        expect(Array.from(work.vectors)).toEqual(expected.eigenvectorMatrix.transpose().to1DArray());
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('has the same values without vectors', () => {
    fc.assert(
      fc.property(matrices, ([n, rank, seed]) => {
        const [all, alone] = [eigenWork(n), eigenWork(n)];
        for (const work of [all, alone]) work.vectors.set(drawMatrix(n, rank, seed));
        solveSymmetric(all);
        solveSymmetric(alone, false);
        expect(alone.values).toEqual(all.values);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('takes diagonal matrices and zero', () => {
    const work = eigenWork(3);
    work.vectors.set([2, 0, 0, 0, -1, 0, 0, 0, 5]);
    solveSymmetric(work);
    expect(Array.from(work.values)).toEqual([-1, 2, 5]);
    work.vectors.fill(0);
    solveSymmetric(work);
    expect(Array.from(work.values)).toEqual([0, 0, 0]);
  });
});

import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { orthogonalFactors, polarFactor } from '../../../src/model/engines/polar';

const rng = createRng(3);
const random = (length: number) => Array.from({ length }, () => rng.normal());

function square(flat: ArrayLike<number>): Matrix {
  return Matrix.from1DArray(3, 3, Array.from(flat));
}

/** ‖QᵀQ − 1‖ and how far tr(QᵀM) falls short of the sum of singular values, its maximum. */
function defects(matrix: number[]): [number, number] {
  const q = square(polarFactor(matrix));
  const orthogonality = Matrix.sub(q.transpose().mmul(q), Matrix.eye(3)).norm();
  const nuclear = new SingularValueDecomposition(square(matrix)).diagonal.reduce((sum, s) => sum + s, 0);
  return [orthogonality, nuclear - q.transpose().mmul(square(matrix)).trace()];
}

describe('polarFactor', () => {
  const planar = [1, 2, 0, -1, 0.5, 0, 3, 1, 0];
  const cases: [string, number[]][] = [
    ['random', random(9)],
    ['random with reflection', random(9).map((x, k) => (k < 3 ? -x : x))],
    ['identity', [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    ['equal singular values, reflected', [0, 5, 0, -5, 0, 0, 0, 0, -5]],
    ['rank 2 (planar samples)', planar],
    ['rank 1 (collinear samples)', [2, 4, -2, 1, 2, -1, 3, 6, -3]],
    ['zero', new Array(9).fill(0)],
    ['widely spread singular values', [1e6, 0, 0, 0, 1, 1e-3, 0, 0, 1e-6]],
  ];
  for (const [name, matrix] of cases) {
    it(`is orthogonal and maximizes tr(QᵀM): ${name}`, () => {
      const [orthogonality, shortfall] = defects(matrix);
      expect(orthogonality).toBeLessThan(1e-9);
      expect(Math.abs(shortfall)).toBeLessThan(1e-9 * Math.max(1, Math.abs(matrix[0])));
    });
  }
});

describe('orthogonalFactors', () => {
  it('finds the rotation or reflection that was applied, sample by sample', () => {
    const n = 5;
    const reference: number[] = [];
    const moving: number[] = [];
    const applied: Float64Array[] = [];
    for (let s = 0; s < 4; s++) {
      const x = random(3 * n);
      const q = polarFactor(random(9));
      applied.push(q);
      for (let k = 0; k < 3 * n; k += 3) {
        for (let j = 0; j < 3; j++) reference.push(x[k] * q[j] + x[k + 1] * q[3 + j] + x[k + 2] * q[6 + j]);
      }
      moving.push(...x);
    }
    const factors = orthogonalFactors(Float32Array.from(reference), Float32Array.from(moving), n);
    applied.forEach((q, s) => {
      q.forEach((value, k) => {
        expect(factors[9 * s + k]).toBeCloseTo(value, 5);
      });
    });
  });
});

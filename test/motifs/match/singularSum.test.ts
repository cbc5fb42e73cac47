import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { singularSum } from '../../../src/motifs/match/singularSum';
import { cloud } from '../../evaluate/helpers';

/** Σ of singular values by SVD, the smallest taken negative for det < 0 unless reflections are allowed. */
function bySvd(h: Float64Array, reflections: boolean): number {
  const matrix = Matrix.from1DArray(3, 3, h);
  const [a, b, c] = new SVD(matrix).diagonal;
  const determinant =
    h[0] * (h[4] * h[8] - h[5] * h[7]) - h[1] * (h[3] * h[8] - h[5] * h[6]) + h[2] * (h[3] * h[7] - h[4] * h[6]);
  return a + b + (reflections || determinant > 0 ? c : -c);
}

describe('singularSum', () => {
  const matrices = cloud(3, 200, 9);

  it.each([true, false])('agrees with the SVD (reflections %s)', (reflections) => {
    for (let at = 0; at < matrices.length; at += 9) {
      const h = matrices.slice(at, at + 9);
      const ends = Float64Array.of(Math.sqrt(3) * Math.hypot(...h), 0);
      expect(singularSum(matrices, at, reflections, ends)).toBe(true);
      expect(ends[0]).toBeCloseTo(bySvd(h, reflections), 9);
    }
  });

  it.each([true, false])('says no only where the sum is too small (reflections %s)', (reflections) => {
    let refused = 0;
    for (let at = 0; at < matrices.length; at += 9) {
      const h = matrices.slice(at, at + 9);
      const sum = bySvd(h, reflections);
      for (const enough of [0.5, 0.9, 0.999, 1.001, 1.1, 2].map((factor) => factor * sum)) {
        const reached = singularSum(h, 0, reflections, Float64Array.of(Math.sqrt(3) * Math.hypot(...h), enough));
        if (enough < sum) expect(reached).toBe(true);
        else if (!reached) refused++;
      }
    }
    // Not needed to be right, but what makes the search fast.
    expect(refused).toBeGreaterThan(560);
  });

  it('takes matrices of rank one and zero', () => {
    const ends = Float64Array.of(10, 0);
    singularSum(Float64Array.of(1, 2, 2, 2, 4, 4, 2, 4, 4), 0, true, ends);
    expect(ends[0]).toBeCloseTo(9, 5);
    ends.set([1, 0]);
    singularSum(new Float64Array(9), 0, true, ends);
    expect(ends[0]).toBeLessThan(1e-4);
  });
});

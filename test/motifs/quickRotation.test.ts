import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { solveRotationQuickly } from '../../src/motifs/quickRotation';
import { randomRotation } from '../../src/motifs/randomRotation';
import { accumulateCovariance, type RotationWork, rotationWork, solveRotation } from '../../src/motifs/rotation';
import { largestDifference, randomPoints, rotate } from './points';

/** Both solutions for the covariance of two sets of points. */
function solveBoth(x: Float64Array, y: Float64Array): { quick: RotationWork; exact: RotationWork } {
  const [quick, exact] = [rotationWork(), rotationWork()];
  for (const work of [quick, exact]) accumulateCovariance(work, x, 0, y, 0, x.length / 3);
  solveRotationQuickly(quick);
  solveRotation(exact, false);
  return { quick, exact };
}

describe('solveRotationQuickly', () => {
  it('is solveRotation to 1e-10, for noisy copies and for points without relation, of any size', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 9 }), fc.double({ min: -6, max: 6 }), (seed, n, power) => {
        const rng = createRng(seed);
        const scale = 10 ** power;
        const x = randomPoints(n, rng, scale);
        const copy = rotate(x, randomRotation(rng)).map((c) => c + 0.2 * scale * rng.normal());
        for (const y of [copy, randomPoints(n, rng, scale)]) {
          const { quick, exact } = solveBoth(x, y);
          expect(largestDifference(quick.rotation, exact.rotation)).toBeLessThan(1e-10);
          expect(Math.abs(quick.overlap / exact.overlap - 1)).toBeLessThan(1e-12);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('finds half turns about every axis, where a part of the quaternion vanishes', () => {
    const x = randomPoints(5, createRng(2));
    for (const signs of [
      [1, -1, -1],
      [-1, 1, -1],
      [-1, -1, 1],
    ]) {
      const { quick } = solveBoth(
        x,
        x.map((c, k) => signs[k % 3] * c),
      );
      expect(largestDifference(quick.rotation, [signs[0], 0, 0, 0, signs[1], 0, 0, 0, signs[2]])).toBeLessThan(1e-12);
    }
  });

  it('leaves to solveRotation what has no best rotation: collinear, inverted regular and vanishing points', () => {
    const line = Float64Array.from([1, 0, 0, 2, 0, 0, -3, 0, 0]);
    const tetrahedron = Float64Array.from([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1]);
    for (const [x, y] of [
      [line, line],
      [tetrahedron, tetrahedron.map((c) => -c)],
      [line, new Float64Array(9)],
      [line.map((c) => 1e100 * c), line],
    ]) {
      const { quick, exact } = solveBoth(x, y);
      expect(quick.rotation).toEqual(exact.rotation);
      expect(quick.overlap).toBe(exact.overlap);
    }
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { randomRotation } from '../../src/motifs';

describe('randomRotation', () => {
  it('is orthogonal with determinant +1', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const q = randomRotation(seed);
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 3; j++) {
            const dot = q[3 * i] * q[3 * j] + q[3 * i + 1] * q[3 * j + 1] + q[3 * i + 2] * q[3 * j + 2];
            expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
          }
        }
        const cross = q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6]);
        expect(cross + q[2] * (q[3] * q[7] - q[4] * q[6])).toBeCloseTo(1, 12);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is uniform: the trace has mean 0 and mean square 1, as over all rotations', () => {
    const rng = createRng(1);
    let sum = 0;
    let squares = 0;
    const draws = 20_000;
    for (let k = 0; k < draws; k++) {
      const q = randomRotation(rng);
      const trace = q[0] + q[4] + q[8];
      sum += trace / draws;
      squares += trace ** 2 / draws;
    }
    // Five standard errors: the trace has variance 1, its square variance 2.
    expect(Math.abs(sum)).toBeLessThan(5 / Math.sqrt(draws));
    expect(Math.abs(squares - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(draws));
  });

  it('repeats for the same seed', () => {
    expect(randomRotation(7)).toEqual(randomRotation(7));
    expect(randomRotation(7)).not.toEqual(randomRotation(8));
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { project } from '../../src/notebook/drawing';
import { clearestView } from '../../src/notebook/projection';
import { randomMotifs } from '../evaluate/helpers';

describe('clearestView', () => {
  it('is a rotation: lengths and dot products stay', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const x = randomMotifs(seed, 1, 8);
        const seen = project(x, clearestView([x]));
        for (let i = 0; i < x.length; i += 3) {
          for (let j = 0; j <= i; j += 3) {
            const dot = (p: ArrayLike<number>) => p[i] * p[j] + p[i + 1] * p[j + 1] + p[i + 2] * p[j + 2];
            expect(dot(seen)).toBeCloseTo(dot(x), 9);
          }
        }
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('looks straight at a plane motif', () => {
    const ring = Array.from({ length: 6 }, (_, k) => [
      Math.cos((k * Math.PI) / 3),
      0,
      Math.sin((k * Math.PI) / 3),
    ]).flat();
    const view = clearestView([ring]);
    expect(Math.abs(view[7])).toBeGreaterThan(0.95);
  });
});

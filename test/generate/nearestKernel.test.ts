import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { rankByPairs } from '../../src/generate/nearest';
import { rankMotifs } from '../../src/generate/nearestKernel';
import { randomRotation } from '../../src/motifs/randomRotation';
import { madeMotifs } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';
import { randomPoints, rotate } from '../motifs/points';

function drawEnvironments(length: number, count: number, seed: number): Motifs {
  const positions = randomPoints(length * count, createRng(seed));
  return madeMotifs({ n: count, length, positions }, 'Si');
}

describe('rankMotifs', () => {
  it('ranks as rankByPairs does, for any number of atoms and of points to be found', () => {
    const rng = createRng(1);
    for (const count of [3, 4, 7, 8, 11]) {
      const environments = drawEnvironments(400, count, count);
      const sets = Array.from({ length: 3 * (count - 2) }, (_, k) => randomPoints(2 + (k % (count - 2)), rng));
      expect(rankMotifs(environments, sets, 20)).toEqual(rankByPairs(environments, sets, 20));
    }
  });

  it('ranks all environments where they are fewer than wanted', () => {
    const environments = drawEnvironments(12, 8, 2);
    const sets = [randomPoints(5, createRng(3))];
    const [ranked] = rankMotifs(environments, sets, 20);
    expect(ranked).toEqual(rankByPairs(environments, sets, 20)[0]);
    expect([...ranked].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, m) => m));
  });

  it('puts the motif that a set was cut from first, coplanar and collinear ones included', () => {
    const rng = createRng(4);
    for (const axes of [1, 2, 3]) {
      const environments = drawEnvironments(300, 8, 5);
      environments.positions.forEach((c, k) => {
        environments.positions[k] = k % 3 < axes ? c : 0;
      });
      const wanted = Array.from({ length: 20 }, () => rng.integer(300));
      const sets = wanted.map((m) =>
        rotate(environments.positions.subarray(24 * m + 3, 24 * m + 18), randomRotation(rng)),
      );
      expect(rankMotifs(environments, sets, 5).map(([best]) => best)).toEqual(wanted);
    }
  });

  it('measures single points by their distance from the center', () => {
    const environments = drawEnvironments(300, 6, 6);
    const radii = Array.from({ length: 1800 }, (_, i) => Math.hypot(...environments.positions.slice(3 * i, 3 * i + 3)));
    for (const r of [0.5, 2, 3.1]) {
      const off = Array.from({ length: 300 }, (_, m) =>
        Math.min(...radii.slice(6 * m, 6 * m + 6).map((s) => Math.abs(s - r))),
      );
      const [[best]] = rankMotifs(environments, [Float64Array.of(0, r, 0)], 1);
      expect(off[best]).toBeLessThan(Math.min(...off) + 1e-6);
    }
  });

  it('ranks many sets as it ranks each alone, more than walk together', () => {
    const environments = drawEnvironments(40, 5, 7);
    const rng = createRng(8);
    const sets = Array.from({ length: 600 }, () => randomPoints(3, rng));
    const ranked = rankMotifs(environments, sets, 3);
    for (const k of [0, 511, 512, 599]) expect(ranked[k]).toEqual(rankMotifs(environments, [sets[k]], 3)[0]);
    expect(rankMotifs(environments, [], 3)).toEqual([]);
  });
});

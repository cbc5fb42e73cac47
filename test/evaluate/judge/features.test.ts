import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { motifFeatures } from '../../../src/evaluate/judge/features';
import { match } from '../../../src/motifs/match/match';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { rotate } from '../../motifs/points';
import { expectClose, randomMotifs } from '../helpers';

describe('motifFeatures', () => {
  it('does not change under rotation, reflection and relabelling', () => {
    const motif = randomMotifs(1, 1, 8);
    const turned = rotate(
      motif,
      randomRotation(createRng(2)).map((x) => -x),
    );
    const relabelled = Float64Array.from([...turned.subarray(9), ...turned.subarray(0, 9)]);
    expectClose(motifFeatures(relabelled, 8).values, motifFeatures(motif, 8).values, 10);
  });

  it('bounds the distance of motifs from below', () => {
    const motifs = randomMotifs(3, 40, 5);
    const { values, dimension } = motifFeatures(motifs, 5);
    for (let k = 0; k < 40; k += 2) {
      const rows = [k, k + 1].map((m) => values.subarray(m * dimension, (m + 1) * dimension));
      const apart = Math.hypot(...rows[0].map((x, i) => x - rows[1][i]));
      const { rmsd } = match(motifs.slice(15 * k, 15 * (k + 1)), motifs.slice(15 * (k + 1), 15 * (k + 2)), {
        reflections: true,
      });
      expect(apart / Math.SQRT2).toBeLessThanOrEqual(Math.sqrt(5) * rmsd + 1e-9);
    }
  });
});

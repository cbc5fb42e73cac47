import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { framesOf, halfwayMotif, pathStatistics } from '../../../src/evaluate';
import { interpolateMotifs } from '../../../src/generate';
import { permutePositions } from '../../../src/motifs';
import { linearVae, randomGramModel } from '../../generate/models';
import { largestDifference, mirror, randomPoints } from '../../motifs/points';

const rng = createRng(1);
const [a, b] = [randomPoints(5, rng), randomPoints(5, rng)];
const vae = linearVae(5, 'gram', randomGramModel(5, 3, 2));

describe('pathStatistics', () => {
  it('sees the atom that moves farthest, frame by frame', () => {
    const positions = Float64Array.of(...a, ...a, ...a);
    positions[15 + 3] += 0.5; // second atom of the second frame
    positions[30 + 3] += 0.5;
    positions[30 + 14] -= 1; // fifth of the third
    const eigenvalues = Float64Array.of(9, 8, 7, 2, 0, 9, 8, 7, 6, 0, 9, 8, 7, 7, -5);
    const { steps, gaps, shortest } = pathStatistics({ positions, eigenvalues, n: 5 });
    expect(largestDifference(steps, [0.5, 1])).toBeLessThan(1e-9);
    expect(Array.from(gaps)).toEqual([5, 1, 0]);
    expect(shortest).toHaveLength(3);
  });

  it('needs a fourth eigenvalue', () => {
    expect(() => pathStatistics({ positions: new Float64Array(9), eigenvalues: new Float64Array(3), n: 3 })).toThrow(
      'path count',
    );
  });
});

describe('framesOf', () => {
  const paths = [interpolateMotifs(vae, a, b, 3), interpolateMotifs(vae, b, a, 3)];

  it('takes the same place of each path', () => {
    const { positions, latentLengths, offRank } = framesOf(paths, 2);
    expect(Array.from(positions.subarray(15))).toEqual(Array.from(paths[1].positions.subarray(30)));
    expect(latentLengths[0]).toBeCloseTo(Math.hypot(...paths[0].latents.subarray(6)), 9);
    const norm = Math.hypot(...paths[0].eigenvalues.subarray(10));
    expect(offRank[0]).toBeCloseTo(paths[0].residuals[2] / norm, 9);
  });

  it('is empty without paths and refuses a frame that there is not', () => {
    expect(framesOf([], 0).positions).toHaveLength(0);
    expect(() => framesOf(paths, 3)).toThrow('0 … 2');
  });
});

describe('halfwayMotif', () => {
  it('is the motif itself between two copies under other labels, turned and mirrored', () => {
    const copy = mirror(permutePositions(a, [4, 2, 0, 1, 3]));
    expect(largestDifference(halfwayMotif(a, copy), a)).toBeLessThan(1e-6);
  });

  it('is at half the size between a motif and one of no size', () => {
    expect(
      largestDifference(
        halfwayMotif(a, new Float64Array(15)),
        a.map((x) => x / 2),
      ),
    ).toBeLessThan(1e-12);
  });
});

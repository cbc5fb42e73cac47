import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { decodeMotifs } from '../../src/generate/decode';
import { sampleMotifs } from '../../src/generate/sample';
import { coordinatesFromGram } from '../../src/motifs/coordinates';
import { gramVectors } from '../../src/motifs/gram';
import { largestDifference, randomPoints } from '../motifs/points';
import { cartesianModel, linearVae, randomGramModel } from './models';

const gramVae = linearVae(6, 'gram', randomGramModel(6, 4, 1));
const rng = createRng(3);
const cartesianVae = linearVae(
  6,
  'cartesian',
  cartesianModel(randomPoints(6, rng), [randomPoints(6, rng, 0.3), randomPoints(6, rng, 0.3)], 4),
);

describe('sampleMotifs', () => {
  it('draws latents from N(0, 1)', () => {
    const { latents } = sampleMotifs(gramVae, 5000, { seed: 2 });
    const mean = latents.reduce((sum, z) => sum + z, 0) / latents.length;
    const variance = latents.reduce((sum, z) => sum + z * z, 0) / latents.length - mean * mean;
    // 20,000 draws: standard errors 0.007 and 0.01.
    expect(Math.abs(mean)).toBeLessThan(0.035);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it('repeats itself from the same seed and differs from another', () => {
    const [a, b, c] = [7, 7, 8].map((seed) => sampleMotifs(gramVae, 5, { seed }));
    expect(a).toEqual(b);
    expect(a.latents).not.toEqual(c.latents);
    expect(sampleMotifs(gramVae, 5, { seed: createRng(7) })).toEqual(a);
  });

  it('decodes its latents: Gram decoder, coordinates of the nearest rank-3 matrix', () => {
    const motifs = sampleMotifs(gramVae, 20, { seed: 1 });
    expect(motifs.grams).toEqual(gramVae.decode(motifs.latents));
    for (let m = 0; m < 20; m++) {
      const points = coordinatesFromGram(motifs.grams.subarray(21 * m, 21 * m + 21), 6);
      expect(motifs.positions.subarray(18 * m, 18 * m + 18)).toEqual(points.positions);
      expect(motifs.eigenvalues.subarray(6 * m, 6 * m + 6)).toEqual(points.eigenvalues);
      expect(motifs.residuals[m]).toBe(points.residual);
      // Random numbers are no Gram matrix of points: the projection has something to do.
      expect(points.residual).toBeGreaterThan(0.1);
    }
  });

  it('decodes its latents: Cartesian decoder, an arrangement of atoms every time', () => {
    const motifs = sampleMotifs(cartesianVae, 20, { seed: 1 });
    expect(motifs.positions).toEqual(cartesianVae.decodePositions(motifs.latents));
    expect(largestDifference(gramVectors(motifs), motifs.grams)).toBeLessThan(1e-12);
    expect(Math.max(...motifs.residuals)).toBeLessThan(1e-12 * 100);
  });

  it('gives no motifs for a count of 0, and refuses what is no count', () => {
    expect(sampleMotifs(gramVae, 0)).toMatchObject({ length: 0, n: 6 });
    expect(() => sampleMotifs(gramVae, -1)).toThrow('count: found -1');
    expect(() => sampleMotifs(gramVae, 1, { sed: 1 } as never)).toThrow('option sed: found an unknown name');
    expect(() => decodeMotifs(gramVae, [1, 2, 3])).toThrow('latents length: found 3');
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { latentDistances } from '../../src/model';
import { gramVector } from '../../src/motifs';
import { linearVae, randomGramModel } from '../generate/models';
import { mirror, randomPoints } from '../motifs/points';

const rng = createRng(1);
const [a, b] = [randomPoints(5, rng), randomPoints(5, rng)];
const vae = linearVae(5, 'gram', randomGramModel(5, 3, 2));

describe('latentDistances', () => {
  it('is the distance of the posterior means, pair by pair', () => {
    const [za, zb] = [a, b].map((x) => vae.encode(gramVector(x, 5)).mean);
    const distances = latentDistances(vae, Float64Array.of(...a, ...a), Float64Array.of(...b, ...mirror(a)));
    expect(distances[0]).toBeCloseTo(Math.hypot(...za.map((z, k) => z - zb[k])), 5);
    expect(distances[1]).toBeLessThan(1e-5);
  });

  it('refuses halves of motifs and sets of different sizes', () => {
    expect(() => latentDistances(vae, a.slice(1), b)).toThrow('a multiple of 3n = 15');
    expect(() => latentDistances(vae, a, Float64Array.of(...a, ...b))).toThrow('15, as the first');
  });
});

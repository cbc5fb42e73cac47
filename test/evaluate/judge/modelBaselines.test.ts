import { describe, expect, it } from 'vitest';
import { gramVectors } from '../../../src';
import { sampleAggregatePosterior, sampleNormalGrams } from '../../../src/evaluate';
import { Vae } from '../../../src/model';
import { modelFile } from '../../../src/model/models';
import { extractEnvironments } from '../../../src/motifs';
import { readCells } from '../../../src/structures';

const environments = extractEnvironments(readCells().slice(0, 1), { cutoff: 4, count: 8 });
const grams = gramVectors(environments);

/** Mean and covariance of rows, flat. */
function secondMoments(rows: ArrayLike<number>, dimension: number): number[] {
  const count = rows.length / dimension;
  const at = (m: number, d: number): number => rows[m * dimension + d];
  const sums = (f: (m: number) => number): number => {
    let sum = 0;
    for (let m = 0; m < count; m++) sum += f(m) / count;
    return sum;
  };
  const mean = Array.from({ length: dimension }, (_, d) => sums((m) => at(m, d)));
  const pairs = mean.flatMap((_, d) => Array.from({ length: d + 1 }, (_, e) => [d, e]));
  return [...mean, ...pairs.map(([d, e]) => sums((m) => (at(m, d) - mean[d]) * (at(m, e) - mean[e])))];
}

describe('sampleAggregatePosterior', () => {
  it.each(['vae-none', 'ae-none'])('draws latents of %s with the moments of the posteriors together', (name) => {
    const vae = Vae.load(modelFile(name));
    const { mean, logVariance } = vae.encode(grams);
    const L = vae.config.latent;
    const drawn = sampleAggregatePosterior(vae, grams, 4000, { seed: 1 });
    expect(drawn.length).toBe(4000);
    const [expected, found] = [secondMoments(mean, L), secondMoments(drawn.latents, L)];
    for (let d = 0; d < L; d++) expect(Math.abs(found[d] - expected[d])).toBeLessThan(0.15);
    // The variance of the aggregate is that of the means and the mean of the variances.
    for (let d = 0; d < L; d++) {
      let inner = 0;
      for (let m = d; m < mean.length; m += L) inner += vae.config.variational ? Math.exp(logVariance[m]) : 0;
      const index = L + (d * (d + 1)) / 2 + d;
      const variance = expected[index] + inner / environments.length;
      expect(Math.abs(found[index] / variance - 1)).toBeLessThan(0.15);
    }
  });
});

describe('sampleNormalGrams', () => {
  it('has the means and variances of the Gram vectors, and motifs of the right shape', () => {
    const drawn = sampleNormalGrams(grams, 8, 4000, { seed: 1 });
    expect([drawn.n, drawn.grams.length, drawn.positions.length]).toEqual([8, 4000 * 36, 4000 * 24]);
    const [expected, found] = [secondMoments(grams, 36), secondMoments(drawn.grams, 36)];
    for (let p = 0; p < 36; p++) {
      const index = 36 + (p * (p + 1)) / 2 + p;
      expect(Math.abs(found[index] / expected[index] - 1)).toBeLessThan(0.15);
      expect(Math.abs(found[p] - expected[p])).toBeLessThan(0.1 * Math.sqrt(expected[index]));
    }
    expect(sampleNormalGrams(grams, 8, 3, { seed: 1 }).grams).toEqual(drawn.grams.slice(0, 108));
  });
});

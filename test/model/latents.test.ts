import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { latentStatistics, samplePosterior, Vae } from '../../src/model';

/** A model whose encoder takes its posterior from here: mean and log-variance of motifs of three latents. */
function model(mean: number[], logVariance: number[], variational = true): Vae {
  const vae = Vae.create({ latent: 3, variational });
  vae.encode = () => ({ mean: Float32Array.from(mean), logVariance: Float32Array.from(logVariance) });
  return vae;
}

describe('latentStatistics', () => {
  it('of a posterior that is the prior: no divergence, no active latent, root mean square 1', () => {
    const { kl, totalKl, active, mean, rms } = latentStatistics(model(Array(6).fill(0), Array(6).fill(0)), []);
    expect([...kl, totalKl, active, ...mean]).toEqual(Array(8).fill(0));
    expect([...rms]).toEqual([1, 1, 1]);
  });

  it('has the closed forms latent by latent, averaged over motifs', () => {
    const log4 = Math.log(4);
    const { kl, totalKl, active, mean, rms } = latentStatistics(
      model([3, 0, 0.4, -1, 0, 0.4], [0, log4, 0, 0, 0, 0]),
      [],
    );
    // N(3, 1) and N(−1, 1); N(0, 4) and N(0, 1); N(0.4, 1) twice.
    expect(kl[0]).toBeCloseTo((9 / 2 + 1 / 2) / 2, 6);
    expect(kl[1]).toBeCloseTo((4 - 1 - log4) / 4, 6);
    expect(kl[2]).toBeCloseTo(0.08, 6);
    expect(totalKl).toBeCloseTo(kl[0] + kl[1] + kl[2], 12);
    expect(active).toBe(2);
    expect(mean[0]).toBeCloseTo(1, 6);
    expect(rms[0]).toBeCloseTo(Math.sqrt((10 + 2) / 2), 6);
    expect(rms[1]).toBeCloseTo(Math.sqrt(5 / 2), 6);
  });

  it('takes another threshold of activity', () => {
    const vae = model([3, 1, 0.4], [0, 0, 0]);
    expect([0.05, 0.1, 1, 10].map((threshold) => latentStatistics(vae, [], { threshold }).active)).toEqual([
      3, 2, 1, 0,
    ]);
  });

  it('agrees with samples of the posterior', () => {
    const [mean, logVariance] = [
      [0.5, -1, 2],
      [0.3, -2, -0.5],
    ];
    const repeated = (row: number[]): number[] => Array.from({ length: 60000 }, (_, k) => row[k % 3]);
    const vae = model(repeated(mean), repeated(logVariance));
    const { kl, rms } = latentStatistics(vae, []);
    const z = samplePosterior(vae, [], { seed: 1 });
    for (let d = 0; d < 3; d++) {
      const draws = z.filter((_, k) => k % 3 === d);
      const sigma = Math.exp(logVariance[d] / 2);
      // ln q(z) − ln p(z), the constants of both being the same.
      const ratios = draws.map((x) => x ** 2 / 2 - ((x - mean[d]) / sigma) ** 2 / 2 - Math.log(sigma));
      expect(ratios.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(kl[d], 1);
      expect(Math.sqrt(draws.reduce((sum, x) => sum + x * x, 0) / draws.length)).toBeCloseTo(rms[d], 1);
    }
  });

  it('of a plain autoencoder, whose posterior is a point: infinite divergence', () => {
    const { kl, active, rms } = latentStatistics(model([1, 0, 2, 1, 0, 2], Array(6).fill(0), false), []);
    expect([...kl]).toEqual(Array(3).fill(Number.POSITIVE_INFINITY));
    expect(active).toBe(3);
    expect([...rms]).toEqual([1, 0, 2]);
  });

  it('refuses no motifs', () => {
    expect(() => latentStatistics(model([], []), [])).toThrow(InputError);
  });
});

describe('samplePosterior', () => {
  it('is the same for one seed, and the mean for a plain autoencoder', () => {
    const vae = model([1, 2, 3], [0, 0, 0]);
    expect(samplePosterior(vae, [], { seed: 1 })).toEqual(samplePosterior(vae, [], { seed: 1 }));
    expect(samplePosterior(vae, [], { seed: 1 })).not.toEqual(samplePosterior(vae, [], { seed: 2 }));
    expect([...samplePosterior(model([1, 2, 3], [0, 0, 0], false), [])]).toEqual([1, 2, 3]);
  });
});

import { describe, expect, it } from 'vitest';
import { linearReconstructionError } from '../../src/model/linear';
import { trainVae } from '../../src/model/train';
import { Vae } from '../../src/model/vae';
import { toyEnvironments } from './toy';

const data = { train: toyEnvironments(200, 3, 1), test: toyEnvironments(40, 3, 2) };

describe('linearReconstructionError', () => {
  it('falls with every component, from at most the variance to nothing', () => {
    const errors = [0, 1, 2, 3, 4, 5, 6].map((latent) => linearReconstructionError(data, latent));
    // Sorted neighbors differ in their means, which the two numbers of the normalizer do not take away.
    expect(errors[0].train).toBeLessThan(1);
    for (let k = 1; k < 7; k++) {
      expect(errors[k].train).toBeLessThan(errors[k - 1].train);
      expect(errors[k].test).toBeLessThan(errors[k - 1].test);
    }
    expect(errors[6]).toEqual({ train: 0, test: 0 });
  });

  it('is the variance in normalized units when relabelling makes all neighbors alike and nothing is kept', () => {
    const { train } = linearReconstructionError(data, 0, { permutations: 'all', draws: 50 });
    expect(train).toBeCloseTo(1, 2);
  });

  it('is not beaten by a trained linear autoencoder, which comes close', async () => {
    const vae = Vae.create({ atoms: 3, hidden: [], latent: 3, variational: false, seed: 1 });
    let last = Infinity;
    const options = { batchSize: 200, epochs: 4, stepsPerEpoch: 500, learningRate: 1e-2 };
    for await (const report of trainVae(vae, { train: data.train }, options)) last = report.reconstruction / 6;
    const { train } = linearReconstructionError(data, 3);
    expect(last).toBeGreaterThan(0.9 * train);
    expect(last).toBeLessThan(1.1 * train);
  });

  it('refuses other sizes and bad options by name', () => {
    expect(() => linearReconstructionError(data, 7)).toThrow('latent: found 7');
    expect(() => linearReconstructionError(data, 1.5)).toThrow('latent: found 1.5');
    expect(() => linearReconstructionError({ ...data, test: toyEnvironments(5, 4, 1) }, 2)).toThrow('data.test.count');
    expect(() => linearReconstructionError({ ...data, test: toyEnvironments(0, 3, 1) }, 2)).toThrow('data.test.length');
    expect(() => linearReconstructionError(data, 2, { draws: 0, permutations: 'all' })).toThrow('option draws');
  });
});

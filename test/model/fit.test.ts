import { describe, expect, it } from 'vitest';
import { fitVae, trainVae, Vae } from '../../src/model';
import { toyConfig, toyEnvironments } from './toy';

const data = { train: toyEnvironments(20, 3, 1), validation: toyEnvironments(10, 3, 2) };
const network = { ...toyConfig, seed: 3 };
const training = { epochs: 3, stepsPerEpoch: 2, batchSize: 8, seed: 4 };

describe('fitVae', () => {
  it('is Vae.create and trainVae to its end', async () => {
    const vae = Vae.create(network);
    const losses: number[] = [];
    for await (const { train } of trainVae(vae, data, training)) losses.push(train);
    const fitted = await fitVae(data, { network, training });
    expect(fitted.vae.parameters).toEqual(vae.parameters);
    expect(fitted.reports.map(({ train }) => train)).toEqual(losses);
  });

  it('reports each epoch to onProgress, and ends when that returns false', async () => {
    const seen: number[] = [];
    const onProgress = ({ epoch, step, steps }: { epoch: number; step: number; steps: number }): boolean => {
      expect(step / steps).toBe(epoch / training.epochs);
      return seen.push(epoch) < 2;
    };
    const { vae, reports } = await fitVae(data, { network, training: { ...training, onProgress } });
    expect(seen).toEqual([1, 2]);
    expect(reports).toHaveLength(2);
    expect(vae.encode(new Float64Array(6)).mean.every(Number.isFinite)).toBe(true);
  });

  it('refuses what Vae.create and trainVae refuse', async () => {
    await expect(fitVae(data, { network: { ...network, latent: 0 } })).rejects.toThrow('latent');
    await expect(fitVae(data, { network, training: { epochs: 0 } })).rejects.toThrow('option epochs');
  });
});

import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FitOptions, fitVae, type Vae } from '../../src/model';
import { trainedModels } from '../../src/notebook';
import { modelFolder } from '../model/modelFolder';
import { toyConfig, toyEnvironments } from '../model/toy';
import { captureOutput } from './fakeKernel';

const data = { train: toyEnvironments(20, 3, 1), validation: toyEnvironments(10, 3, 2) };
const network = { ...toyConfig, seed: 3 };
const training = { epochs: 3, stepsPerEpoch: 2, batchSize: 8, seed: 4 };

describe('trainedModels', () => {
  const folder = modelFolder();
  const plan: Record<string, FitOptions> = {
    plain: { network: { variational: false } },
    strict: { training: { beta: 1 } },
  };

  it('trains each as planned on top of what all have, or loads it', async () => {
    const kept = (await fitVae(data, { network: { ...network, variational: false }, training })).vae;
    kept.metrics.mark = 1;
    kept.save(path.join(folder, 'plain.json'));
    let models: Record<string, Vae> = {};
    const { stdout } = await captureOutput(async () => {
      models = await trainedModels(plan, data, { network, training });
    });
    expect(Object.keys(models)).toEqual(['plain', 'strict']);
    expect(models.plain.metrics.mark).toBe(1);
    const strict = await fitVae(data, { network, training: { ...training, beta: 1 } });
    expect(models.strict.parameters).toEqual(strict.vae.parameters);
    expect(stdout).toContain('(2 models)');
  });

  it('leaves out what a signal broke off', async () => {
    const { stdout } = await captureOutput(async () => {
      const signal = AbortSignal.abort();
      expect(await trainedModels(plan, data, { network, training: { ...training, signal } })).toEqual({});
    });
    expect(stdout).toContain('(0 of 2 models)');
  });
});

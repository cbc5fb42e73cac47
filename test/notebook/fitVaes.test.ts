import { describe, expect, it } from 'vitest';
import { type FitOptions, type FittedVae, fitVae } from '../../src/model';
import { fitVaes } from '../../src/notebook';
import { toyConfig, toyEnvironments } from '../model/toy';
import { captureOutput } from './fakeKernel';

const data = { train: toyEnvironments(20, 3, 1), validation: toyEnvironments(10, 3, 2) };
const network = { ...toyConfig, seed: 3 };
const training = { epochs: 3, stepsPerEpoch: 2, batchSize: 8, seed: 4 };

describe('fitVaes', () => {
  const plan: Record<string, FitOptions> = {
    plain: { network: { variational: false } },
    strict: { training: { beta: 1 } },
  };

  it('trains each as planned on top of what all have', async () => {
    let fitted: Record<string, FittedVae> = {};
    const { stdout } = await captureOutput(async () => {
      fitted = await fitVaes(plan, data, { network, training });
    });
    expect(Object.keys(fitted)).toEqual(['plain', 'strict']);
    expect(fitted.plain.vae.config.variational).toBe(false);
    const strict = await fitVae(data, { network, training: { ...training, beta: 1 } });
    expect(fitted.strict.vae.parameters).toEqual(strict.vae.parameters);
    expect(stdout).toContain('(2 models)');
  });

  it('leaves out what a signal broke off', async () => {
    const { stdout } = await captureOutput(async () => {
      const signal = AbortSignal.abort();
      expect(await fitVaes(plan, data, { network, training: { ...training, signal } })).toEqual({});
    });
    expect(stdout).toContain('(0 of 2 models)');
  });
});

import { describe, expect, it } from 'vitest';
import { type FitOptions, type FittedVae, fitVae } from '../../src/model';
import { fitVaeLive, fitVaes } from '../../src/notebook';
import { toyConfig, toyEnvironments } from '../model/toy';
import { captureOutput, inFakeKernel } from './fakeKernel';

const data = { train: toyEnvironments(20, 3, 1), validation: toyEnvironments(10, 3, 2) };
const network = { ...toyConfig, engine: 'wasm' as const, seed: 3 };
const training = { epochs: 3, stepsPerEpoch: 2, batchSize: 8, seed: 4 };

describe('fitVaeLive', () => {
  it('trains as fitVae does, and leaves one line that names the engine', async () => {
    const { vae } = await fitVae(data, { network, training });
    let live: FittedVae | undefined;
    const sent = await inFakeKernel(async () => {
      live = await fitVaeLive(data, { network, training });
    });
    expect(live?.vae.parameters).toEqual(vae.parameters);
    expect(String(sent[sent.length - 1].data['text/html'])).toMatch(/^epoch 3: training .*, validation .*WebAssembly/);
  });

  it('gives the Stop button back, however training ends, and stops on it', async () => {
    const before = process.listeners('SIGINT');
    await captureOutput(async () => {
      await expect(fitVaeLive(data, { network, training: { epochs: 0 } })).rejects.toThrow('option epochs');
      // The clock is read when training begins and after each epoch.
      let reads = 0;
      const clock = (): number => {
        if (++reads === 3) process.emit('SIGINT', 'SIGINT');
        return reads;
      };
      const { vae, reports } = await fitVaeLive(data, { network, training: { ...training, epochs: 1000, clock } });
      expect(reports).toHaveLength(2);
      expect(vae.parameters.every(Number.isFinite)).toBe(true);
    });
    expect(process.listeners('SIGINT')).toEqual(before);
  });
});

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

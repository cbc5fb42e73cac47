import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainedModel } from '../../src/model';
import { modelFolder } from './modelFolder';
import { toyConfig, toyEnvironments } from './toy';

const folder = modelFolder();

const data = { train: toyEnvironments(20, 3, 1) };
const training = { epochs: 2, stepsPerEpoch: 2, batchSize: 8 };
const network = toyConfig;

describe('trainedModel', () => {
  it('trains a model that is not there, and saves nothing', async () => {
    const vae = await trainedModel('new', data, { network, training });
    expect(vae.provenance?.steps).toBe(4);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('loads the saved one if data, network and the options given are its own', async () => {
    const vae = await trainedModel('kept', data, { network, training });
    vae.metrics.mark = 1;
    vae.save(path.join(folder, 'kept.json'));
    const marks = async (options: Parameters<typeof trainedModel>[2], set = data): Promise<number | undefined> =>
      (await trainedModel('kept', set, options)).metrics.mark;
    expect(await marks({ network, training })).toBe(1);
    expect(await marks({ network, training: { beta: 0.01, threads: 1 } })).toBe(1);
    expect(await marks({ network, training: { ...training, beta: 0.5 } })).toBeUndefined();
    expect(await marks({ network: { ...network, latent: 1 }, training })).toBeUndefined();
    expect(await marks({ network, training }, { train: toyEnvironments(20, 3, 2) })).toBeUndefined();
  });

  it('does not pass over a damaged file', async () => {
    fs.writeFileSync(path.join(folder, 'broken.json'), '{');
    await expect(trainedModel('broken', data, { network, training })).rejects.toThrow(/broken/);
  });
});

import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { Denoiser } from '../../src/diffusion/denoiser';
import { displaced } from '../../src/diffusion/examples';
import {
  type CellTrainingOptions,
  type CellTrainingReport,
  stepsWithin,
  trainOnCells,
} from '../../src/diffusion/trainCells';
import type { Structure } from '../../src/structures';
import { temporaryFolder } from '../cli/process';

const folder = temporaryFolder();
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A silicon atom at the corners of cubes, oxygen on their edges, and small displacements. */
function frame(name: string, seed: number, half = 1.8): Structure {
  const rng = createRng(seed);
  const grid = Array.from({ length: 64 }, (_, i) => [i % 4, Math.floor(i / 4) % 4, Math.floor(i / 16)]);
  const odd = (site: number[]): number => site.filter((x) => x % 2 === 1).length;
  const sites = grid.filter((site) => odd(site) < 2);
  const edge = 4 * half;
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species: sites.map((site) => (odd(site) ? 'O' : 'Si')),
    positions: Float64Array.from(sites.flat(), (x) => half * x + 0.03 * rng.normal()),
    info: { name },
    arrays: {},
  };
}

const network = { species: ['O', 'Si'], channels: 8, layers: 2, cutoff: 3, radial: 5, noiseLevels: 6, neighbors: 15 };
const cells = { train: [frame('a', 1), frame('b', 2)], validation: [frame('c', 3)] };
const quick: CellTrainingOptions = { steps: 6, every: 2, batchSize: 1, seed: 1, levels: [0.1, 1] };

async function train(denoiser: Denoiser, options: CellTrainingOptions, sets = cells): Promise<CellTrainingReport[]> {
  const reports: CellTrainingReport[] = [];
  for await (const report of trainOnCells(denoiser, sets, options)) reports.push(report);
  denoiser.dispose();
  return reports;
}

describe('trainOnCells', () => {
  it('learns a glass of two elements in seconds: it takes most of the noise away, and tells the elements apart', async () => {
    const denoiser = Denoiser.create({ ...network, seed: 1 });
    const reports = await train(denoiser, {
      ...{ steps: 250, every: 125, batchSize: 1, learningRate: 0.01, seed: 1, levels: [0.3] },
      examples: { wholeShare: 1, wholeRange: [0.2, 0.4], focus: [0.2, 0.4] },
    });
    expect(reports[1].byLevel[0]).toBeLessThan(0.5);
    // With the elements the wrong way round every atom has the wrong neighbors.
    const [held] = cells.validation;
    const noise = new Float32Array(32).fill(0.3);
    const { graph, vectors } = displaced(denoiser.config, held, noise, createRng(5));
    const swapped = { ...graph, species: graph.species.map((s) => 1 - s) };
    const errors = denoiser.engine
      .predict(denoiser.parameters, [graph, swapped])
      .map((found) => found.reduce((sum, x, k) => sum + (x - vectors[k]) ** 2, 0) / vectors.length);
    denoiser.dispose();
    expect(errors[0]).toBeLessThan(0.5);
    expect(errors[1]).toBeGreaterThan(1.5 * errors[0]);
  });

  it('notes in the denoiser what it was trained on, with which settings, and its losses', async () => {
    const denoiser = Denoiser.create({ ...network, seed: 1 });
    const reports = await train(denoiser, quick);
    expect(reports.map(({ step }) => step)).toEqual([2, 4, 6]);
    denoiser.save(path.join(folder, 'noted.json'));
    const { provenance, metrics } = Denoiser.load(path.join(folder, 'noted.json'));
    expect(provenance).toMatchObject({ train: ['a', 'b'], validation: ['c'], steps: 6, engine: 'wasm' });
    expect(provenance?.options.training).toEqual(quick);
    expect(provenance?.data?.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'a train',
      'b train',
      'c validation',
    ]);
    expect(provenance?.data?.[0].composition).toEqual({ Si: 8, O: 24 });
    const [low, high] = reports[2].byLevel;
    const all = { validation: reports[2].validation, 'validation at 0.1 Å': low, 'validation at 1 Å': high };
    expect(metrics).toEqual(all);
  });

  it('goes on from a checkpoint to the same bytes', async () => {
    const whole = Denoiser.create({ ...network, seed: 1 });
    await train(whole, quick);
    const checkpoint = path.join(folder, 'part.json');
    for await (const { step } of trainOnCells(Denoiser.create({ ...network, seed: 1 }), cells, {
      ...quick,
      checkpoint,
    })) {
      if (step === 4) break;
    }
    const resumed = Denoiser.create({ ...network, seed: 9 });
    const reports = await train(resumed, { ...quick, checkpoint, resume: true });
    expect(reports.map(({ step }) => step)).toEqual([6]);
    expect(resumed.parameters).toEqual(whole.parameters);
  });

  it('has no held-out losses without held-out cells', async () => {
    const [report] = await train(Denoiser.create({ ...network, seed: 1 }), quick, {
      train: cells.train,
      validation: [],
    });
    expect(report).toMatchObject({ validation: null, byLevel: [] });
  });

  it('refuses by name an element that the network does not know, no cells, and unknown options', async () => {
    const alloy = { ...frame('alloy', 1), species: new Array<string>(32).fill('Cu') };
    const silica = (): Denoiser => Denoiser.create({ ...network, seed: 1 });
    await expect(train(silica(), quick, { ...cells, train: [alloy] })).rejects.toThrow(
      /^alloy, atom 0: found Cu, expected one of O, Si/,
    );
    await expect(train(silica(), quick, { ...cells, validation: [alloy] })).rejects.toThrow(InputError);
    await expect(train(silica(), quick, { train: [], validation: [] })).rejects.toThrow(
      /^cells: found none to train on/,
    );
    await expect(train(silica(), { ...quick, stepz: 3 } as never)).rejects.toThrow(/stepz/);
    await expect(train(silica(), { ...quick, examples: { blok: 3 } as never })).rejects.toThrow(/blok/);
  });
});

describe('stepsWithin', () => {
  it('is at least 1, and refuses a time that is none', async () => {
    const denoiser = Denoiser.create({ ...network, seed: 1 });
    expect(await stepsWithin(1e-9, denoiser, cells)).toBe(1);
    await expect(stepsWithin(0, denoiser, cells)).rejects.toThrow(/^option minutes: found 0/);
    denoiser.dispose();
  });
});

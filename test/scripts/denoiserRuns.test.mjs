import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { trainRun } from '../../scripts/lib/denoiserRuns.mjs';
import { inProject, SetupError } from '../../scripts/lib/project.mjs';

/** @type {import('../../scripts/lib/denoiserRuns.mjs').Library} */
const library = createRequire(import.meta.url)(inProject('dist', 'index.js'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runs-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Four atoms, free. @param {string} name @param {number} edge @returns {import('../../src/index.js').Structure} */
const cluster = (name, edge) => ({
  lattice: new Float64Array(9),
  pbc: [false, false, false],
  species: ['Si', 'Si', 'Si', 'Si'],
  positions: Float64Array.of(0, 0, 0, edge, edge, 0, edge, 0, edge, 0, edge, edge),
  info: { name },
  arrays: {},
});
const cells = { train: [cluster('a', 1.4), cluster('b', 1.5)], validation: [cluster('c', 1.45)] };

/** @type {import('../../scripts/lib/denoiserRuns.mjs').DenoiserRun} */
const run = {
  purpose: 'learns a toy',
  network: { channels: 8, layers: 1, lMax: 1, cutoff: 4, radial: 4, noiseLevels: 4, seed: 1 },
  training: { steps: 6, batchSize: 1, every: 2, seed: 1 },
  example: library.noisyExample,
  levels: [0.1, 1],
  atLevel: (config, [cell], sigma, seed) =>
    library.displaced(config, cell, new Float32Array(4).fill(sigma), library.createRng(seed)),
};

/** @param {string} name */
const foldersOf = (name) => ({ work: path.join(folder, name, 'work'), models: path.join(folder, name, 'models') });

/** @param {{ models: string }} folders */
const modelOf = ({ models }) => fs.readFileSync(path.join(models, 'toy.json'), 'utf8');

/** @param {{ models: string }} folders @returns {any[]} */
const logOf = ({ models }) =>
  fs
    .readFileSync(path.join(models, 'toy.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('trainRun', () => {
  it('writes the model, what it comes from and its losses, and says what it does', async () => {
    const folders = foldersOf('whole');
    /** @type {string[]} */
    const lines = [];
    await trainRun(library, 'toy', run, cells, folders, (line) => lines.push(line));
    expect(lines[0]).toMatch(/^toy: learns a toy; keeps its state in /);
    expect(lines[1]).toMatch(/^WebAssembly engine: /);
    expect(lines.slice(2, 5).map((line) => line.split('  ')[0])).toEqual(['toy 2/6', 'toy 4/6', 'toy 6/6']);
    const denoiser = library.Denoiser.load(path.join(folders.models, 'toy.json'));
    expect(denoiser.provenance).toEqual({
      library: library.libraryVersion(),
      engine: 'wasm',
      train: ['a', 'b'],
      validation: ['c'],
      options: { network: run.network, training: run.training },
      steps: 6,
    });
    const log = logOf(folders);
    expect(log.map(({ step }) => step)).toEqual([2, 4, 6]);
    const { validation, ...byLevel } = denoiser.metrics;
    expect(validation).toBe(log[2].validation);
    expect(Object.keys(byLevel)).toEqual(['validation at 0.1 Å', 'validation at 1 Å']);
    expect(Object.values(byLevel).map((loss) => Number(loss.toFixed(4)))).toEqual(log[2].byLevel);
  });

  it('goes on after an interruption to the same bytes, and the log has each report once', async () => {
    const folders = foldersOf('parts');
    const stop = (/** @type {string} */ line) => {
      if (line.startsWith('toy 4/6')) throw new Error('interrupted');
    };
    await expect(trainRun(library, 'toy', run, cells, folders, stop)).rejects.toThrow('interrupted');
    expect(fs.existsSync(folders.models)).toBe(false);
    expect(library.Denoiser.load(path.join(folders.work, 'denoiser-toy-latest.json')).config.channels).toBe(8);
    /** @type {string[]} */
    const lines = [];
    await trainRun(library, 'toy', run, cells, folders, (line) => lines.push(line));
    expect(lines[0]).toContain('goes on from');
    expect(modelOf(folders)).toBe(modelOf(foldersOf('whole')));
    const timeless = (/** @type {any[]} */ rows) => rows.map((row) => ({ ...row, seconds: 0 }));
    expect(timeless(logOf(folders))).toEqual(timeless(logOf(foldersOf('whole'))));
  });

  it('writes the same again after the end', async () => {
    const folders = foldersOf('whole');
    const before = modelOf(folders);
    fs.rmSync(folders.models, { recursive: true });
    await trainRun(library, 'toy', run, cells, folders, () => {});
    expect(modelOf(folders)).toBe(before);
    expect(logOf(folders)).toHaveLength(3);
  });

  it('does not go on from the state of a run with other options, and says what to do', async () => {
    const other = { ...run, training: { ...run.training, seed: 2 } };
    const trained = trainRun(library, 'toy', other, cells, foldersOf('whole'), () => {});
    await expect(trained).rejects.toThrow(SetupError);
    await expect(trained).rejects.toThrow(
      /denoiser-toy.json: found a checkpoint of a run with seed 1, expected seed 2 as asked now.\nTo begin anew/,
    );
  });
});

describe('npm run train:cells', () => {
  it('says what it does', () => {
    const text = execFileSync(process.execPath, [inProject('scripts', 'trainCells.mjs'), '--help'], {
      encoding: 'utf8',
    });
    expect(text).toMatch(/^npm run train:cells/);
    const { scripts } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
    expect(scripts['train:cells']).toBe('node scripts/trainCells.mjs');
  });
});

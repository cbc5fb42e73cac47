import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildIfStale, ROOT } from '../cli/process';

beforeAll(buildIfStale, 120_000);

/** Denoisers that nobody disposes of and trainings that nobody ends; prints how many threads the process has. */
const SCRIPT = `
const { readdirSync } = require('node:fs');
const { extractEnvironments, readStructures, trainVae, Vae } = require('glassy-motifs');
const { Denoiser, randomCell } = require('glassy-motifs/diffusion');
const cell = randomCell({ atoms: 20, density: 2, species: 'Si' });
const train = extractEnvironments(readStructures('data/a-si/a-si-512-01.extxyz'));
const threads = [];
async function collect() {
  global.gc();
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  threads.push(readdirSync('/proc/self/task').length);
}
(async () => {
  for (let k = 0; k < 24; k++) {
    const denoiser = Denoiser.create({ species: ['Si'], channels: 8, layers: 1, radial: 2, noiseLevels: 2 });
    denoiser.estimate([cell], [new Float32Array(20).fill(0.1)]);
    if (k % 4 === 3) await collect();
  }
  for (let k = 0; k < 12; k++) {
    await trainVae(Vae.create({ atoms: 8 }), { train }, { epochs: 2, stepsPerEpoch: 2, threads: 3 }).next();
    if (k % 4 === 3) await collect();
  }
  console.log(JSON.stringify(threads));
})();
`;

it.skipIf(!fs.existsSync('/proc/self/task'))(
  'threads of abandoned denoisers and trainings end when those are garbage',
  { timeout: 60_000 },
  () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', SCRIPT], {
      cwd: path.resolve(ROOT),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const threads = JSON.parse(stdout) as number[];
    expect(threads).toHaveLength(9);
    // Four at a time have threads; 24 would, were they kept.
    expect(Math.max(...threads.slice(1)) - threads[0]).toBeLessThan(16);
  },
);

import { createRequire } from 'node:module';
import { trainRun } from './lib/denoiserRuns.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

const USAGE = `npm run train:cells [-- NAME …]

Trains the denoisers of data/models, all or those named: data/models/NAME.json, and NAME.log with the losses on the way,
a line of JSON each report. May be interrupted: the same command goes on from the last report, to the bit as if it had
not been. Takes about 40 minutes on two processors.`;

/**
 * What is trained. The name is that of the file.
 * @param {import('./lib/denoiserRuns.mjs').Library} library
 * @returns {Record<string, import('./lib/denoiserRuns.mjs').DenoiserRun>}
 */
const runs = ({ createRng, cutCluster, displaced, joinTargets, noisyClusters, noisyExample }) => ({
  cells: {
    purpose: 'tells noise in whole cells, and in regions of them, from structure',
    network: { channels: 32, layers: 4, lMax: 2, cutoff: 5, seed: 1 },
    training: { steps: 26_000, batchSize: 2, learningRate: 3e-3, decay: 0.4, every: 500, seed: 1 },
    example: noisyExample,
    levels: [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5],
    atLevel: (config, [cell], sigma, seed) =>
      displaced(config, cell, new Float32Array(cell.species.length).fill(sigma), createRng(seed)),
  },
  motifs: {
    purpose: 'tells noise in motifs, whole or with 8, 16 or 32 neighbors in sight, from structure',
    network: { channels: 32, layers: 4, lMax: 2, cutoff: 6, seed: 1 },
    training: { steps: 20_000, batchSize: 2, learningRate: 3e-3, decay: 0.4, every: 500, seed: 1 },
    example: noisyClusters,
    levels: [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2.5],
    atLevel: (config, [cell], sigma, seed) => {
      const noise = new Float32Array(9).fill(sigma, 1);
      const motifs = Array.from({ length: 64 }, (_, k) =>
        displaced(config, cutCluster(cell, 8 * k, 8), noise, createRng(1000 * seed + k)),
      );
      return joinTargets(motifs);
    },
  },
});

await runMain(async () => {
  const named = process.argv.slice(2);
  if (named.includes('--help')) {
    console.log(USAGE);
    return;
  }
  for (const step of setupSteps(['packages', 'build'])) await takeStep(step);
  const load = createRequire(import.meta.url);
  /** @type {import('./lib/denoiserRuns.mjs').Library} */
  const library = { ...load(inProject('dist', 'index.js')), ...load(inProject('dist', 'diffusion', 'index.js')) };
  const table = runs(library);
  const unknown = named.filter((name) => !(name in table));
  if (unknown.length) throw new SetupError(`No run ${unknown.join(', ')}: there are ${Object.keys(table).join(', ')}.`);
  const cells = library.splitCells(library.readCells());
  const folders = { work: inProject('.cache'), models: inProject('data', 'models') };
  for (const [name, run] of Object.entries(table)) {
    if (named.length === 0 || named.includes(name)) await trainRun(library, name, run, cells, folders, console.log);
  }
});

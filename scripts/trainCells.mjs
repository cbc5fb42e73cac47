import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { clusterExamples } from './lib/clusters.mjs';
import { inProject, SetupError, writeAtomic } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

const USAGE = `npm run train:cells [-- NAME …]

Trains the denoisers in data/models, all or those named: data/models/NAME.json, and NAME.log with the losses on the way,
a line of JSON each report. May be interrupted: the same command goes on from the last report, to the bit as if it had
not been. Takes some three hours on two processors. For one's own cells: glassy-motifs train-cells.`;

/**
 * @typedef {typeof import('../src/index.js') & typeof import('../src/diffusion/index.js')
 *   & Parameters<typeof clusterExamples>[0]} Library
 */
/**
 * @typedef {object} Run
 * @property {import('../src/diffusion/index.js').DenoiserOptions} network
 * @property {import('../src/diffusion/index.js').CellTrainingOptions} training
 */

/**
 * What is trained. The name is that of the file.
 * @param {Library} library
 * @returns {Record<string, Run>}
 */
const runs = (library) => ({
  cells: {
    network: { channels: 32, layers: 4, lMax: 2, cutoff: 5, seed: 1 },
    training: { steps: 14_000, batchSize: 2, learningRate: 3e-3, decay: 0.4, every: 500, seed: 1 },
  },
  motifs: {
    network: { channels: 32, layers: 4, lMax: 2, cutoff: 6, seed: 1 },
    training: {
      ...{ steps: 20_000, batchSize: 2, learningRate: 3e-3, decay: 0.4, every: 500, seed: 1 },
      levels: [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2.5],
      kind: clusterExamples(library),
    },
  },
});

/**
 * Other glasses, by the command for one's own cells: its patterns of files in data, and its options.
 * @type {Record<string, { train: string[], validation: string[], options: string }>}
 */
const GLASSES = {
  sio2: {
    train: ['a-sio2/*Kps-[123]'],
    validation: ['a-sio2/*Kps-4'],
    options: '--condition cooling_rate:log --channels 48 --steps 14000 --every 250 --seed 1',
  },
  carbon: {
    train: ['a-c/a-c-d0.0_1[37]', 'a-c/a-c-d1.5_[14]', 'a-c/a-c-d2.5_*', 'a-c/a-c-d0.0_1[89]', 'a-c/a-c-d3.5_2'],
    validation: ['a-c/a-c-d2.0_1', 'a-c/a-c-d0.0_11'],
    options: '--condition density --cutoff 4 --channels 48 --steps 12000 --every 250 --seed 1',
  },
};

/** @param {string} name of one of GLASSES */
function trainGlass(name) {
  const { train, validation, options } = GLASSES[name];
  /** @param {string} pattern */
  const cells = (pattern) => inProject('data', `${pattern}.extxyz.gz`);
  const held = validation.flatMap((pattern) => ['--validation', cells(pattern)]);
  const out = inProject('.cache', `glass-${name}.json`);
  const line = [...train.map(cells), ...held, ...options.split(' '), '--resume', '-o', out];
  const program = inProject('bin', 'glassy-motifs.js');
  const { status } = spawnSync(process.execPath, [program, 'train-cells', ...line], { stdio: 'inherit' });
  if (status !== 0) throw new SetupError(`The training of ${name} ended with ${status ?? 'a signal'}.`);
  writeAtomic(inProject('data', 'models', `${name}.log`), fs.readFileSync(inProject('.cache', `glass-${name}.log`)));
  writeAtomic(inProject('data', 'models', `${name}.json`), fs.readFileSync(out));
}

/**
 * Trains one denoiser, or goes on where that was interrupted; the state between is in .cache.
 * @param {Library} library @param {string} name @param {Run} run
 * @param {import('../src/diffusion/index.js').CellSets} cells
 */
async function train({ Denoiser, trainOnCells }, name, { network, training }, cells) {
  const checkpoint = inProject('.cache', `denoiser-${name}.json`);
  const log = inProject('.cache', `denoiser-${name}.log`);
  const resume = fs.existsSync(checkpoint);
  fs.mkdirSync(path.dirname(log), { recursive: true });
  if (!resume) fs.writeFileSync(log, '');
  const species = [...new Set(cells.train.flatMap((cell) => cell.species))];
  const denoiser = Denoiser.create({ species, ...network });
  console.log(
    `${name}: ${denoiser.engine.description}; ${resume ? 'goes on from' : 'keeps its state in'} ${checkpoint}`,
  );
  for await (const report of trainOnCells(denoiser, cells, { ...training, checkpoint, resume })) {
    const { step, train, validation, byLevel, gradientNorm, seconds } = report;
    const levels = byLevel.map((loss) => Number(loss.toFixed(4)));
    const row = { step, train, validation, byLevel: levels, gradientNorm, seconds: Math.round(seconds) };
    fs.appendFileSync(log, `${JSON.stringify(row)}\n`);
    console.log(`${name} ${step}/${training.steps}  held out ${validation?.toFixed(4)}  by level ${levels.join(' ')}`);
  }
  denoiser.dispose();
  writeAtomic(inProject('data', 'models', `${name}.log`), fs.readFileSync(log));
  denoiser.save(inProject('data', 'models', `${name}.json`));
}

await runMain(async () => {
  const named = process.argv.slice(2);
  if (named.includes('--help')) {
    console.log(USAGE);
    return;
  }
  for (const step of setupSteps(['packages', 'build'])) await takeStep(step);
  const load = createRequire(import.meta.url);
  /** @type {Library} */
  const library = Object.assign(
    {},
    ...['index', 'diffusion/index', 'diffusion/cutCluster', 'diffusion/graph/join'].map((name) =>
      load(inProject('dist', `${name}.js`)),
    ),
  );
  const table = runs(library);
  const names = [...Object.keys(table), ...Object.keys(GLASSES)];
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length) throw new SetupError(`No run ${unknown.join(', ')}: there are ${names.join(', ')}.`);
  const cells = library.splitCells(library.readCells());
  for (const [name, run] of Object.entries(table)) {
    if (named.length === 0 || named.includes(name)) await train(library, name, run, cells);
  }
  for (const name of Object.keys(GLASSES)) if (named.length === 0 || named.includes(name)) trainGlass(name);
});

// Trains the denoisers of data/models from scratch: `npm run train:cells [-- cells|motifs]`.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
/** @type {typeof import('../dist/index.js')} */
const library = createRequire(import.meta.url)(path.join(root, 'dist/index.js'));
const { createRng, Denoiser, displaced, noisyExample, readCells, splitCells, trainDenoiser, validationLoss } = library;

const folder = path.join(root, 'data/models');
const { train, validation } = splitCells(readCells());
const LEVELS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5];

const runs = {
  cells: {
    network: { channels: 32, layers: 4, lMax: /** @type {2} */ (2), cutoff: 5, seed: 1 },
    training: { steps: 26_000, batchSize: 2, learningRate: 3e-3, decay: 0.4, every: 500, seed: 1 },
    example: noisyExample,
  },
};

const chosen = process.argv.slice(2);
for (const [name, run] of Object.entries(runs)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  await trainOne(name, run);
}

/**
 * @param {string} name
 * @param {(typeof runs)['cells']} run
 */
async function trainOne(name, { network, training, example }) {
  const checkpoint = path.join(root, '.cache', `denoiser-${name}.json`);
  const resume = fs.existsSync(checkpoint);
  console.log(`${name}: ${resume ? 'goes on from' : 'keeps its state in'} ${path.relative(root, checkpoint)}`);
  const denoiser = Denoiser.create(network);
  const { config } = denoiser;
  const cell = validation[0];
  const levels = LEVELS.map((sigma, k) =>
    displaced(config, cell, new Float32Array(cell.species.length).fill(sigma), createRng(100 + k)),
  );
  const mixed = Array.from({ length: 12 }, (_, k) => example(config, validation, 200 + k));
  const log = [];
  const options = { ...training, checkpoint, resume };
  for await (const report of trainDenoiser(denoiser, (rng) => example(config, train, rng), mixed, options)) {
    const byLevel = levels.map((target) => Number(validationLoss(denoiser, [target])?.toFixed(4)));
    const { step, train: loss, validation: held, gradientNorm, seconds } = report;
    const row = { step, train: loss, validation: held, byLevel, gradientNorm, seconds: Math.round(seconds) };
    log.push(row);
    fs.appendFileSync(path.join(root, '.cache', `denoiser-${name}.log`), `${JSON.stringify(row)}\n`);
    console.log(
      `${name} ${step}/${training.steps}  train ${loss.toFixed(4)}  held out ${held?.toFixed(4)}  ${byLevel.join(' ')}  ${seconds.toFixed(0)} s`,
    );
    denoiser.save(path.join(root, '.cache', `denoiser-${name}-latest.json`));
  }
  denoiser.dispose();
  denoiser.save(path.join(folder, `${name}.json`));
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { inProject, SetupError, writeAtomic } from './project.mjs';

/** Examples of the held-out loss, and the seeds of theirs and of those of each level. */
const MIXED = 12;
const SEEDS = { mixed: 200, level: 100 };

/**
 * @typedef {typeof import('../../src/index.js') & typeof import('../../src/diffusion/index.js')} Library
 * @typedef {import('../../src/diffusion/index.js').GraphConfig} GraphConfig
 * @typedef {import('../../src/diffusion/index.js').GraphTarget} GraphTarget
 * @typedef {import('../../src/index.js').Structure} Structure
 * @typedef {import('../../src/diffusion/index.js').Denoiser} Denoiser
 */
/**
 * @typedef {object} DenoiserRun
 * @property {string} purpose what is learned, to follow the name
 * @property {import('../../src/diffusion/index.js').DenoiserOptions} network
 * @property {import('../../src/diffusion/index.js').DenoiserTrainOptions & { steps: number }} training
 * @property {(config: GraphConfig, cells: readonly Structure[], seed: number | import('../../src/index.js').Rng) => GraphTarget} example
 *   draws one example
 * @property {number[]} levels noise levels at which the held-out loss is followed, Å
 * @property {(config: GraphConfig, cells: readonly Structure[], sigma: number, seed: number) => GraphTarget} atLevel
 *   a held-out example of one level
 */

/**
 * Trains one denoiser, or goes on where that was interrupted, and writes `models`/NAME.json and NAME.log.
 *
 * The state between is in `work`: checkpoint and losses, and the denoiser so far under denoiser-NAME-latest.json.
 *
 * @param {Library} library @param {string} name @param {DenoiserRun} run
 * @param {{ train: Structure[], validation: Structure[] }} cells
 * @param {{ work: string, models: string }} folders @param {(line: string) => void} say
 */
export async function trainRun(library, name, run, cells, folders, say) {
  const state = (/** @type {string} */ ending) => path.join(folders.work, `denoiser-${name}${ending}`);
  const checkpoint = state('.json');
  const resume = fs.existsSync(checkpoint);
  fs.mkdirSync(folders.work, { recursive: true });
  if (!resume) fs.writeFileSync(state('.log'), '');
  const denoiser = library.Denoiser.create({
    species: [...new Set(cells.train.flatMap((cell) => cell.species))],
    ...run.network,
  });
  say(`${name}: ${run.purpose}; ${resume ? 'goes on from' : 'keeps its state in'} ${checkpoint}`);
  say(denoiser.engine.description);
  const held = heldOut(run, denoiser.config, cells.validation);
  const draw = (/** @type {import('../../src/index.js').Rng} */ rng) => run.example(denoiser.config, cells.train, rng);
  try {
    const options = { ...run.training, checkpoint, resume };
    for await (const report of library.trainDenoiser(denoiser, draw, held.mixed, options)) {
      const { step, train, validation, gradientNorm, seconds } = report;
      const byLevel = lossByLevel(library, denoiser, held.levels).map((loss) => Number(loss.toFixed(4)));
      const row = { step, train, validation, byLevel, gradientNorm, seconds: Math.round(seconds) };
      fs.appendFileSync(state('.log'), `${JSON.stringify(row)}\n`);
      denoiser.save(state('-latest.json'));
      const losses = `train ${train.toFixed(4)}  held out ${validation?.toFixed(4)}  by level ${byLevel.join(' ')}`;
      say(`${name} ${step}/${run.training.steps}  ${losses}  ${seconds.toFixed(0)} s`);
    }
    describe(library, denoiser, run, cells, held);
  } catch (error) {
    if (!(error instanceof library.InputError) || error.place !== checkpoint) throw error;
    throw new SetupError(`${error.message}.\nTo begin anew, delete that file.`);
  } finally {
    denoiser.dispose();
  }
  const log = fs.existsSync(state('.log')) ? fs.readFileSync(state('.log')) : '';
  writeAtomic(path.join(folders.models, `${name}.log`), log);
  denoiser.save(path.join(folders.models, `${name}.json`));
  say(`${name}: in ${path.join(folders.models, `${name}.json`)}`);
}

/**
 * The held-out examples: as in training, and one of each level.
 * @param {DenoiserRun} run @param {GraphConfig} config @param {Structure[]} cells
 */
function heldOut(run, config, cells) {
  return {
    mixed: Array.from({ length: MIXED }, (_, k) => run.example(config, cells, SEEDS.mixed + k)),
    levels: run.levels.map((sigma, k) => run.atLevel(config, cells, sigma, SEEDS.level + k)),
  };
}

/** @param {Library} library @param {Denoiser} denoiser @param {GraphTarget[]} levels @returns {number[]} */
function lossByLevel({ validationLoss }, denoiser, levels) {
  return levels.map((target) => validationLoss(denoiser, [target]) ?? Number.NaN);
}

/**
 * Notes in the denoiser how it was trained and its held-out losses.
 * @param {Library} library @param {Denoiser} denoiser @param {DenoiserRun} run
 * @param {{ train: Structure[], validation: Structure[] }} cells @param {ReturnType<typeof heldOut>} held
 */
function describe(library, denoiser, { network, training, levels }, cells, held) {
  const names = (/** @type {Structure[]} */ some) => some.map(({ info }, k) => String(info.name ?? `cell ${k + 1}`));
  denoiser.provenance = {
    library: JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8')).version,
    engine: denoiser.engine.name,
    train: names(cells.train),
    validation: names(cells.validation),
    options: { network, training },
    steps: training.steps,
  };
  denoiser.metrics = { validation: library.validationLoss(denoiser, held.mixed) ?? Number.NaN };
  lossByLevel(library, denoiser, held.levels).forEach((loss, k) => {
    denoiser.metrics[`validation at ${levels[k]} Å`] = loss;
  });
}

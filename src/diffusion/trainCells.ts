import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { createRng, type Rng } from '../core/random';
import { libraryVersion } from '../core/version';
import { atomCount, type Structure } from '../structures';
import { cellCard, cellConditions } from './cellDefaults';
import type { Denoiser, DenoiserProvenance } from './denoiser';
import { displaced, type ExampleOptions, noisyExample } from './examples';
import type { GraphConfig } from './graph/config';
import { type GraphTarget, speciesIndices } from './graph/network';
import { type DenoiserReport, type DenoiserTrainOptions, TRAIN_OPTIONS, trainDenoiser, validationLoss } from './train';

/** Of cells with more atoms, balls of so many are trained on. */
const LARGEST = 1000;
const BLOCK = 800;
/** Held-out examples drawn as in training, and the seeds of theirs and of those of each level. */
const MIXED = 12;
const SEEDS = { mixed: 200, level: 100 };
/** Å. */
const LEVELS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5];
/** Steps by which the time of one is measured, after as many that are not timed. */
const TRIAL = 3;

/** Cells to learn from, and others for the held-out losses. */
export interface CellSets {
  train: readonly Structure[];
  validation?: readonly Structure[];
}

/** Another way to draw examples than whole noisy cells and noisy regions of them. */
export interface ExampleKind {
  /** Draws an example. */
  draw(config: GraphConfig, cells: readonly Structure[], rng: Rng): GraphTarget;
  /** A held-out example of one noise level. */
  atLevel(config: GraphConfig, cells: readonly Structure[], sigma: number, seed: number): GraphTarget;
}

/** Options of {@link trainOnCells}. */
export interface CellTrainingOptions extends DenoiserTrainOptions {
  /** How cells are made noisy; by default balls of 800 atoms stand for cells of more than 1,000. */
  examples?: ExampleOptions;
  /** In place of that. */
  kind?: ExampleKind;
  /** Noise levels at which the held-out loss is followed, Å; default eight from 0.05 to 1.5. */
  levels?: readonly number[];
}

/** Report of every so many steps of {@link trainOnCells}. */
export interface CellTrainingReport extends DenoiserReport {
  /** Held-out loss at each level; empty without held-out cells. */
  byLevel: number[];
}

/**
 * Trains a denoiser on cells; notes in it, at each report, what it was trained on and its held-out losses.
 *
 * @throws InputError naming an option, the checkpoint, or the cell with an element that the network does not know
 * @throws NonFiniteLossError; the denoiser then has the average up to that step
 */
export async function* trainOnCells(
  denoiser: Denoiser,
  cells: CellSets,
  options: CellTrainingOptions = {},
): AsyncGenerator<CellTrainingReport, void, undefined> {
  const { draw, mixed, levels } = prepared(denoiser, cells, options);
  const { examples: _examples, kind: _kind, levels: _levels, ...training } = options;
  const card = cardOf(denoiser, cells, options);
  const note = (steps: number, validation: number | null): number[] => {
    denoiser.provenance = { ...card, steps };
    denoiser.metrics = validation === null ? {} : { validation };
    return levels.map(({ sigma, target }) => {
      const loss = validationLoss(denoiser, [target]) as number;
      denoiser.metrics[`validation at ${sigma} Å`] = loss;
      return loss;
    });
  };
  let reached = 0;
  for await (const report of trainDenoiser(denoiser, draw, mixed, training)) {
    reached = report.step;
    yield { ...report, byLevel: note(reached, report.validation) };
  }
  // A run that had ended before it was resumed has no report.
  if (reached === 0 && training.resume) note(training.steps ?? 0, validationLoss(denoiser, mixed));
}

/** Steps of {@link trainOnCells} that take so many minutes here, by some that are tried. */
export async function stepsWithin(
  minutes: number,
  denoiser: Denoiser,
  cells: CellSets,
  options: CellTrainingOptions = {},
): Promise<number> {
  requirePositive(minutes, 'option minutes');
  const { draw } = prepared(denoiser, { train: cells.train }, options);
  const batchSize = requireInteger(options.batchSize ?? 2, 'option batchSize', 1);
  const rng = createRng(0);
  let start = 0;
  for (let k = 0; k < 2 * TRIAL; k++) {
    if (k === TRIAL) start = performance.now();
    denoiser.engine.lossAndGradient(
      denoiser.parameters,
      Array.from({ length: batchSize }, () => draw(rng)),
    );
  }
  return Math.max(1, Math.floor((60_000 * minutes) / ((performance.now() - start) / TRIAL)));
}

/** How to draw an example, and the held-out ones. */
function prepared(
  denoiser: Denoiser,
  { train, validation = [] }: CellSets,
  options: CellTrainingOptions,
): {
  draw: (rng: Rng) => GraphTarget;
  mixed: GraphTarget[];
  levels: { sigma: number; target: GraphTarget }[];
} {
  requireKnownOptions(options, [...TRAIN_OPTIONS, 'examples', 'kind', 'levels']);
  const { config } = denoiser;
  if (train.length === 0) throw new InputError('cells', 'none to train on', 'at least one');
  [...train, ...validation].forEach((cell) => {
    requireSpecies(config, cell);
    cellConditions(config, cell);
  });
  const { kind = wholeCells(train, options.examples), levels = LEVELS } = options;
  const held = validation.length > 0;
  return {
    draw: (rng) => kind.draw(config, train, rng),
    mixed: held
      ? Array.from({ length: MIXED }, (_, k) => kind.draw(config, validation, createRng(SEEDS.mixed + k)))
      : [],
    levels: held
      ? levels.map((sigma, k) => ({ sigma, target: kind.atLevel(config, validation, sigma, SEEDS.level + k) }))
      : [],
  };
}

function requireSpecies(config: GraphConfig, { info, species }: Structure): void {
  try {
    speciesIndices(config, species);
  } catch (error) {
    if (!(error instanceof InputError) || info.name === undefined) throw error;
    throw new InputError(`${info.name}, ${error.place}`, error.found, error.expected);
  }
}

/** Noisy cells and regions of them, those of one level by turns of the held-out cells. */
function wholeCells(train: readonly Structure[], options: ExampleOptions = {}): ExampleKind {
  const large = train.some((cell) => atomCount(cell) > LARGEST);
  const examples = { block: large ? BLOCK : 0, ...options };
  return {
    draw: (config, cells, rng) => noisyExample(config, cells, rng, examples),
    atLevel: (config, cells, sigma, seed) => {
      const cell = cells[(seed - SEEDS.level) % cells.length];
      const noise = new Float32Array(atomCount(cell)).fill(sigma);
      return displaced(config, cell, noise, createRng(seed), undefined, cellConditions(config, cell));
    },
  };
}

function cardOf(
  denoiser: Denoiser,
  { train, validation = [] }: CellSets,
  { signal, checkpoint, resume, onProgress, clock, kind, ...options }: CellTrainingOptions,
): Omit<DenoiserProvenance, 'steps'> {
  const data = [
    ...train.map((cell, k) => cellCard(cell, 'train', k)),
    ...validation.map((cell, k) => cellCard(cell, 'validation', k)),
  ];
  const from = denoiser.provenance;
  const names = (role: string): string[] => data.filter((card) => card.role === role).map(({ name }) => name);
  return {
    library: libraryVersion(),
    engine: denoiser.engine.name,
    train: names('train'),
    validation: names('validation'),
    options: { network: { ...denoiser.config }, training: options },
    data,
    ...(from && { from }),
  };
}

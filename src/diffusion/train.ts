import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { createRng, type Rng } from '../core/random';
import { readCheckpoint, writeCheckpoint } from '../model/checkpoint';
import { adamStep, copyState, globalNorm, initialState } from '../model/engines/adam';
import type { OptimizerState, TrainingSession } from '../model/engines/engine';
import { runEpochs, type TrainerReport } from '../model/trainer';
import type { Denoiser } from './denoiser';
import type { GraphTarget } from './graph/network';

/** Measures of the steps since the last report. */
interface DenoiserLosses {
  /** Mean squared error of ε̂. */
  train: number;
  /** That of the averaged parameters on the held-out examples; null without any. */
  validation: number | null;
  /** Largest norm of the gradient, before clipping. */
  gradientNorm: number;
}

/** Report of every so many steps of {@link trainDenoiser}. */
export interface DenoiserReport extends DenoiserLosses, TrainerReport {}

/** Options of {@link trainDenoiser}. */
export interface DenoiserTrainOptions {
  /** Optimizer steps in all; default 20,000. */
  steps?: number;
  /** Graphs a step; default 2. */
  batchSize?: number;
  /** Adam's learning rate at its highest, see {@link learningRateAt}; default 2e-3. */
  learningRate?: number;
  /** Steps over which it rises; default 200. */
  warmup?: number;
  /** Share of the steps over which it falls, between 0 and 1; default 0.3. */
  decay?: number;
  /** Largest norm of the whole gradient; default 1. */
  clipNorm?: number;
  /** Weight of the past in the moving average of the parameters, less in the first steps; default 0.999. */
  averaging?: number;
  /** Steps between reports; default 500. */
  every?: number;
  /** An integer below 2²⁰; default 0. */
  seed?: number;
  /** Stops after the step at hand; the denoiser keeps what was reached. */
  signal?: { readonly aborted: boolean };
  /** File in which the state is kept at each report. */
  checkpoint?: string;
  /** Goes on from the checkpoint, which must be of a run with the same network and options. */
  resume?: boolean;
  /** Called at each report; returning false ends training. */
  onProgress?: (progress: DenoiserReport & { steps: number }) => unknown;
  /** Seconds from any origin; default the monotonic clock. */
  clock?: () => number;
}

const DEFAULTS = {
  steps: 20_000,
  batchSize: 2,
  learningRate: 2e-3,
  warmup: 200,
  decay: 0.3,
  clipNorm: 1,
  averaging: 0.999,
  every: 500,
  seed: 0,
};

/** The names of {@link DenoiserTrainOptions}. */
export const TRAIN_OPTIONS: readonly string[] = [
  ...Object.keys(DEFAULTS),
  ...['signal', 'checkpoint', 'resume', 'onProgress', 'clock'],
];

/** Seeds are the upper words of the seeds of examples, which must be exact integers. */
const SEEDS = 2 ** 20;

/**
 * Trains a denoiser on examples drawn afresh in each step; its parameters become the moving average.
 *
 * Adam (Kingma & Ba, arXiv:1412.6980) on the mean of the examples' weighted squared errors. Example k of step s depends
 * on the seed, s and k alone, so that an interrupted run goes on as if it had not been. Same seed, same bytes, whatever
 * the number of threads. Other tasks run between the steps.
 *
 * @param example draws one example from a generator
 * @param validation held-out examples
 * @throws InputError naming the option that is wrong or unknown, or the checkpoint and what differs
 * @throws NonFiniteLossError; the denoiser then has the average up to that step
 */
export async function* trainDenoiser(
  denoiser: Denoiser,
  example: (rng: Rng) => GraphTarget,
  validation: readonly GraphTarget[] = [],
  options: DenoiserTrainOptions = {},
): AsyncGenerator<DenoiserReport, void, undefined> {
  const settings = resolve(options);
  const { steps, every } = settings;
  const { checkpoint, signal, clock, onProgress } = options;
  const context = { config: denoiser.config, ...settings };
  const size = denoiser.parameters.length;
  const resume = options.resume && checkpoint ? readCheckpoint<DenoiserLosses>(checkpoint, context, size) : undefined;
  const session = new DenoiserSession(denoiser, example, settings);
  yield* runEpochs(session, {
    ...{ steps, stepsPerEpoch: every, signal, clock, resume, onProgress },
    schedule: (step) => learningRateAt(step, settings),
    measure: () => {
      session.keepAverage();
      const { train, gradientNorm } = session.sinceLast();
      return { train, validation: validationLoss(denoiser, validation), gradientNorm };
    },
    onEpoch: (state) => {
      if (checkpoint) writeCheckpoint(checkpoint, state, context);
    },
    onEnd: () => session.keepAverage(),
  });
}

/** Steps of a denoiser, and the moving average of its parameters. */
class DenoiserSession implements TrainingSession<{ loss: number }> {
  readonly stretch = 1;
  readonly #denoiser: Denoiser;
  readonly #example: (rng: Rng) => GraphTarget;
  readonly #settings: typeof DEFAULTS;
  #state: OptimizerState & { average: Float32Array };
  #since = { loss: 0, norm: 0, steps: 0 };

  constructor(denoiser: Denoiser, example: (rng: Rng) => GraphTarget, settings: typeof DEFAULTS) {
    this.#denoiser = denoiser;
    this.#example = example;
    this.#settings = settings;
    this.#state = { ...initialState(denoiser.parameters), average: denoiser.parameters.slice() };
  }

  async run(rates: ArrayLike<number>): Promise<{ loss: number; failedAt?: number }> {
    let sum = 0;
    for (let k = 0; k < rates.length; k++) {
      const loss = this.#step(rates[k]);
      if (!Number.isFinite(loss)) return { loss, failedAt: k };
      sum += loss;
    }
    return { loss: sum / rates.length };
  }

  /** One step; returns its loss. One that is not finite changes nothing. */
  #step(rate: number): number {
    const { batchSize, seed, clipNorm, averaging } = this.#settings;
    const { step, parameters, average } = this.#state;
    const first = seed * 2 ** 32 + step * batchSize;
    const batch = Array.from({ length: batchSize }, (_, k) => this.#example(createRng(first + k)));
    const { loss, gradient } = this.#denoiser.engine.lossAndGradient(parameters, batch);
    if (!Number.isFinite(loss)) return loss;
    for (let i = 0; i < gradient.length; i++) gradient[i] /= batchSize;
    const since = this.#since;
    since.norm = Math.max(since.norm, globalNorm(gradient));
    since.loss += loss / batchSize;
    since.steps++;
    adamStep(this.#state, gradient, rate, { clipNorm });
    const keep = Math.min(averaging, (1 + step) / (10 + step));
    for (let i = 0; i < average.length; i++) average[i] += (1 - keep) * (parameters[i] - average[i]);
    return loss / batchSize;
  }

  /** Mean loss and largest gradient since this was last called. */
  sinceLast(): { train: number; gradientNorm: number } {
    const { loss, norm, steps } = this.#since;
    this.#since = { loss: 0, norm: 0, steps: 0 };
    return { train: loss / steps, gradientNorm: norm };
  }

  /** Hands the average to the denoiser. */
  keepAverage(): void {
    this.#denoiser.parameters = this.#state.average.slice();
  }

  snapshot(): OptimizerState {
    return copyState(this.#state);
  }

  restore(state: OptimizerState): void {
    this.#state = { ...copyState(state), average: (state.average ?? state.parameters).slice() };
  }

  dispose(): void {}
}

/** Mean squared error of ε̂ over examples with the denoiser's parameters, null if there are none. */
export function validationLoss(denoiser: Denoiser, examples: readonly GraphTarget[]): number | null {
  if (examples.length === 0) return null;
  const estimates = denoiser.engine.predict(
    denoiser.parameters,
    examples.map(({ graph }) => graph),
  );
  let sum = 0;
  estimates.forEach((vectors, k) => {
    const { vectors: target, weights } = examples[k];
    for (let i = 0; i < vectors.length; i++) sum += weights[Math.floor(i / 3)] * (vectors[i] - target[i]) ** 2;
  });
  return sum / examples.length;
}

/**
 * Learning rate of a step, counted from 0: rises linearly over `warmup` steps, falls linearly to 0 over the last share
 * `decay`.
 */
export function learningRateAt(
  step: number,
  { steps, learningRate, warmup, decay }: Record<'steps' | 'learningRate' | 'warmup' | 'decay', number>,
): number {
  const rise = Math.min(1, (step + 1) / warmup);
  const fall = Math.min(1, (steps - step) / (decay * steps));
  return learningRate * Math.min(rise, fall);
}

function resolve(options: DenoiserTrainOptions): typeof DEFAULTS {
  requireKnownOptions(options, TRAIN_OPTIONS);
  const { signal, checkpoint, resume, onProgress, clock, ...given } = options;
  const settings = { ...DEFAULTS, ...given };
  for (const name of ['steps', 'batchSize', 'every', 'warmup'] as const) {
    requireInteger(settings[name], `option ${name}`, 1);
  }
  requireInteger(settings.seed, 'option seed');
  if (settings.seed >= SEEDS) throw new InputError('option seed', `${settings.seed}`, `an integer below ${SEEDS}`);
  requirePositive(settings.learningRate, 'option learningRate');
  requirePositive(settings.clipNorm, 'option clipNorm');
  for (const name of ['averaging', 'decay'] as const) {
    if (!(settings[name] > 0 && settings[name] < 1)) {
      throw new InputError(`option ${name}`, String(settings[name]), 'a number between 0 and 1');
    }
  }
  if (resume && !checkpoint) throw new InputError('option resume', 'true', 'a checkpoint with it');
  return settings;
}

import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { createRng, type Rng } from '../core/random';
import { adamStep, globalNorm, initialState } from '../model/engines/adam';
import type { Denoiser } from './denoiser';
import type { GraphTarget } from './graph/network';
import { type DenoiserState, readState, writeState } from './state';

/** What training a denoiser gave since the last report. */
export interface DenoiserReport {
  /** Optimizer steps done. */
  step: number;
  /** Mean squared error of ε̂ over the steps since the last report. */
  train: number;
  /** That of the averaged parameters on the held-out examples; null without any. */
  validation: number | null;
  learningRate: number;
  /** Largest norm of the gradient since the last report, before clipping. */
  gradientNorm: number;
  /** Training time so far, resumed parts included. */
  seconds: number;
}

/** Options of {@link trainDenoiser}. */
export interface DenoiserTrainOptions {
  /** Optimizer steps in all; default 20,000. */
  steps?: number;
  /** Graphs a step; default 2. */
  batchSize?: number;
  /** Adam's learning rate at its highest, as {@link learningRateAt} says; default 2e-3. */
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
  signal?: AbortSignal;
  /** File in which the state is kept at each report. */
  checkpoint?: string;
  /** Goes on from the checkpoint, which must be of a run with the same network and options. */
  resume?: boolean;
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

/** Seeds are the upper words of the seeds of examples, which must be exact integers. */
const SEEDS = 2 ** 20;

/**
 * Trains a denoiser on examples drawn afresh in each step; its parameters become the moving average.
 *
 * Adam (Kingma & Ba, arXiv:1412.6980) on the mean of the examples' weighted squared errors; the trainer knows nothing of
 * atoms. Example k of step s depends on the seed, s and k alone, so that an interrupted run goes on as if it had not
 * been. Same seed, same bytes, whatever the number of threads. The loop gives way to other tasks after each step.
 *
 * @param example draws one example from a generator
 * @param validation held-out examples
 * @throws InputError naming the option that is wrong or unknown, the checkpoint and what differs, or the step whose loss
 * is not finite, in which case the denoiser is left as at the last report
 */
export async function* trainDenoiser(
  denoiser: Denoiser,
  example: (rng: Rng) => GraphTarget,
  validation: readonly GraphTarget[] = [],
  options: DenoiserTrainOptions = {},
): AsyncGenerator<DenoiserReport, void, undefined> {
  const settings = resolve(options);
  const { steps, batchSize, every, seed } = settings;
  const clock = options.clock ?? (() => Number(process.hrtime.bigint()) / 1e9);
  const context = { config: denoiser.config, ...settings };
  const state = begin(denoiser, options, context);
  const { optimizer, average } = state;
  await denoiser.engine.ready;
  const start = clock() - state.seconds;
  let sum = 0;
  let norm = 0;
  let since = 0;
  while (optimizer.step < steps && !options.signal?.aborted) {
    const step = optimizer.step;
    const batch = Array.from({ length: batchSize }, (_, k) =>
      example(createRng(seed * 2 ** 32 + step * batchSize + k)),
    );
    const { loss, gradient } = denoiser.engine.lossAndGradient(optimizer.parameters, batch);
    if (!Number.isFinite(loss)) {
      throw new InputError(`step ${step}`, `loss ${loss}`, 'a finite one: try a lower learningRate');
    }
    for (let i = 0; i < gradient.length; i++) gradient[i] /= batchSize;
    norm = Math.max(norm, globalNorm(gradient));
    adamStep(optimizer, gradient, learningRateAt(step, settings), { clipNorm: settings.clipNorm });
    const keep = Math.min(settings.averaging, (1 + step) / (10 + step));
    for (let i = 0; i < average.length; i++) average[i] += (1 - keep) * (optimizer.parameters[i] - average[i]);
    sum += loss / batchSize;
    since++;
    await new Promise((done) => setImmediate(done));
    if (optimizer.step % every !== 0 && optimizer.step !== steps) continue;
    denoiser.parameters = average.slice();
    const held = validationLoss(denoiser, validation);
    state.seconds = clock() - start;
    if (options.checkpoint) writeState(options.checkpoint, state, context);
    const rest = { learningRate: learningRateAt(step, settings), gradientNorm: norm, seconds: state.seconds };
    yield { step: optimizer.step, train: sum / since, validation: held, ...rest };
    sum = norm = since = 0;
  }
  denoiser.parameters = average.slice();
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

function begin(denoiser: Denoiser, options: DenoiserTrainOptions, context: object): DenoiserState {
  if (options.resume && options.checkpoint) {
    return readState(options.checkpoint, denoiser.parameters.length, context);
  }
  return { optimizer: initialState(denoiser.parameters), average: denoiser.parameters.slice(), seconds: 0 };
}

/** Learning rate of a step, counted from 0: rises linearly over `warmup` steps, falls linearly to 0 over the last share `decay`. */
export function learningRateAt(
  step: number,
  { steps, learningRate, warmup, decay }: Record<'steps' | 'learningRate' | 'warmup' | 'decay', number>,
): number {
  const rise = Math.min(1, (step + 1) / warmup);
  const fall = Math.min(1, (steps - step) / (decay * steps));
  return learningRate * Math.min(rise, fall);
}

function resolve(options: DenoiserTrainOptions): typeof DEFAULTS {
  requireKnownOptions(options, [...Object.keys(DEFAULTS), 'signal', 'checkpoint', 'resume', 'clock']);
  const { signal, checkpoint, resume, clock, ...given } = options;
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

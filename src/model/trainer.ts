import { nextTurn } from '../core/turn';
import type { OptimizerState, TrainingSession } from './engines/engine';

/** What the report of every epoch holds, whatever is trained. */
export interface TrainerReport {
  /** From 1. */
  epoch: number;
  /** Optimizer steps done since training began. */
  step: number;
  /** Of the epoch's last step. */
  learningRate: number;
  /** Training time so far, resumed parts included. */
  seconds: number;
}

/** Measures of an epoch that depend on the model; early stopping watches `validation`. */
export interface Measured {
  /** Loss on held-out data; null without them. */
  validation: number | null;
}

/**
 * Stop when the validation loss has not fallen by more than `minDelta` for `patience` epochs; the best weights stay.
 */
export interface EarlyStopping {
  patience: number;
  minDelta?: number;
}

/** All that training needs to go on at the end of an epoch. */
export interface TrainerState<M extends Measured = Measured> {
  optimizer: OptimizerState;
  history: (TrainerReport & M)[];
  /** The epoch of the lowest validation loss (early stopping only). */
  best: { epoch: number; validation: number; parameters: Float32Array } | null;
}

/** Options of {@link runEpochs}. */
export interface TrainerOptions<V, M extends Measured> {
  /** Optimizer steps in all. */
  steps: number;
  /** Fewer in the last epoch where `steps` is no multiple. */
  stepsPerEpoch: number;
  /** Learning rate of step 0, 1, … */
  schedule: (step: number) => number;
  /** Measures at the end of an epoch, from the means over its steps and what the optimizer reached. */
  measure: (mean: V, reached: OptimizerState) => M;
  earlyStopping?: EarlyStopping;
  signal?: { readonly aborted: boolean };
  /** Seconds from any origin; default the monotonic clock. */
  clock?: () => number;
  /** Go on from here. */
  resume?: TrainerState<M>;
  /** Called at the end of each epoch, before its report is out, as to write a checkpoint. */
  onEpoch?: (state: TrainerState<M>) => void;
  /** Called after that; returning false ends training. */
  onProgress?: (progress: TrainerReport & M & { steps: number }) => unknown;
  /** Called once when training ends, however it ends, with the weights to keep. */
  onEnd?: (parameters: Float32Array) => void;
}

/** The loss became NaN or infinite: training stopped there, weights left as they were before that step. */
export class NonFiniteLossError extends Error {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;

  constructor(epoch: number, step: number, learningRate: number, loss: number) {
    super(
      `training: the loss became ${loss} in epoch ${epoch}, step ${step}, learning rate ${learningRate}; ` +
        'lower the learning rate',
    );
    this.name = 'NonFiniteLossError';
    this.epoch = epoch;
    this.step = step;
    this.learningRate = learningRate;
  }
}

/** Steps between two looks at the abort signal where the session names none. */
const STRETCH = 8;

/**
 * Trains a session epoch by epoch and yields a report after each; knows nothing of what is learned.
 *
 * Ends without error, within a few steps, when the signal is aborted or the caller leaves its loop.
 *
 * @throws NonFiniteLossError
 */
export async function* runEpochs<V extends { loss: number }, M extends Measured>(
  session: TrainingSession<V>,
  options: TrainerOptions<V, M>,
): AsyncGenerator<TrainerReport & M, void, undefined> {
  const { steps, schedule, clock = monotonicSeconds } = options;
  const state: TrainerState<M> = options.resume ?? { optimizer: session.snapshot(), history: [], best: null };
  if (options.resume) session.restore(state.optimizer);
  const before = state.history[state.history.length - 1]?.seconds ?? 0;
  const start = clock() - before;
  try {
    while (state.optimizer.step < steps && !isExhausted(state, options.earlyStopping)) {
      const mean = await runEpoch(session, options, state);
      if (!mean) return;
      state.optimizer = session.snapshot();
      const { step } = state.optimizer;
      const measured = options.measure(mean, state.optimizer);
      const rest = { learningRate: schedule(step - 1), seconds: clock() - start };
      const report = { epoch: state.history.length + 1, step, ...measured, ...rest };
      state.history.push(report);
      keepBest(state, options.earlyStopping);
      options.onEpoch?.(state);
      const stop = options.onProgress?.({ ...report, steps }) === false;
      yield report;
      if (stop) return;
    }
  } finally {
    // After early stopping the best weights, otherwise the last ones, a broken-off epoch's included.
    const finished = isExhausted(state, options.earlyStopping) && state.best;
    options.onEnd?.(finished ? finished.parameters : session.snapshot().parameters);
  }
}

/** Means over one epoch's steps, or nothing if it was broken off. */
async function runEpoch<V extends { loss: number }, M extends Measured>(
  session: TrainingSession<V>,
  { steps, stepsPerEpoch, schedule, signal }: TrainerOptions<V, M>,
  { optimizer, history }: TrainerState<M>,
): Promise<V | undefined> {
  const means: Record<string, number> = {};
  const first = optimizer.step;
  const total = Math.min(stepsPerEpoch, steps - first);
  const { stretch = STRETCH } = session;
  for (let done = 0; done < total; done += stretch) {
    // Lets timers, signals and messages of worker threads in.
    await nextTurn();
    if (signal?.aborted) return undefined;
    const length = Math.min(stretch, total - done);
    const rates = Float64Array.from({ length }, (_, k) => schedule(first + done + k));
    const { failedAt, ...value } = await session.run(rates);
    if (failedAt !== undefined) {
      throw new NonFiniteLossError(history.length + 1, first + done + failedAt, rates[failedAt], value.loss);
    }
    const share = length / total;
    for (const [name, part] of Object.entries(value)) means[name] = (means[name] ?? 0) + share * part;
  }
  return means as V;
}

function keepBest(state: TrainerState, stopping: EarlyStopping | undefined): void {
  const { epoch, validation } = state.history[state.history.length - 1];
  if (!stopping || validation === null) return;
  if (state.best && !(validation < state.best.validation - (stopping.minDelta ?? 0))) return;
  state.best = { epoch, validation, parameters: state.optimizer.parameters.slice() };
}

function isExhausted(state: TrainerState, stopping: EarlyStopping | undefined): boolean {
  return Boolean(stopping && state.best && state.history.length - state.best.epoch >= stopping.patience);
}

/** Learning rate by step: constant, or half a cosine from `learningRate` at step 0 to 0 at step `steps`. */
export function learningRateSchedule(
  kind: 'cosine' | 'constant',
  learningRate: number,
  steps: number,
): (step: number) => number {
  if (kind === 'constant') return () => learningRate;
  return (step) => (learningRate / 2) * (1 + Math.cos((Math.PI * step) / steps));
}

function monotonicSeconds(): number {
  return performance.now() / 1e3;
}

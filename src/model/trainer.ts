import type { LossValue, OptimizerState, TrainingSession } from './engines/engine';

/** What one epoch gave; losses in normalized units, summed over entries (reconstruction) and latents (KL). */
export interface EpochReport {
  /** From 1. */
  epoch: number;
  /** Optimizer steps done since training began. */
  step: number;
  /** Mean training loss of the epoch's batches, reconstruction + beta · KL. */
  train: number;
  /** Mean training reconstruction error. */
  reconstruction: number;
  /** Mean training KL divergence. */
  kl: number;
  /** Loss on held-out environments with the posterior mean decoded; null without them. */
  validation: number | null;
  validationReconstruction: number | null;
  validationKl: number | null;
  /** Of the epoch's last step. */
  learningRate: number;
  /** Training time so far, resumed parts included. */
  seconds: number;
}

/** Stop when the validation loss has not fallen by more than `minDelta` for `patience` epochs; the best weights stay. */
export interface EarlyStopping {
  patience: number;
  minDelta?: number;
}

/** All that training needs to go on at the end of an epoch. */
export interface TrainerState {
  optimizer: OptimizerState;
  history: EpochReport[];
  /** The epoch of the lowest validation loss (early stopping only). */
  best: { epoch: number; validation: number; parameters: Float32Array } | null;
}

/** What {@link runEpochs} is told. */
export interface TrainerOptions {
  epochs: number;
  stepsPerEpoch: number;
  /** Learning rate of step 0, 1, … */
  schedule: (step: number) => number;
  /** Loss of the held-out set with these weights. */
  validate?: (parameters: Float32Array) => LossValue;
  earlyStopping?: EarlyStopping;
  signal?: AbortSignal;
  /** Seconds from any origin. */
  clock: () => number;
  /** Go on from here. */
  resume?: TrainerState;
  /** Called at the end of each epoch, before its report is given. */
  onEpoch?: (state: TrainerState) => void;
  /** Called once when training ends, however it ends, with the weights to keep. */
  onEnd?: (parameters: Float32Array) => void;
}

/** The loss was not finite: training stopped there, weights left as they were before that step. */
export class NonFiniteLossError extends Error {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;

  constructor(epoch: number, step: number, learningRate: number, loss: number) {
    super(
      `training: the loss became ${loss} in epoch ${epoch}, step ${step}, learning rate ${learningRate}; ` +
        'lower the learning rate or set clipNorm',
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
 * Trains a session epoch by epoch, giving a report after each; knows nothing of what is learned.
 *
 * Ends without error, within a few steps, when the signal is aborted or the caller leaves its loop.
 *
 * @throws NonFiniteLossError
 */
export async function* runEpochs(
  session: TrainingSession,
  options: TrainerOptions,
): AsyncGenerator<EpochReport, void, undefined> {
  const state = options.resume ?? { optimizer: session.snapshot(), history: [], best: null };
  if (options.resume) session.restore(state.optimizer);
  const before = state.history[state.history.length - 1]?.seconds ?? 0;
  const start = options.clock() - before;
  try {
    while (state.history.length < options.epochs && !isExhausted(state, options.earlyStopping)) {
      const value = await runEpoch(session, options, state.history.length + 1);
      if (!value) return;
      state.optimizer = session.snapshot();
      const held = options.validate?.(state.optimizer.parameters);
      const report = makeReport(state, value, held, options, options.clock() - start);
      state.history.push(report);
      keepBest(state, options.earlyStopping);
      options.onEpoch?.(state);
      yield report;
    }
  } finally {
    // After early stopping the best weights, otherwise the last ones, a broken-off epoch's included.
    const finished = isExhausted(state, options.earlyStopping) && state.best;
    options.onEnd?.(finished ? finished.parameters : session.snapshot().parameters);
  }
}

/** Means over one epoch's steps, or nothing if it was broken off. */
async function runEpoch(
  session: TrainingSession,
  options: TrainerOptions,
  epoch: number,
): Promise<LossValue | undefined> {
  const sum = { loss: 0, reconstruction: 0, kl: 0 };
  const first = (epoch - 1) * options.stepsPerEpoch;
  const { stretch = STRETCH } = session;
  for (let done = 0; done < options.stepsPerEpoch; done += stretch) {
    // Lets timers, signals and the kernel's messages in.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted) return undefined;
    const length = Math.min(stretch, options.stepsPerEpoch - done);
    const rates = Float64Array.from({ length }, (_, k) => options.schedule(first + done + k));
    const { failedAt, ...value } = await session.run(rates);
    if (failedAt !== undefined) {
      throw new NonFiniteLossError(epoch, first + done + failedAt, rates[failedAt], value.loss);
    }
    const share = length / options.stepsPerEpoch;
    for (const part of ['loss', 'reconstruction', 'kl'] as const) sum[part] += share * value[part];
  }
  return sum;
}

function makeReport(
  state: TrainerState,
  value: LossValue,
  held: LossValue | undefined,
  options: TrainerOptions,
  seconds: number,
): EpochReport {
  const { step } = state.optimizer;
  return {
    epoch: state.history.length + 1,
    step,
    train: value.loss,
    reconstruction: value.reconstruction,
    kl: value.kl,
    validation: held?.loss ?? null,
    validationReconstruction: held?.reconstruction ?? null,
    validationKl: held?.kl ?? null,
    learningRate: options.schedule(step - 1),
    seconds,
  };
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

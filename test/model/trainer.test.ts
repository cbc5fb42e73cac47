import { describe, expect, it } from 'vitest';
import type { LossValue, OptimizerState, TrainingSession } from '../../src/model/engines/engine';
import {
  learningRateSchedule,
  NonFiniteLossError,
  runEpochs,
  type TrainerOptions,
  type TrainerReport,
  type TrainerState,
} from '../../src/model/trainer';

/** What these sessions report of an epoch. */
interface Losses {
  train: number;
  validation: number | null;
}
type Options = TrainerOptions<LossValue, Losses>;
type Report = TrainerReport & Losses;

/** A session whose parameter counts steps and whose loss in step t is `loss(t)`. */
function countingSession(loss: (step: number) => number = (t) => 100 - t) {
  const state: OptimizerState = {
    parameters: Float32Array.of(0),
    firstMoment: Float32Array.of(0),
    secondMoment: Float32Array.of(0),
    step: 0,
  };
  const seen = { rates: [] as number[], calls: 0 };
  const session: TrainingSession = {
    async run(rates) {
      seen.calls++;
      let sum = 0;
      for (let k = 0; k < rates.length; k++) {
        const value = loss(state.step);
        if (!Number.isFinite(value)) return { loss: value, reconstruction: value, kl: 0, failedAt: k };
        seen.rates.push(rates[k]);
        state.step++;
        state.parameters[0] = state.step;
        sum += value;
      }
      const mean = sum / rates.length;
      return { loss: mean, reconstruction: mean, kl: 0 };
    },
    snapshot: () => ({ ...state, parameters: state.parameters.slice() }),
    restore: (saved) => {
      Object.assign(state, saved, { parameters: saved.parameters.slice() });
    },
    dispose: () => {},
  };
  return { session, seen };
}

function settings(changes: Partial<Options> = {}): Options {
  const measure = ({ loss }: LossValue): Losses => ({ train: loss, validation: null });
  return { steps: 60, stepsPerEpoch: 20, schedule: () => 0.1, measure, clock: () => 0, ...changes };
}

/** Validation losses that the steps done are looked up in. */
const validating =
  (validation: (step: number) => number): Options['measure'] =>
  ({ loss }, { step }) => ({ train: loss, validation: validation(step) });

async function collect(session: TrainingSession, options: Options): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const report of runEpochs(session, options)) reports.push(report);
  return reports;
}

describe('runEpochs', () => {
  it('reports each epoch: mean losses, steps, learning rate of its last step, the injected clock', async () => {
    const { session, seen } = countingSession();
    let now = 50;
    const options = settings({
      schedule: (step) => 1 / (1 + step),
      clock: () => now++,
      measure: validating((step) => step),
    });
    const reports = await collect(session, options);
    expect(reports.map((r) => r.epoch)).toEqual([1, 2, 3]);
    expect(reports.map((r) => r.step)).toEqual([20, 40, 60]);
    expect(reports.map((r) => r.train)).toEqual([90.5, 70.5, 50.5].map((x) => expect.closeTo(x, 9)));
    expect(reports.map((r) => r.validation)).toEqual([20, 40, 60]);
    expect(reports[0].learningRate).toBe(1 / 20);
    expect(reports.map((r) => r.seconds)).toEqual([1, 2, 3]);
    expect(seen.rates).toEqual(Array.from({ length: 60 }, (_, t) => 1 / (1 + t)));
  });

  it('takes a shorter last epoch where the steps are no multiple of its length', async () => {
    const { session, seen } = countingSession();
    const reports = await collect(session, settings({ steps: 50 }));
    expect(reports.map((r) => r.step)).toEqual([20, 40, 50]);
    expect(reports[2].train).toBeCloseTo(55.5, 9);
    expect(seen.rates.length).toBe(50);
  });

  it('ends when onProgress returns false, after the report of that epoch', async () => {
    const { session } = countingSession();
    const seen: object[] = [];
    const reports = await collect(session, settings({ onProgress: (progress) => seen.push(progress) < 2 }));
    expect(reports.length).toBe(2);
    expect(seen[1]).toEqual({ ...reports[1], steps: 60 });
  });

  it('stops within a few steps of an abort, in the middle of an epoch, keeping the weights reached', async () => {
    const { session } = countingSession();
    const controller = new AbortController();
    const run = session.run;
    session.run = async (rates) => {
      const value = await run(rates);
      if (session.snapshot().step >= 24) controller.abort();
      return value;
    };
    let kept = new Float32Array(0);
    const options = settings({
      steps: 3000,
      stepsPerEpoch: 1000,
      signal: controller.signal,
      onEnd: (parameters) => {
        kept = Float32Array.from(parameters);
      },
    });
    expect(await collect(session, options)).toEqual([]);
    expect(kept[0]).toBe(24);
  });

  it('lets timers run while it trains', async () => {
    const { session } = countingSession();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const reports = await collect(session, settings({ steps: 1e9, stepsPerEpoch: 1, signal: controller.signal }));
    expect(reports.length).toBeLessThan(1e6);
  });

  it('does nothing when aborted before it starts', async () => {
    const { session, seen } = countingSession();
    expect(await collect(session, settings({ signal: AbortSignal.abort() }))).toEqual([]);
    expect(seen.calls).toBe(0);
  });

  it('hands over the weights when the caller leaves the loop', async () => {
    const { session } = countingSession();
    let kept = -1;
    const options = settings({
      onEnd: (parameters) => {
        kept = parameters[0];
      },
    });
    for await (const report of runEpochs(session, options)) if (report.epoch === 2) break;
    expect(kept).toBe(40);
  });

  it('names epoch, step and learning rate of a loss that is not finite', async () => {
    const { session } = countingSession((t) => (t === 31 ? Number.NaN : 1));
    const failing = collect(session, settings({ schedule: (t) => t / 100 }));
    await expect(failing).rejects.toThrow(NonFiniteLossError);
    const again = collect(
      countingSession((t) => (t === 31 ? Infinity : 1)).session,
      settings({ schedule: (t) => t / 100 }),
    );
    await expect(again).rejects.toThrow('the loss became Infinity in epoch 2, step 31, learning rate 0.31');
  });

  it('stops early after `patience` epochs without improvement above minDelta, and keeps the best weights', async () => {
    const { session } = countingSession();
    const losses = [9, 5, 4.95, 4.8, 7, 1, 1, 1];
    let kept = -1;
    const options = settings({
      steps: 160,
      measure: validating((step) => losses[step / 20 - 1]),
      earlyStopping: { patience: 3, minDelta: 0.3 },
      onEnd: (parameters) => {
        kept = parameters[0];
      },
    });
    const reports = await collect(session, options);
    expect(reports.length).toBe(5);
    expect(kept).toBe(40);
  });

  it('goes on from a state with the same learning rates, seconds and reports as without the interruption', async () => {
    let state: TrainerState<Losses> | undefined;
    const options = settings({ schedule: (t) => 1 / (1 + t) });
    const whole = await collect(countingSession().session, options);
    const onEpoch = (reached: TrainerState<Losses>) => {
      state = structuredClone(reached);
    };
    await collect(countingSession().session, { ...options, steps: 40, onEpoch });
    const { session, seen } = countingSession();
    const rest = await collect(session, { ...options, resume: state });
    expect(rest).toEqual(whole.slice(2));
    expect(seen.rates[0]).toBe(1 / 41);
    expect(state?.history.length).toBe(3);
  });
});

describe('learningRateSchedule', () => {
  it('falls as half a cosine from the given rate to zero', () => {
    const rate = learningRateSchedule('cosine', 3e-3, 4000);
    expect(rate(0)).toBe(3e-3);
    expect(rate(2000)).toBeCloseTo(1.5e-3, 12);
    expect(rate(1000) + rate(3000)).toBeCloseTo(3e-3, 12);
    expect(rate(4000)).toBeCloseTo(0, 12);
  });

  it('stays where it is asked to', () => {
    const rate = learningRateSchedule('constant', 1e-4, 10);
    expect([rate(0), rate(9)]).toEqual([1e-4, 1e-4]);
  });
});

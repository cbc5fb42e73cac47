import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError, type Rng } from '../../src/core';
import { Denoiser } from '../../src/diffusion/denoiser';
import { noisyExample } from '../../src/diffusion/examples';
import { graphConfig } from '../../src/diffusion/graph/config';
import { FusedGraph } from '../../src/diffusion/graph/fused';
import type { GraphEngine, GraphTarget } from '../../src/diffusion/graph/network';
import {
  type DenoiserReport,
  type DenoiserTrainOptions,
  learningRateAt,
  trainDenoiser,
  validationLoss,
} from '../../src/diffusion/train';
import { NonFiniteLossError } from '../../src/model/trainer';
import type { Structure } from '../../src/structures';

/** Four atoms of silicon, a tetrahedron free in space: its noise is easy to tell. */
const cluster: Structure = {
  lattice: new Float64Array(9),
  pbc: [false, false, false],
  species: new Array<string>(4).fill('Si'),
  positions: Float64Array.of(0, 0, 0, 1.4, 1.4, 0, 1.4, 0, 1.4, 0, 1.4, 1.4),
  info: {},
  arrays: {},
};
const network = {
  species: ['Si'],
  channels: 8,
  layers: 1,
  cutoff: 4,
  radial: 4,
  noiseLevels: 4,
  neighbors: 3,
};
const config = graphConfig(network);
const example = (rng: Rng): GraphTarget =>
  noisyExample(config, [cluster], rng, { wholeShare: 1, wholeRange: [0.2, 0.4], focus: [0.2, 0.4] });
const heldOut = Array.from({ length: 20 }, (_, k) => noisyExample(config, [cluster], 1000 + k, { wholeShare: 0.5 }));
const quick: DenoiserTrainOptions = { steps: 12, every: 4, warmup: 3, learningRate: 0.01, clock: () => 0 };

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'denoiser-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => fs.rmSync(folder, { recursive: true }));

const create = (threads = 1): Denoiser =>
  Denoiser.create({ ...network, seed: 1, engine: new FusedGraph(config, threads) });

/** Trains and gives all reports. */
async function train(
  denoiser: Denoiser,
  options: DenoiserTrainOptions = quick,
  validation: GraphTarget[] = heldOut,
  draw: (rng: Rng) => GraphTarget = example,
): Promise<DenoiserReport[]> {
  const reports: DenoiserReport[] = [];
  try {
    for await (const report of trainDenoiser(denoiser, draw, validation, options)) reports.push(report);
  } finally {
    denoiser.dispose();
  }
  return reports;
}

/** An engine of one loss and one gradient a graph, whatever the parameters. */
function constantEngine(loss: (call: number) => number, gradient: number): GraphEngine {
  let calls = 0;
  return {
    name: 'wasm',
    description: 'constant',
    predict: (_, graphs) => graphs.map(({ species }) => new Float32Array(3 * species.length)),
    lossAndGradient: (parameters, batch) => ({
      loss: batch.length * loss(calls++),
      gradient: new Float32Array(parameters.length).fill(batch.length * gradient),
    }),
    dispose: () => {},
  };
}

describe('trainDenoiser', () => {
  it('learns: the held-out loss falls well below that of no estimate at all', async () => {
    const denoiser = create();
    const held = Array.from({ length: 50 }, (_, k) => noisyExample(config, [cluster], k, { wholeShare: 1 }));
    const before = validationLoss(denoiser, held)!;
    const options = { steps: 400, batchSize: 4, every: 100, warmup: 20, learningRate: 0.02, averaging: 0.98 };
    const reports = await train(denoiser, options, held, (rng) =>
      noisyExample(config, [cluster], rng, { wholeShare: 1 }),
    );
    expect(reports.map(({ step }) => step)).toEqual([100, 200, 300, 400]);
    const { train: loss, validation, seconds } = reports[3];
    const nothing = held.reduce((sum, { vectors, weights }) => sum + (weights[0] * square(vectors)) / 50, 0);
    expect(validation).toBeLessThan(0.7 * before);
    expect(validation).toBeLessThan(0.7 * nothing);
    expect(loss).toBeLessThan(0.8 * reports[0].train);
    expect(validation).toBe(validationLoss(denoiser, held));
    expect(seconds).toBeGreaterThan(reports[0].seconds);
    denoiser.dispose();
  });

  it('gives the same bytes from the same seed, whatever the number of threads; others from others', async () => {
    const run = async (threads: number, seed: number): Promise<[Float32Array, DenoiserReport[]]> => {
      const denoiser = create(threads);
      const reports = await train(denoiser, { ...quick, seed });
      return [denoiser.parameters, reports];
    };
    const expected = await run(1, 0);
    expect(await run(1, 0)).toEqual(expected);
    expect(await run(2, 0)).toEqual(expected);
    expect((await run(1, 1))[0]).not.toEqual(expected[0]);
  });

  it('draws other examples in each place of each step', async () => {
    const drawn = new Set<number>();
    await train(create(), { ...quick, seed: 2 ** 20 - 1, batchSize: 3 }, [], (rng) => {
      drawn.add(rng.uniform());
      return example(rng);
    });
    expect(drawn.size).toBe(36);
  });

  it('gives way to other tasks after each step', async () => {
    let turns = 0;
    let steps = 0;
    const count = setInterval(() => turns++, 0);
    await train(create(), { ...quick, steps: 30, every: 30, batchSize: 1 }, [], (rng) => {
      steps++;
      const until = performance.now() + 3;
      while (performance.now() < until);
      return example(rng);
    });
    clearInterval(count);
    expect(steps).toBe(30);
    expect(turns).toBeGreaterThan(10);
  });

  it('leaves the denoiser as it is if it is aborted before the first step', async () => {
    const denoiser = create();
    const before = denoiser.parameters.slice();
    expect(await train(denoiser, { ...quick, signal: AbortSignal.abort() })).toEqual([]);
    expect(denoiser.parameters).toEqual(before);
  });

  it('stops after the step at hand and keeps what was reached', async () => {
    const stopped = create();
    const control = new AbortController();
    let draws = 0;
    const reports = await train(stopped, { ...quick, signal: control.signal }, [], (rng) => {
      if (++draws === 11) control.abort();
      return example(rng);
    });
    // Two examples a step: the eleventh is drawn in the sixth.
    expect(draws).toBe(12);
    expect(reports.map(({ step }) => step)).toEqual([4]);
    // The schedule is that of twelve steps: a run of the same that reports at step 6 has the same average there.
    const whole = create();
    for await (const { step } of trainDenoiser(whole, example, [], { ...quick, every: 3 })) if (step === 6) break;
    whole.dispose();
    expect(stopped.parameters).toEqual(whole.parameters);
  });

  it('keeps the average of the steps before one whose loss is not finite, and names that step', async () => {
    const denoiser = Denoiser.create({
      ...network,
      seed: 1,
      engine: constantEngine((call) => (call < 6 ? 1 : NaN), 1),
    });
    const six = Denoiser.create({ ...network, seed: 1, engine: constantEngine(() => 1, 1) });
    for await (const { step } of trainDenoiser(six, example, [], { ...quick, every: 3 })) if (step === 6) break;
    const failing = train(denoiser, quick, []);
    await expect(failing).rejects.toThrow(NonFiniteLossError);
    await expect(failing).rejects.toThrow(/the loss became NaN in epoch 2, step 6, learning rate 0.01;/);
    expect(denoiser.parameters).toEqual(six.parameters);
  });

  it('reports means and largest norms since the last report', async () => {
    const engine = constantEngine((call) => call, 0.5);
    const denoiser = Denoiser.create({ ...network, seed: 1, engine });
    let time = 100;
    const reports = await train(denoiser, { ...quick, steps: 10, clock: () => time++ }, []);
    expect(reports.map(({ step }) => step)).toEqual([4, 8, 10]);
    // Steps 0 to 3, 4 to 7, 8 and 9.
    expect(reports.map((report) => report.train)).toEqual([1.5, 5.5, 8.5]);
    const norm = 0.5 * Math.sqrt(denoiser.parameters.length);
    for (const { gradientNorm, validation } of reports) {
      expect(gradientNorm).toBeCloseTo(norm, 4);
      expect(validation).toBeNull();
    }
    expect(reports.map(({ seconds }) => seconds)).toEqual([1, 2, 3]);
    expect(reports[1].learningRate).toBe(learningRateAt(7, { steps: 10, learningRate: 0.01, warmup: 3, decay: 0.3 }));
  });

  it.each<[string, DenoiserTrainOptions]>([
    ['steps', { steps: 0 }],
    ['batchSize', { batchSize: 1.5 }],
    ['every', { every: -1 }],
    ['warmup', { warmup: 0 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 20 }],
    ['learningRate', { learningRate: 0 }],
    ['clipNorm', { clipNorm: NaN }],
    ['averaging', { averaging: 1 }],
    ['decay', { decay: 0 }],
    ['resume', { resume: true }],
    ['step', { step: 3 } as DenoiserTrainOptions],
  ])('names the wrong option %s', async (name, options) => {
    const trained = train(create(), options);
    await expect(trained).rejects.toThrow(InputError);
    await expect(trained).rejects.toThrow(new RegExp(`^option ${name}: found`));
  });
});

describe('trainDenoiser, in closed form for a constant gradient', () => {
  const steps = 40;
  const options = { steps, every: 7, batchSize: 2, learningRate: 0.01, warmup: 5, decay: 0.5 };

  /** Adam moves each parameter by the rate against the sign of a constant gradient, whatever its size. */
  const places = (start: number): number[] => {
    const all = [start];
    for (let t = 0; t < steps; t++) all.push(all[t] - learningRateAt(t, options));
    return all;
  };

  it.each([0.05, 0.5, 0.999])(
    'averages the parameters with weight %d of the past, fewer steps in the beginning',
    async (averaging) => {
      const denoiser = Denoiser.create({ ...network, seed: 1, engine: constantEngine(() => 1, 0.3) });
      const start = denoiser.parameters.slice();
      await train(denoiser, { ...options, averaging }, []);
      // The weight of the state after step t is its own share times what all later steps keep.
      const keeps = Array.from({ length: steps }, (_, t) => Math.min(averaging, (1 + t) / (10 + t)));
      const keptFrom = (t: number): number => keeps.slice(t).reduce((product, keep) => product * keep, 1);
      const weights = [keptFrom(0), ...keeps.map((keep, t) => (1 - keep) * keptFrom(t + 1))];
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      for (const k of [0, 1, 50]) {
        const expected = places(start[k]).reduce((sum, place, t) => sum + weights[t] * place, 0);
        expect(denoiser.parameters[k]).toBeCloseTo(expected, 5);
      }
    },
  );
});

describe('learningRateAt', () => {
  const settings = { steps: 1000, learningRate: 2, warmup: 10, decay: 0.25 };

  it('rises over the warm-up, stays, and falls to 0 over the last share', () => {
    expect([0, 4, 9].map((step) => learningRateAt(step, settings))).toEqual([0.2, 1, 2]);
    for (const step of [10, 500, 749, 750]) expect(learningRateAt(step, settings)).toBe(2);
    expect(learningRateAt(875, settings)).toBe(1);
    expect(learningRateAt(999, settings)).toBeCloseTo(2 / 250, 12);
    expect(learningRateAt(1000, settings)).toBe(0);
  });

  it('takes the lower of both where they meet', () => {
    const short = { ...settings, steps: 8, warmup: 100, decay: 0.5 };
    expect(learningRateAt(3, short)).toBeCloseTo(0.08, 12);
    expect(learningRateAt(7, { ...short, warmup: 1 })).toBe(0.5);
  });
});

describe('the checkpoint of a training', () => {
  it('goes on to the bit as if there had been no interruption, from any report', async () => {
    const whole = create();
    const expected = await train(whole, { ...quick, clock: undefined, checkpoint: at('whole.json') });
    for (const last of [4, 8]) {
      const checkpoint = at(`part-${last}.json`);
      const part = create();
      for await (const { step } of trainDenoiser(part, example, heldOut, { ...quick, checkpoint })) {
        if (step === last) break;
      }
      part.dispose();
      // Whatever parameters it starts from, those of the checkpoint count.
      const resumed = Denoiser.create({ ...network, seed: 9, engine: new FusedGraph(config, 2) });
      const reports = await train(resumed, { ...quick, clock: undefined, checkpoint, resume: true });
      const timeless = (all: DenoiserReport[]): object[] => all.map((report) => ({ ...report, seconds: 0 }));
      expect(timeless(reports)).toEqual(timeless(expected.filter(({ step }) => step > last)));
      expect(resumed.parameters).toEqual(whole.parameters);
    }
  });

  it('goes on from the last report after an abort between two', async () => {
    const whole = create();
    await train(whole);
    const control = new AbortController();
    const checkpoint = at('aborted.json');
    let draws = 0;
    await train(create(), { ...quick, checkpoint, signal: control.signal }, [], (rng) => {
      if (++draws === 13) control.abort();
      return example(rng);
    });
    const resumed = create();
    const reports = await train(resumed, { ...quick, checkpoint, resume: true });
    expect(reports.map(({ step }) => step)).toEqual([8, 12]);
    expect(resumed.parameters).toEqual(whole.parameters);
  });

  it('gives the parameters of a run that had ended', async () => {
    const ended = create();
    await train(ended, { ...quick, checkpoint: at('ended.json') });
    const resumed = Denoiser.create({ ...network, seed: 9 });
    expect(await train(resumed, { ...quick, checkpoint: at('ended.json'), resume: true })).toEqual([]);
    expect(resumed.parameters).toEqual(ended.parameters);
  });

  it('counts the time of all parts', async () => {
    const checkpoint = at('time.json');
    let now = 50;
    const clock = (): number => now;
    const part = create();
    for await (const _ of trainDenoiser(
      part,
      (rng) => {
        now += 1;
        return example(rng);
      },
      [],
      { ...quick, checkpoint, clock },
    ))
      break;
    part.dispose();
    now = 7;
    const reports = await train(create(), { ...quick, checkpoint, clock, resume: true }, [], (rng) => {
      now += 2;
      return example(rng);
    });
    // Eight draws of 1 s, and eight of 2 s for each further report.
    expect(reports.map(({ seconds }) => seconds)).toEqual([24, 40]);
  });

  it('is refused by another run, which is told what differs', async () => {
    const checkpoint = at('other.json');
    await train(create(), { ...quick, checkpoint });
    const resume = (options: DenoiserTrainOptions): Promise<unknown> =>
      train(create(), { ...quick, ...options, checkpoint, resume: true });
    await expect(resume({ seed: 3 })).rejects.toThrow(
      /other.json: found a checkpoint of a run with seed 0, expected seed 3/,
    );
    await expect(resume({ steps: 99 })).rejects.toThrow(/a run with steps 12, expected steps 99/);
    await expect(resume({ averaging: 0.9 })).rejects.toThrow(/a run with averaging 0.999, expected averaging 0.9/);
    const wider = Denoiser.create({ ...network, channels: 16 });
    const other = train(wider, { ...quick, checkpoint, resume: true }, []);
    await expect(other).rejects.toThrow(InputError);
    await expect(other).rejects.toThrow(/a run with config .*"channels":8.*, expected .*"channels":16/);
  });

  it('is refused if it is missing, damaged or something else', async () => {
    const resume = (checkpoint: string): Promise<unknown> => train(create(), { ...quick, checkpoint, resume: true });
    await expect(resume(at('none.json'))).rejects.toThrow(/none.json: found ENOENT/);
    await train(create(), { ...quick, checkpoint: at('damaged.json') });
    const text = fs.readFileSync(at('damaged.json'), 'utf8');
    fs.writeFileSync(at('damaged.json'), text.replace('"step":12', '"step":11'));
    await expect(resume(at('damaged.json'))).rejects.toThrow(/damaged.json: found content with checksum/);
    create().save(at('denoiser.json'));
    await expect(resume(at('denoiser.json'))).rejects.toThrow(/expected a file of format 'glassy-motifs checkpoint'/);
  });

  it('is overwritten by a run that does not resume', async () => {
    const checkpoint = at('again.json');
    await train(create(), { ...quick, checkpoint, seed: 1 });
    const reports = await train(create(), { ...quick, checkpoint });
    expect(reports.map(({ step }) => step)).toEqual([4, 8, 12]);
  });
});

describe('validationLoss', () => {
  it('is the mean over examples of the weighted squared errors, null without any', () => {
    const denoiser = Denoiser.create({ ...network, engine: constantEngine(() => 0, 0) });
    expect(validationLoss(denoiser, [])).toBeNull();
    // That engine estimates 0.
    const [a, b] = heldOut;
    const of = ({ vectors, weights }: GraphTarget): number =>
      weights.reduce((sum, w, i) => sum + w * square(vectors.subarray(3 * i, 3 * i + 3)), 0);
    expect(validationLoss(denoiser, [a, b])).toBeCloseTo((of(a) + of(b)) / 2, 12);
  });

  it('is the loss that the engine gives', () => {
    const denoiser = create();
    const { loss } = denoiser.engine.lossAndGradient(denoiser.parameters, heldOut);
    expect(validationLoss(denoiser, heldOut)).toBeCloseTo(loss / heldOut.length, 5);
    denoiser.dispose();
  });
});

function square(values: Float32Array): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { reconstructionError } from '../../src/model/reconstruction';
import { type EpochReport, type TrainOptions, trainVae } from '../../src/model/train';
import { NonFiniteLossError } from '../../src/model/trainer';
import { Vae, type VaeOptions } from '../../src/model/vae';
import { gramVectors } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { permuteEnvironments } from '../../src/motifs/permutations';
import { createTensorFlowEngine } from './engines/tensorflow';
import { loadTensorFlow } from './engines/tensorflowRuntime';
import { toyEnvironments } from './toy';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'train-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const data = { train: toyEnvironments(60, 4, 1), validation: toyEnvironments(20, 4, 2) };
const base: TrainOptions = { epochs: 4, stepsPerEpoch: 5, batchSize: 16, seed: 7, permutations: 'shells', beta: 0.1 };

function small(options: VaeOptions = {}): Vae {
  return Vae.create({ atoms: 4, hidden: [8], latent: 3, seed: 5, ...options });
}

async function run(vae: Vae, options: TrainOptions = {}): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for await (const report of trainVae(vae, data, { ...base, ...options })) reports.push(report);
  return reports;
}

/** Reports without the time they took. */
function timeless(reports: EpochReport[]): EpochReport[] {
  return reports.map((report) => ({ ...report, seconds: 0 }));
}

describe('trainVae', () => {
  it('fits the normalizer to the training environments, and keeps one that is there', async () => {
    const vae = small();
    await run(vae, { epochs: 1 });
    const fitted = GramNormalizer.fit(gramVectors(data.train), 4);
    expect(vae.normalizer?.toJSON()).toEqual(fitted.toJSON());
    const other = GramNormalizer.fit(gramVectors(data.validation), 4);
    const kept = small({ normalizer: other });
    await run(kept, { epochs: 1 });
    expect(kept.normalizer).toBe(other);
  });

  for (const options of [{}, { variational: false }, { decoder: 'cartesian' }] as VaeOptions[]) {
    it(`lowers training and validation loss: ${JSON.stringify(options)}`, async () => {
      const reports = await run(small(options), { epochs: 10, stepsPerEpoch: 16, learningRate: 1e-2 });
      expect(reports[9].train).toBeLessThan(0.8 * reports[0].train);
      expect(reports[9].validation).toBeLessThan(0.9 * (reports[0].validation as number));
      expect(reports[9].train).toBeCloseTo(reports[9].reconstruction + 0.1 * reports[9].kl, 6);
    });
  }

  it('trains a Cartesian decoder through its Gram matrix too', async () => {
    const reports = await run(small({ decoder: 'cartesian' }), {
      epochs: 10,
      stepsPerEpoch: 16,
      learningRate: 1e-2,
      loss: 'gram',
    });
    expect(reports[9].train).toBeLessThan(0.9 * reports[0].train);
  });

  it('gives the same weights and reports for the same seeds, others for others', async () => {
    const [a, b, c, d] = [small(), small(), small(), small({ seed: 6 })];
    const reports = timeless(await run(a));
    expect(timeless(await run(b))).toEqual(reports);
    expect(b.parameters).toEqual(a.parameters);
    await run(c, { seed: 8 });
    expect(c.parameters).not.toEqual(a.parameters);
    await run(d);
    expect(d.parameters).not.toEqual(a.parameters);
  });

  it('gives the same weights however its steps are divided into epochs', async () => {
    const [a, b] = [small(), small()];
    await run(a, { epochs: 2, stepsPerEpoch: 10 });
    await run(b, { epochs: 1, stepsPerEpoch: 20 });
    expect(b.parameters).toEqual(a.parameters);
  });

  it('takes its defaults from the data: one pass per epoch, 4,000 steps', async () => {
    const vae = small();
    const iterator = trainVae(vae, data, { batchSize: 25, clock: () => 3 });
    const { value } = await iterator.next();
    await iterator.return();
    expect(value).toMatchObject({ epoch: 1, step: 3, seconds: 0 });
    expect(vae.provenance?.options).toMatchObject({ epochs: 1334, stepsPerEpoch: 3, schedule: 'cosine', beta: 0.01 });
  });

  it('leaves a usable, saveable model when aborted', async () => {
    const vae = small();
    const controller = new AbortController();
    const reports: EpochReport[] = [];
    for await (const report of trainVae(vae, data, { ...base, epochs: 1000, signal: controller.signal })) {
      reports.push(report);
      if (report.epoch === 3) controller.abort();
    }
    expect(reports.length).toBe(3);
    const unstarted = small();
    await run(unstarted, { epochs: 1000, signal: AbortSignal.abort() });
    expect(unstarted.parameters).toEqual(small().parameters);
    const file = path.join(folder, 'aborted.json');
    vae.save(file);
    expect(Vae.load(file).provenance?.epochs).toBe(3);
  });

  it('leaves a usable model when its loop is left early', async () => {
    const vae = small();
    for await (const { epoch } of trainVae(vae, data, { ...base, epochs: 1000 })) if (epoch === 2) break;
    const stopped = small();
    for await (const { epoch } of trainVae(stopped, data, { ...base, epochs: 1000 })) if (epoch === 2) break;
    expect(vae.provenance?.epochs).toBe(2);
    expect(vae.parameters).toEqual(stopped.parameters);
    expect(vae.encode(gramVectors(data.validation)).mean.every(Number.isFinite)).toBe(true);
  });

  it('trains two models at once, and one in use meanwhile, as each alone', async () => {
    const alone = [small(), small()];
    await run(alone[0]);
    await run(alone[1], { permutations: 'all', batchSize: 8 });
    const together = [small(), small()];
    const [first] = together;
    await Promise.all([
      (async () => {
        for await (const _ of trainVae(first, data, base)) first.encode(gramVectors(data.validation));
      })(),
      run(together[1], { permutations: 'all', batchSize: 8 }),
    ]);
    expect(together.map((vae) => vae.parameters)).toEqual(alone.map((vae) => vae.parameters));
  });

  it('records data, options, version and last losses in the saved model', async () => {
    const vae = small();
    const cells = { train: ['cell-1', 'cell-2'], validation: ['cell-9'] };
    let last: EpochReport | undefined;
    for await (const report of trainVae(vae, { ...data, cells }, base)) last = report;
    const file = path.join(folder, 'provenance.json');
    vae.save(file);
    const { provenance, metrics } = Vae.load(file);
    expect(provenance).toMatchObject({
      library: JSON.parse(fs.readFileSync('package.json', 'utf8')).version,
      train: { cells: ['cell-1', 'cell-2'], environments: 60, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      validation: { cells: ['cell-9'], environments: 20 },
      options: { seed: 7, permutations: 'shells', batchSize: 16 },
      epochs: 4,
      steps: 20,
    });
    expect(metrics).toMatchObject({ train: last?.train, kl: last?.kl, validation: last?.validation });
  });

  it('keeps the number of tensors constant over epochs', async () => {
    const { tf } = loadTensorFlow();
    const counts: number[] = [];
    for await (const report of trainVae(small({ engine: createTensorFlowEngine() }), data, base))
      counts.push(report.epoch && tf.memory().numTensors);
    expect(new Set(counts).size).toBe(1);
  });

  it('says epoch, step and learning rate when the loss is not finite', async () => {
    const failing = run(small(), { learningRate: 1e20, schedule: 'constant' });
    await expect(failing).rejects.toThrow(NonFiniteLossError);
    await expect(run(small(), { learningRate: 1e20, schedule: 'constant' })).rejects.toThrow(
      /became (NaN|Infinity) in epoch 1, step [0-4], learning rate 100000000000000000000/,
    );
  });

  it.each([
    [{ epochs: 0 }, 'option epochs'],
    [{ stepsPerEpoch: 1.5 }, 'option stepsPerEpoch'],
    [{ batchSize: -1 }, 'option batchSize'],
    [{ learningRate: 0 }, 'option learningRate'],
    [{ schedule: 'linear' }, 'option schedule'],
    [{ beta: -1 }, 'option beta'],
    [{ beta: Number.NaN }, 'option beta'],
    [{ permutations: 'some' }, 'option permutations'],
    [{ loss: 'synchronized' }, 'option loss'],
    [{ seed: Infinity }, 'option seed'],
    [{ earlyStopping: { patience: 0 } }, 'option earlyStopping.patience'],
    [{ earlyStopping: { patience: 2, minDelta: -1 } }, 'option earlyStopping.minDelta'],
    [{ checkpoint: { path: '' } }, 'option checkpoint.path'],
    [{ checkpoint: { path: 'x', every: 0 } }, 'option checkpoint.every'],
    [{ resume: true }, 'option resume'],
    [{ resume: 3 }, 'option resume'],
    [{ signal: {} }, 'option signal'],
    [{ threads: 0 }, 'option threads'],
    [{ epoch: 3 }, 'option epoch'],
  ])('refuses %j by name, before it starts', (options, place) => {
    const call = () => trainVae(small(), data, options as TrainOptions);
    expect(call).toThrow(InputError);
    expect(call).toThrow(`${place}:`);
  });

  it('refuses data it cannot use by name', () => {
    const train = (changed: object) => () => trainVae(small(), { ...data, ...changed } as typeof data);
    expect(train({ train: toyEnvironments(5, 3, 1) })).toThrow('data.train.count: found 3');
    expect(train({ validation: toyEnvironments(5, 5, 1) })).toThrow('data.validation.count: found 5');
    expect(train({ train: toyEnvironments(0, 4, 1) })).toThrow('data.train.length: found 0');
    expect(train({ train: undefined })).toThrow('data.train');
    expect(train({ test: data.train })).toThrow('data test');
    const broken = toyEnvironments(5, 4, 1);
    broken.positions[7] = Number.NaN;
    const whole = toyEnvironments(5, 4, 1);
    expect(train({ validation: { ...whole, length: 4 } })).toThrow(
      'data.validation.positions: found Float64Array of 60 numbers, expected a Float64Array of 48',
    );
    expect(train({ train: { ...whole, positions: Array.from(whole.positions) } })).toThrow('found Array of 60');
    expect(() => trainVae(small(), undefined as never)).toThrow('data: found undefined');
    expect(train({ train: broken })).toThrow('data.train.positions[7]: found NaN');
    expect(() => trainVae(small(), { train: data.train }, { earlyStopping: { patience: 3 } })).toThrow(
      'option earlyStopping',
    );
  });
});

describe('labels matched to the mean motif', () => {
  const matched: TrainOptions = { permutations: 'none', labels: 'matched' };

  it('make a model that the order of the neighbors makes no difference to', async () => {
    const vae = small();
    await run(vae, matched);
    const { train } = data;
    const grams = gramVectors(train);
    const mixed = gramVectors(permuteEnvironments(train, 'all', 3));
    expect(mixed).not.toEqual(grams);
    const [a, b] = [grams, mixed].map((each) => vae.encode(each).mean);
    a.forEach((value, k) => {
      expect(b[k]).toBeCloseTo(value, 4);
    });
    const [first, second] = [train, permuteEnvironments(train, 'all', 4)].map(
      (set) => reconstructionError(vae, set).normalizedMse,
    );
    expect(second).toBeCloseTo(first, 5);
  });

  it('are normalized entry by entry: mean 0 and deviation 1 each', async () => {
    const vae = small();
    await run(vae, matched);
    const seen = vae.normalizer?.normalize(vae.labelled(gramVectors(data.train))) ?? [];
    for (let entry = 0; entry < 10; entry++) {
      const values = Array.from(seen).filter((_, k) => k % 10 === entry);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean).toBeCloseTo(0, 10);
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 10);
    }
  });

  it('are kept in the file', async () => {
    const vae = small();
    await run(vae, matched);
    const file = path.join(folder, 'matched.json');
    vae.save(file);
    const loaded = Vae.load(file);
    expect(loaded.reference).toEqual(vae.reference);
    const grams = gramVectors(permuteEnvironments(data.validation, 'all', 5));
    expect(loaded.encode(grams)).toEqual(vae.encode(grams));
  });

  it('exclude relabelled copies, and rows', () => {
    expect(() => trainVae(small(), data, { labels: 'matched', permutations: 'all' })).toThrow('permutations');
    const rows = { length: 1, inputs: new Float64Array(2), outputs: new Float64Array(2) };
    const plain = Vae.create({ rows: { inputs: 2, outputs: 2 } });
    expect(() => trainVae(plain, { train: rows }, { labels: 'matched' })).toThrow('labels');
  });
});

describe('checkpoints of trainVae', () => {
  const file = (name: string) => path.join(folder, name);

  it('let a broken-off run end as the uninterrupted one, to the bit', async () => {
    const whole = small();
    const expected = timeless(await run(whole, { epochs: 6 }));
    const first = small();
    const checkpoint = { path: file('resume.json'), every: 2 };
    for await (const report of trainVae(first, data, { ...base, epochs: 6, checkpoint })) if (report.epoch === 3) break;
    const second = small({ seed: 99 });
    const rest = timeless(await run(second, { epochs: 6, checkpoint, resume: true }));
    // Breaking off writes the last whole epoch, although only every second one is due.
    expect(rest).toEqual(expected.slice(3));
    expect(second.parameters).toEqual(whole.parameters);
  });

  it('of a finished run give the finished model, provenance included', async () => {
    const checkpoint = { path: file('finished.json') };
    const whole = small();
    await run(whole, { checkpoint });
    const again = small({ seed: 99 });
    expect(await run(again, { checkpoint, resume: true })).toEqual([]);
    expect(again.parameters).toEqual(whole.parameters);
    expect(again.provenance).toEqual(whole.provenance);
    expect(again.metrics).toEqual(whole.metrics);
  });

  it('keep the best weights of early stopping across the interruption', async () => {
    const stopping = { epochs: 40, learningRate: 0.3, schedule: 'constant', earlyStopping: { patience: 4 } } as const;
    const whole = small();
    const expected = timeless(await run(whole, stopping));
    expect(expected.length).toBeLessThan(40);
    const checkpoint = { path: file('stopping.json') };
    for await (const report of trainVae(small(), data, { ...base, ...stopping, checkpoint })) {
      if (report.epoch === expected.length - 2) break;
    }
    const second = small();
    expect(timeless(await run(second, { ...stopping, resume: checkpoint.path }))).toEqual(expected.slice(-2));
    expect(second.parameters).toEqual(whole.parameters);
  });

  it('let a run at constant rate go on for more epochs', async () => {
    const checkpoint = { path: file('longer.json') };
    await run(small(), { epochs: 2, schedule: 'constant', checkpoint });
    const reports = await run(small(), { epochs: 3, schedule: 'constant', checkpoint, resume: true });
    expect(reports.map((r) => r.epoch)).toEqual([3]);
  });

  it('are refused when damaged, of another kind, or of another run, saying what differs', async () => {
    const checkpoint = { path: file('foreign.json') };
    await run(small(), { checkpoint });
    const resume = (vae: Vae, options: TrainOptions = {}) => run(vae, { checkpoint, resume: true, ...options });
    await expect(resume(small(), { beta: 0.2 })).rejects.toThrow(/run with beta 0.1, expected beta 0.2/);
    await expect(resume(small(), { permutations: 'all' })).rejects.toThrow(/permutations "shells"/);
    await expect(resume(small(), { epochs: 9 })).rejects.toThrow(/epochs 4, expected epochs 9/);
    await expect(resume(small({ latent: 2 }))).rejects.toThrow(/network .*"latent":3/);
    const others = { ...data, train: toyEnvironments(60, 4, 9) };
    const elsewhere = trainVae(small(), others, { ...base, checkpoint, resume: true });
    await expect(elsewhere.next()).rejects.toThrow(/run with (normalization|train) /);
    const text = fs.readFileSync(checkpoint.path, 'utf8');
    fs.writeFileSync(checkpoint.path, text.slice(0, text.length / 2));
    await expect(resume(small())).rejects.toThrow(/not whole JSON/);
    fs.writeFileSync(checkpoint.path, text.replace('"step":20', '"step":21'));
    await expect(resume(small())).rejects.toThrow(/checksum/);
    const model = small();
    await run(model, { epochs: 1 });
    model.save(checkpoint.path);
    await expect(resume(small())).rejects.toThrow(/format "glassy-motifs model"/);
    await expect(run(small(), { resume: file('none.json') })).rejects.toThrow(/ENOENT/);
  });
});

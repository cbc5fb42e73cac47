import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import {
  createEngine,
  fitVae,
  type RowPairs,
  RowScale,
  samplePosterior,
  trainVae,
  Vae,
  type VaeOptions,
} from '../../src/model';
import { gramVectors } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { powerSpectrum, powerSpectrumSize } from '../../src/motifs/spectrum';
import { largestDifference } from '../motifs/points';
import { createTensorFlowEngine } from './engines/tensorflow';
import { loadTensorFlow } from './engines/tensorflowRuntime';
import { toyEnvironments } from './toy';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rows-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** M pairs of rows of normals. */
function normalPairs(length: number, inputs: number, outputs: number, seed: number): RowPairs {
  const rng = createRng(seed);
  const normals = (size: number): Float64Array => Float64Array.from({ length: size }, () => rng.normal());
  return { length, inputs: normals(length * inputs), outputs: normals(length * outputs) };
}

describe('RowScale', () => {
  it('has mean and deviation of each column, and 1 for a column of equal numbers', () => {
    const rows = Float64Array.of(1, 5, 3, 5, 5, 5);
    const scale = RowScale.fit(rows, 2);
    expect(Array.from(scale.mean)).toEqual([3, 5]);
    expect(scale.deviation[0]).toBeCloseTo(Math.sqrt(8 / 3), 12);
    expect(scale.deviation[1]).toBe(1);
    expect(largestDifference(scale.denormalize(scale.normalize(rows)), rows)).toBeLessThan(1e-12);
    expect(() => RowScale.fit(rows, 4)).toThrow('rows length: found 6, expected a multiple of 4 above 0');
    expect(() => RowScale.fit([], 4)).toThrow('rows length: found 0');
  });
});

describe('a model of rows', () => {
  it.each<VaeOptions & { latent: number }>([
    { hidden: [5], latent: 2, variational: true },
    { hidden: [70, 3], latent: 4, variational: true },
    { hidden: [], latent: 3, variational: false },
  ])('has the same loss and gradient in both engines: %o', async (network) => {
    await loadTensorFlow().ready;
    const pairs = normalPairs(90, 7, 11, 1);
    const vae = Vae.create({ ...network, rows: { inputs: 7, outputs: 11 }, seed: 2 });
    const rng = createRng(3);
    const noise = Float32Array.from({ length: 90 * network.latent }, () => rng.normal());
    const positions = new Float32Array(90 * 18);
    for (let m = 0; m < 90; m++) {
      positions.set(pairs.inputs.subarray(7 * m, 7 * m + 7), 18 * m);
      positions.set(pairs.outputs.subarray(11 * m, 11 * m + 11), 18 * m + 7);
    }
    const [a, b] = [createEngine(), createTensorFlowEngine()].map((engine) =>
      engine.lossAndGradient(vae.network(), { size: 90, positions, noise }, { head: 'gram', beta: 0.3 }),
    );
    expect(a.loss).toBeCloseTo(b.loss, 4);
    expect(a.kl).toBeCloseTo(b.kl, 4);
    expect(largestDifference(a.gradient, b.gradient)).toBeLessThan(1e-4);
  });

  it('learns from normalized Gram vectors what a model of Gram vectors learns, in both engines', async () => {
    await loadTensorFlow().ready;
    const train = toyEnvironments(60, 3, 4);
    const normalizer = GramNormalizer.fit(gramVectors(train), 3);
    const grams = normalizer.normalize(gramVectors(train));
    const training = { epochs: 2, stepsPerEpoch: 10, batchSize: 32, seed: 5 };
    const network = { hidden: [6], latent: 2, seed: 1 };
    for (const engine of [createEngine(), createTensorFlowEngine()]) {
      const of = await fitVae({ train }, { network: { ...network, engine, atoms: 3, normalizer }, training });
      const pairs = { length: 60, inputs: grams, outputs: grams };
      const rows = { inputs: 6, outputs: 6 };
      const { vae, reports } = await fitVae({ train: pairs }, { network: { ...network, engine, rows }, training });
      expect(largestDifference(vae.parameters, of.vae.parameters)).toBeLessThan(1e-4);
      expect(reports[1].train).toBeCloseTo(of.reports[1].train, 4);
      expect(largestDifference(vae.encode(grams).mean, of.vae.encode(gramVectors(train)).mean)).toBeLessThan(1e-4);
    }
  });

  it('learns power spectra, keeps them in a file, and returns them', async () => {
    const motifs = toyEnvironments(200, 3, 2);
    const spectrum = { lMax: 2, radial: { functions: 3 } };
    const size = powerSpectrumSize(spectrum);
    const spectra = powerSpectrum(motifs.positions, 3, spectrum);
    const rows = RowScale.fit(spectra, size).normalize(spectra);
    const pairs = { length: 200, inputs: rows, outputs: rows };
    const options = {
      network: { rows: { inputs: size, outputs: size }, hidden: [16], latent: 6, seed: 1 },
      training: { epochs: 4, stepsPerEpoch: 100, batchSize: 64, learningRate: 0.01 },
    };
    const { vae, reports } = await fitVae({ train: pairs, validation: pairs }, options);
    expect(reports[3].validationReconstruction).toBeLessThan(0.5 * size);
    const file = path.join(folder, 'spectra.json');
    vae.save(file);
    const loaded = Vae.load(file);
    expect(loaded.config).toEqual(vae.config);
    const { mean } = loaded.encode(rows);
    expect(mean).toEqual(vae.encode(rows).mean);
    const error = loaded.decode(mean).reduce((sum, value, k) => sum + (value - rows[k]) ** 2 / 200, 0);
    expect(error).toBeCloseTo(reports[3].validationReconstruction!, 2);
    expect(samplePosterior(vae, rows).length).toBe(200 * 6);
  });

  it('refuses what does not fit, by name', () => {
    const rows = { inputs: 3, outputs: 2 };
    const vae = Vae.create({ rows });
    expect(() => vae.encode([1, 2])).toThrow('rows length: found 2, expected a multiple of 3');
    expect(() => Vae.create({ rows, decoder: 'cartesian' })).toThrow('option decoder');
    expect(() => Vae.create({ rows: { inputs: 0, outputs: 2 } })).toThrow('option rows.inputs');
    const train = normalPairs(5, 3, 2, 1);
    expect(() => trainVae(vae, { train }, { permutations: 'all' })).toThrow('option permutations');
    expect(() => trainVae(vae, { train: { ...train, outputs: train.inputs } })).toThrow(
      'data.train.outputs length: found 15, expected 2 a row = 10',
    );
    train.inputs[1] = Number.NaN;
    expect(() => trainVae(vae, { train })).toThrow('data.train.inputs[1]: found NaN');
    expect(() => trainVae(vae, { train: toyEnvironments(5, 3, 1) as never })).toThrow('data.train.inputs');
  });
});

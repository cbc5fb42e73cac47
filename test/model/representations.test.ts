import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import {
  fitScale,
  REPRESENTATIONS,
  type Representation,
  type RepresentationVae,
  representationError,
  sortedGrams,
} from '../../src/model/representations';
import { type RepresentationOptions, trainRepresentation } from '../../src/model/trainRepresentation';
import { gramVectors } from '../../src/motifs/gram';
import { permuteEnvironments } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { powerSpectrum } from '../../src/motifs/spectrum/powerSpectrum';
import type { Motifs } from '../../src/motifs/types';
import { largestDifference, rotate } from '../motifs/points';
import { toyEnvironments } from './toy';

const small: RepresentationOptions = {
  ...{ hidden: [8, 6], latent: 2, steps: 60, batchSize: 32, seed: 1 },
  spectrum: { lMax: 2, radial: { functions: 2 } },
};

/** Three neighbors at distances of their own and two angles that vary: a family that two latents can hold. */
function bentMotifs(length: number, seed: number): Motifs {
  const rng = createRng(seed);
  const positions = new Float64Array(9 * length);
  for (let m = 0; m < length; m++) {
    const [a, b] = [1.2 + 0.7 * rng.uniform(), 1.2 + 0.7 * rng.uniform()];
    positions.set([2, 0, 0, 2.7 * Math.cos(a), 2.7 * Math.sin(a), 0, 3.4 * Math.cos(b), 0, 3.4 * Math.sin(b)], 9 * m);
  }
  return { ...toyEnvironments(length, 3, 1), positions };
}

function turned(environments: Motifs): Motifs {
  return { ...environments, positions: rotate(environments.positions, randomRotation(7)) };
}

describe('sortedGrams', () => {
  it('is gramVectors of sorted neighbors, whatever the order they come in', () => {
    const sorted = toyEnvironments(20, 5, 3);
    const grams = gramVectors(sorted);
    expect(largestDifference(sortedGrams(sorted), grams)).toBe(0);
    expect(largestDifference(sortedGrams(permuteEnvironments(sorted, 'all', 4)), grams)).toBe(0);
  });
});

describe('fitScale', () => {
  it('gives mean and deviation of each column, and 1 for a column of equal numbers', () => {
    const { mean, deviation } = fitScale(Float64Array.of(1, 5, 3, 5, 5, 5), 2);
    expect(Array.from(mean)).toEqual([3, 5]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(8 / 3), 12);
    expect(deviation[1]).toBe(1);
  });
});

describe('a model of each representation', () => {
  const motifs = toyEnvironments(40, 4, 2);
  const relabelled = permuteEnvironments(motifs, 'all', 5);
  const change = (vae: RepresentationVae, other: Motifs): number =>
    largestDifference(vae.encode(other).mean, vae.encode(motifs).mean);

  it.each(REPRESENTATIONS)('%s: does not see rotations', async (representation) => {
    const vae = await trainRepresentation(representation, motifs, small);
    expect(change(vae, turned(motifs))).toBeLessThan(1e-4);
  });

  it.each<[Representation, boolean]>([
    ['gram', true],
    ['sortedGram', false],
    ['powerSpectrum', false],
  ])('%s: sees relabelling: %s', async (representation, seen) => {
    const vae = await trainRepresentation(representation, motifs, small);
    if (seen) expect(change(vae, relabelled)).toBeGreaterThan(0.01);
    else expect(change(vae, relabelled)).toBeLessThan(1e-4);
  });

  it.each(REPRESENTATIONS)('%s: same seed, same bytes; another seed, other weights', async (representation) => {
    const train = (seed: number): Promise<RepresentationVae> =>
      trainRepresentation(representation, motifs, { ...small, seed });
    const [first, again, other] = [await train(1), await train(1), await train(2)];
    expect(again.parameters).toEqual(first.parameters);
    expect(largestDifference(other.parameters, first.parameters)).toBeGreaterThan(0.01);
  });

  it.each(REPRESENTATIONS)('%s: learns a family of two parameters, and new members of it', async (representation) => {
    const options = { ...small, hidden: [24, 16], steps: 600, batchSize: 64, learningRate: 0.01, beta: 1e-3 };
    const vae = await trainRepresentation(representation, bentMotifs(300, 1), options);
    const test = bentMotifs(100, 2);
    const expected = vae.normalizer.normalize(sortedGrams(test));
    const mean = fitScale(expected, 6);
    const withoutModel = mean.deviation.reduce((sum, d) => sum + d * d, 0) / 6;
    expect(representationError(vae, test, { seed: 3 }).normalizedMse).toBeLessThan(0.1 * withoutModel);
  });

  it('decodes to Å²: the error is that of the decoded Gram vectors', async () => {
    const vae = await trainRepresentation('sortedGram', motifs, small);
    const decoded = vae.decode(vae.encode(motifs).mean);
    const [found, expected] = [decoded, gramVectors(motifs)].map((grams) => vae.normalizer.normalize(grams));
    const squares = found.map((value, k) => (value - expected[k]) ** 2);
    const { normalizedMse, perEnvironment } = representationError(vae, motifs);
    expect(normalizedMse).toBeCloseTo(squares.reduce((sum, s) => sum + s, 0) / squares.length, 6);
    expect(perEnvironment[3]).toBeCloseTo(squares.subarray(30, 40).reduce((sum, s) => sum + s, 0) / 10, 6);
    expect(vae.decode([]).length).toBe(0);
  });
});

describe('trainRepresentation', () => {
  const motifs = toyEnvironments(40, 3, 2);

  it('reports on its way, and stops where told, with the weights reached', async () => {
    const steps: number[] = [];
    const losses: number[] = [];
    const controller = new AbortController();
    const stopped = await trainRepresentation('sortedGram', motifs, {
      ...small,
      steps: 400,
      signal: controller.signal,
      onSteps: (step, { loss }) => {
        steps.push(step);
        losses.push(loss);
        if (step === 60) controller.abort();
      },
    });
    expect(steps).toEqual([20, 40, 60]);
    expect(losses[2]).toBeLessThan(losses[0]);
    const begun = await trainRepresentation('sortedGram', motifs, {
      ...small,
      steps: 400,
      signal: AbortSignal.abort(),
    });
    expect(largestDifference(stopped.parameters, begun.parameters)).toBeGreaterThan(0.01);
  });

  it('gives the first layer the size of the input, and the rest that of the talk', async () => {
    const one = { steps: 1, batchSize: 8 };
    const spectrum = await trainRepresentation('powerSpectrum', motifs, { ...one, spectrum: { lMax: 1 } });
    const gram = await trainRepresentation('gram', motifs, one);
    expect([spectrum.config.inputs, gram.config.inputs]).toEqual([30, 6]);
    expect(spectrum.parameters.length - gram.parameters.length).toBe((30 - 6) * 28);
    expect(gram.config).toMatchObject({ atoms: 3, hidden: [28, 18], latent: 8 });
  });

  it('has power spectra at both ends where asked', async () => {
    const vae = await trainRepresentation('powerSpectrum', bentMotifs(300, 1), {
      ...{ ...small, hidden: [24, 16], steps: 600, batchSize: 64, learningRate: 0.01, beta: 1e-3 },
      output: 'powerSpectrum',
    });
    const test = bentMotifs(100, 2);
    const decoded = vae.decodeSpectra(vae.encode(test).mean);
    const expected = powerSpectrum(test.positions, 3, small.spectrum);
    const { deviation } = vae.scale;
    const squares = decoded.map((value, k) => ((value - expected[k]) / deviation[k % deviation.length]) ** 2);
    expect(squares.reduce((sum, s) => sum + s, 0) / squares.length).toBeLessThan(0.2);
    expect(() => vae.decode([0, 0])).toThrow("model output: found 'powerSpectrum', expected 'gram' or 'sortedGram'");
    expect(() => representationError(vae, test)).toThrow("model output: found 'powerSpectrum', expected 'sortedGram'");
    const gram = await trainRepresentation('gram', bentMotifs(10, 1), { ...small, steps: 1 });
    expect(() => gram.decodeSpectra([0, 0])).toThrow("model output: found 'sortedGram', expected 'powerSpectrum'");
    const mixed = trainRepresentation('gram', motifs, { ...small, output: 'powerSpectrum' });
    await expect(mixed).rejects.toThrow('option output: found "powerSpectrum"');
  });

  it('gives back Gram vectors in the order read where asked', async () => {
    const options = {
      ...small,
      hidden: [24, 16],
      latent: 4,
      steps: 900,
      batchSize: 64,
      learningRate: 0.01,
      beta: 1e-3,
    };
    const vae = await trainRepresentation('gram', bentMotifs(300, 1), { ...options, output: 'gram' });
    const test = permuteEnvironments(bentMotifs(100, 2), 'all', 3);
    const misfit = (grams: Float64Array): number => {
      const [found, expected] = [vae.decode(vae.encode(test).mean), grams].map((g) => vae.normalizer.normalize(g));
      return found.reduce((sum, value, k) => sum + (value - expected[k]) ** 2, 0) / found.length;
    };
    expect(misfit(gramVectors(test))).toBeLessThan(0.3 * misfit(sortedGrams(test)));
    await expect(trainRepresentation('sortedGram', motifs, { ...small, output: 'gram' })).rejects.toThrow(
      'option output: found "gram"',
    );
  });

  it('refuses bad options and data by name', async () => {
    const train = (options: object, environments = motifs): Promise<unknown> =>
      trainRepresentation('gram', environments, options);
    await expect(trainRepresentation('soap' as Representation, motifs)).rejects.toThrow('representation: found "soap"');
    await expect(train({ epochs: 3 })).rejects.toThrow('option epochs: found an unknown name');
    await expect(train({ steps: 0 })).rejects.toThrow('option steps: found 0');
    await expect(train({ hidden: [0] })).rejects.toThrow('option hidden[0]: found 0');
    await expect(train({ beta: -1 })).rejects.toThrow('option beta: found -1');
    await expect(train({}, { ...motifs, length: 0 })).rejects.toThrow('environments.length: found 0');
    const vae = await trainRepresentation('gram', motifs, { ...small, steps: 1 });
    expect(() => vae.encode(toyEnvironments(2, 4, 1))).toThrow('motifs.count: found 4, expected 3');
    expect(() => vae.decode([1])).toThrow('latents length: found 1, expected a multiple of the latent size 2');
    expect(() => representationError(vae, { ...motifs, length: 0, positions: new Float64Array(0) })).toThrow(
      'environments.length: found 0',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { type ReconstructionOptions, reconstructionError } from '../../src/model/reconstruction';
import { Vae, type VaeOptions } from '../../src/model/vae';
import { gramVectors } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { toyEnvironments } from './toy';

const environments = toyEnvironments(9, 4, 3);

function model(options: VaeOptions = {}): Vae {
  const normalizer = GramNormalizer.fit(gramVectors(environments), 4);
  return Vae.create({ atoms: 4, hidden: [6], latent: 3, normalizer, ...options });
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('reconstructionError', () => {
  it('of a network that puts out zero is the variance: 1 in normalized units', () => {
    const vae = model();
    vae.parameters = new Float32Array(vae.parameters.length);
    const error = reconstructionError(vae, environments, { permutations: 'all', draws: 3 });
    const { deviationDiagonal, deviationOffDiagonal } = vae.network().normalization;
    expect(error.normalizedMse).toBeCloseTo(1, 9);
    expect(error.diagonal.normalizedMse).toBeCloseTo(1, 9);
    expect(error.offDiagonal.normalizedMse).toBeCloseTo(1, 9);
    expect(error.diagonal.rmse).toBeCloseTo(deviationDiagonal, 9);
    expect(error.offDiagonal.rmse).toBeCloseTo(deviationOffDiagonal, 9);
  });

  it('is the error of decode ∘ encode in Å², entry by entry', () => {
    const vae = model({ decoder: 'cartesian' });
    const grams = gramVectors(environments);
    const decoded = vae.decode(vae.encode(grams).mean);
    const difference = (k: number) => decoded[k] - grams[k];
    const { diagonal, offDiagonal, perEntry } = reconstructionError(vae, environments);
    const entries = Array.from({ length: 90 }, (_, k) => k);
    const onDiagonal = entries.filter((k) => [0, 4, 7, 9].includes(k % 10));
    const others = entries.filter((k) => !onDiagonal.includes(k));
    expect(diagonal.rmse).toBeCloseTo(Math.sqrt(mean(onDiagonal.map((k) => difference(k) ** 2))), 6);
    expect(offDiagonal.rmse).toBeCloseTo(Math.sqrt(mean(others.map((k) => difference(k) ** 2))), 6);
    const second = entries.filter((k) => k % 10 === 1).map((k) => difference(k) ** 2);
    expect(perEntry[1]).toBeCloseTo(mean(second) / vae.network().normalization.deviationOffDiagonal ** 2, 6);
  });

  it('has entries and environments that average to the whole', () => {
    const error = reconstructionError(model(), environments, { permutations: 'shells' });
    expect(error.perEntry.length).toBe(10);
    expect(error.perEnvironment.length).toBe(9);
    expect(mean(error.perEntry)).toBeCloseTo(error.normalizedMse, 12);
    expect(mean(error.perEnvironment)).toBeCloseTo(error.normalizedMse, 12);
    const { diagonal, offDiagonal } = error;
    expect((4 * diagonal.normalizedMse + 6 * offDiagonal.normalizedMse) / 10).toBeCloseTo(error.normalizedMse, 12);
  });

  it('depends on the seed only where neighbors are relabelled', () => {
    const at = (options: ReconstructionOptions) => reconstructionError(model(), environments, options).normalizedMse;
    expect(at({ permutations: 'all', seed: 1 })).toBe(at({ permutations: 'all', seed: 1 }));
    expect(at({ permutations: 'all', seed: 1 })).not.toBe(at({ permutations: 'all', seed: 2 }));
    expect(at({ seed: 1, draws: 3 })).toBe(at({ seed: 2 }));
  });

  it('of posterior samples is that of the means where the posterior is narrow, and larger where it is wide', () => {
    const at = (logVariance: number, options: ReconstructionOptions = {}): number => {
      const vae = model();
      const { encode } = vae;
      vae.encode = (grams) => {
        const { mean: mu } = encode.call(vae, grams);
        return { mean: mu, logVariance: new Float32Array(mu.length).fill(logVariance) };
      };
      return reconstructionError(vae, environments, { seed: 1, ...options }).normalizedMse;
    };
    expect(at(-60, { posterior: 'sample' })).toBeCloseTo(at(-60), 6);
    expect(at(2, { posterior: 'sample' })).toBeGreaterThan(at(2) + 0.01);
    expect(at(2, { posterior: 'sample', draws: 1 })).not.toBe(at(2, { posterior: 'sample', draws: 2 }));
  });

  it('refuses environments of another size, none at all, and bad options by name', () => {
    expect(() => reconstructionError(model(), toyEnvironments(3, 5, 1))).toThrow('environments.count: found 5');
    expect(() => reconstructionError(model(), toyEnvironments(0, 4, 1))).toThrow('environments.length: found 0');
    expect(() => reconstructionError(model(), environments, { draws: 0 })).toThrow('option draws');
    const unknown = { permutation: 'all' } as ReconstructionOptions;
    expect(() => reconstructionError(model(), environments, unknown)).toThrow(InputError);
    const mode = { permutations: 'some' } as unknown as ReconstructionOptions;
    expect(() => reconstructionError(model(), environments, mode)).toThrow('option permutations');
    const posterior = { posterior: 'median' } as unknown as ReconstructionOptions;
    expect(() => reconstructionError(model(), environments, posterior)).toThrow('option posterior');
  });
});

import { createRng, requireInteger } from '../../core';
import { type DecodedMotifs, decodeMotifs } from '../../generate';
import { samplePosterior, type Vae } from '../../model';
import { coordinatesFromGrams, gramSize } from '../../motifs';
import { fitNormal, sampleNormal } from './baselines';

/**
 * Motifs from latents of a normal distribution fitted to the aggregate posterior, instead of N(0, 1): the baseline that
 * tells a prior that does not fit from a decoder that cannot. Of a plain autoencoder, the only sensible way to sample.
 *
 * @param grams Gram vectors of the environments whose posteriors make up the aggregate, M × n(n+1)/2, Å²
 * @throws InputError as `Vae.encode` does, or for fewer than two Gram vectors
 */
export function sampleAggregatePosterior(
  vae: Vae,
  grams: ArrayLike<number>,
  count: number,
  options: { seed?: number } = {},
): DecodedMotifs {
  const rng = createRng(requireInteger(options.seed ?? 0, 'option seed'));
  const posterior = fitNormal(samplePosterior(vae, grams, { seed: rng }), vae.config.latent);
  return decodeMotifs(vae, sampleNormal(posterior, count, rng));
}

/** Motifs of {@link sampleNormalGrams}. */
export interface NormalGramMotifs {
  /** Neighbors in each motif, n. */
  n: number;
  /** As drawn, count × n(n+1)/2, Å². */
  grams: Float64Array;
  /** Of the nearest rank-3 matrices, count × n × 3, Å. */
  positions: Float64Array;
}

/**
 * Baseline "Gaussian in Gram space": Gram vectors from the normal distribution with the mean and covariance of M known
 * ones (M × n(n+1)/2, Å²), and atoms from each as from a decoder's.
 *
 * @throws InputError for fewer than two Gram vectors or a bad length
 */
export function sampleNormalGrams(
  grams: Float64Array,
  n: number,
  count: number,
  options: { seed?: number } = {},
): NormalGramMotifs {
  const drawn = sampleNormal(fitNormal(grams, gramSize(n)), count, requireInteger(options.seed ?? 0, 'option seed'));
  return { n: n, grams: drawn, positions: coordinatesFromGrams(drawn, n).positions };
}

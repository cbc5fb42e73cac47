import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import type { Vae } from './vae';

/** The latents of a set of motifs, latent by latent; arrays hold one number for each. */
export interface LatentStatistics {
  /** Mean KL(q(z|G) ‖ N(0, 1)), nats; infinite for a plain autoencoder, whose posterior is a point. */
  kl: Float64Array;
  /** Their sum: the mean divergence of a whole posterior, nats. */
  totalKl: number;
  /** How many latents have a KL divergence above the threshold; the others have collapsed onto the prior. */
  active: number;
  /** Mean of the aggregate posterior, that is of z ~ q(z|G) over all motifs. */
  mean: Float64Array;
  /** Root mean square of the aggregate posterior: 1 for the prior. */
  rms: Float64Array;
}

/**
 * How a model uses its latents on M motifs, in closed form (nothing is sampled).
 *
 * KL = (μ² + σ² − 1 − ln σ²)/2 (Kingma & Welling, arXiv:1312.6114, appendix B).
 *
 * @param grams M·P, Å²
 * @param options.threshold KL divergence from which a latent counts as active, nats; default 0.1
 * @throws InputError as `vae.encode` does, and if there are no motifs
 */
export function latentStatistics(
  vae: Vae,
  grams: ArrayLike<number>,
  options: { threshold?: number } = {},
): LatentStatistics {
  requireKnownOptions(options, ['threshold']);
  const { mean: mu, logVariance } = vae.encode(grams);
  const { latent, variational } = vae.config;
  const motifs = mu.length / latent;
  if (motifs === 0) throw new InputError('grams', 'none', 'at least one Gram vector');
  const kl = new Float64Array(latent);
  const mean = new Float64Array(latent);
  const square = new Float64Array(latent);
  for (let k = 0; k < mu.length; k++) {
    const variance = variational ? Math.exp(logVariance[k]) : 0;
    const divergence = variational ? (mu[k] ** 2 + variance - 1 - logVariance[k]) / 2 : Number.POSITIVE_INFINITY;
    kl[k % latent] += divergence / motifs;
    mean[k % latent] += mu[k] / motifs;
    square[k % latent] += (mu[k] ** 2 + variance) / motifs;
  }
  const { threshold = 0.1 } = options;
  const active = kl.filter((nats) => nats > threshold).length;
  return { kl, totalKl: kl.reduce((sum, nats) => sum + nats, 0), active, mean, rms: square.map(Math.sqrt) };
}

/**
 * Draws z = μ + σε, ε ~ N(0, 1), from the posterior of each of M motifs; all together they sample the aggregate
 * posterior. The mean itself for a plain autoencoder.
 *
 * @param grams M·P, Å²
 * @param options.draws of all motifs, one set after the other; default 1
 * @param options.seed seed or generator; default 0
 * @returns draws·M·latent
 * @throws InputError as `vae.encode` does
 */
export function samplePosterior(
  vae: Vae,
  grams: ArrayLike<number>,
  options: { draws?: number; seed?: SeedOrRng } = {},
): Float64Array {
  requireKnownOptions(options, ['draws', 'seed']);
  const draws = requireInteger(options.draws ?? 1, 'option draws', 1);
  const { mean, logVariance } = vae.encode(grams);
  const rng = asRng(options.seed ?? 0);
  const deviation = vae.config.variational ? Float64Array.from(logVariance, (value) => Math.exp(value / 2)) : undefined;
  return Float64Array.from({ length: draws * mean.length }, (_, k) => {
    const at = k % mean.length;
    return deviation ? mean[at] + deviation[at] * rng.normal() : mean[at];
  });
}

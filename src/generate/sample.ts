import { InputError, requireInteger, requireKnownOptions, requireOneOf } from '../core/errors';
import { noiseSchedule } from '../core/noiseSchedule';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { denoiseLatents, latentScale } from '../model/prior';
import type { LatentPrior } from '../model/savedModel';
import type { Vae } from '../model/vae';
import { type DecodedMotifs, decodeMotifs } from './decode';

/** Levels of noise in drawing from a learned prior, from the first to the last in units of the latents' deviations. */
const LEVELS = { count: 100, range: [10, 0.02] as [number, number] };

/**
 * New motifs: latents drawn from the prior, decoded.
 *
 * @param options.prior 'normal': N(0, 1), as in the talk; 'learned': the one that `trainPrior` fitted. Default: the
 *   learned one where the model has it
 * @param options.seed seed or generator; same seed, same motifs. Default 0
 * @throws InputError if `count` is not an integer of at least 0, the model is untrained, or it has no learned prior
 * @example
 * const motifs = sampleMotifs(Vae.load('model.json'), 1000, { seed: 1 });
 */
export function sampleMotifs(
  vae: Vae,
  count: number,
  options: { prior?: 'normal' | 'learned'; seed?: SeedOrRng } = {},
): DecodedMotifs {
  requireKnownOptions(options, ['prior', 'seed']);
  requireInteger(count, 'count', 0);
  const rng = asRng(options.seed ?? 0);
  const { prior } = vae;
  const kind = requireOneOf(options.prior ?? (prior ? 'learned' : 'normal'), ['normal', 'learned'], 'option prior');
  if (kind === 'normal') {
    return decodeMotifs(
      vae,
      Float32Array.from({ length: count * vae.config.latent }, () => rng.normal()),
    );
  }
  if (!prior) throw new InputError('option prior', "'learned' of a model without one", 'a model after trainPrior');
  return decodeMotifs(vae, learnedLatents(vae, prior, count, rng));
}

/**
 * Latents drawn from a learned prior by the ancestral walk from noise to none, with D = D(z; σ):
 * z ← D + (σ'/σ)² (z − D) + σ' √(1 − (σ'/σ)²) ξ (J. Ho et al., NeurIPS 2020, arXiv:2006.11239).
 */
function learnedLatents(vae: Vae, prior: LatentPrior, count: number, rng: Rng): Float64Array {
  const sigmas = noiseSchedule(LEVELS.count, LEVELS.range);
  const start = Math.sqrt(1 + sigmas[0] ** 2);
  let z: Float64Array = Float64Array.from({ length: count * vae.config.latent }, () => start * rng.normal());
  for (let level = 0; level < LEVELS.count; level++) {
    const [sigma, next] = sigmas.subarray(level);
    const clean = denoiseLatents(vae, prior, z, sigma);
    const kept = (next / sigma) ** 2;
    const fresh = next * Math.sqrt(1 - kept);
    z = clean.map((d, k) => d + kept * (z[k] - d) + (fresh > 0 ? fresh * rng.normal() : 0));
  }
  return latentScale(prior).denormalize(z);
}

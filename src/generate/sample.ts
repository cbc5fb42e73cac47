import { InputError, requireInteger, requireKnownOptions, requireOneOf } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { denoiseLatents } from '../model/prior';
import type { LatentPrior } from '../model/savedModel';
import type { Vae } from '../model/vae';
import { type DecodedMotifs, decodeMotifs } from './decode';

/** Levels of noise in drawing from a learned prior, in units of the latents' deviations and in geometric steps. */
const LEVELS = { count: 100, first: 10, last: 0.02 };

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
 * Latents drawn from a learned prior by the ancestral walk from noise to none, z ← D + (σ'/σ)² (z − D) + σ' √(1 − (σ'/σ)²) ξ
 * with D = D(z; σ): J. Ho et al., NeurIPS 2020, arXiv:2006.11239.
 */
function learnedLatents(vae: Vae, prior: LatentPrior, count: number, rng: Rng): Float64Array {
  const { latent } = vae.config;
  const { count: levels, first, last } = LEVELS;
  const sigmas = Array.from(
    { length: levels },
    (_, k) => first * Math.exp((Math.log(last / first) * k) / (levels - 1)),
  );
  let z: Float64Array = Float64Array.from({ length: count * latent }, () => Math.sqrt(1 + first ** 2) * rng.normal());
  sigmas.forEach((sigma, level) => {
    const clean = denoiseLatents(vae, prior, z, sigma);
    const next = sigmas[level + 1] ?? 0;
    const kept = (next / sigma) ** 2;
    const fresh = next * Math.sqrt(1 - kept);
    z = clean.map((d, k) => d + kept * (z[k] - d) + (fresh > 0 ? fresh * rng.normal() : 0));
  });
  return z.map((value, k) => value * prior.deviation[k % latent] + prior.mean[k % latent]);
}

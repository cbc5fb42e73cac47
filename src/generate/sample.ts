import { requireInteger, requireKnownOptions } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import type { Vae } from '../model/vae';
import { type DecodedMotifs, decodeMotifs } from './decode';

/**
 * New motifs: latents drawn from N(0, 1), decoded.
 *
 * @param options.seed seed or generator; same seed, same motifs. Default 0
 * @throws InputError if `count` is not an integer of at least 0 or the model is untrained
 */
export function sampleMotifs(vae: Vae, count: number, options: { seed?: SeedOrRng } = {}): DecodedMotifs {
  requireKnownOptions(options, ['seed']);
  requireInteger(count, 'count', 0);
  const rng = asRng(options.seed ?? 0);
  const latents = Float32Array.from({ length: count * vae.config.latent }, () => rng.normal());
  return decodeMotifs(vae, latents);
}

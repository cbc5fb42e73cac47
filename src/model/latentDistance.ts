import { InputError } from '../core/errors';
import { gramVectors } from '../motifs/gram';
import type { Vae } from './vae';

/**
 * Distance |Δz| in latent space, between posterior means, of each of M pairs of motifs.
 *
 * @param first M×n×3, Å
 * @param second M×n×3, Å
 * @throws InputError if the lengths differ or are no multiple of 3n, or as `vae.encode` does
 */
export function latentDistances(vae: Vae, first: Float64Array, second: Float64Array): Float64Array {
  const { atoms, latent } = vae.config;
  const length = first.length / (3 * atoms);
  if (!Number.isInteger(length)) {
    throw new InputError('first', `${first.length} numbers`, `a multiple of 3n = ${3 * atoms}`);
  }
  if (second.length !== first.length) {
    throw new InputError('second', `${second.length} numbers`, `${first.length}, as the first`);
  }
  const encode = (positions: Float64Array): Float32Array =>
    vae.encode(gramVectors({ positions, n: atoms, length })).mean;
  const [from, to] = [encode(first), encode(second)];
  const distances = new Float64Array(length);
  for (let k = 0; k < from.length; k++) distances[Math.floor(k / latent)] += (from[k] - to[k]) ** 2;
  return distances.map(Math.sqrt);
}

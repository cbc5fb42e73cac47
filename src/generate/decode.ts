import type { Vae } from '../model/vae';
import { coordinatesFromGrams } from '../motifs/coordinates';
import { madeMotifs } from '../motifs/select';
import type { Motifs } from '../motifs/types';

/**
 * M motifs as a decoder returns them, and as atoms. `positions`: a Cartesian decoder's own coordinates; of a Gram
 * decoder's output, those of the nearest rank-3 matrix. Species are the model's; `X` (unknown) if it has none recorded.
 */
export interface DecodedMotifs extends Motifs {
  /** M×latent. */
  latents: Float32Array;
  /** M×P Gram entries as decoded, Å². */
  grams: Float64Array;
  /** M×n eigenvalues of the decoded Gram matrices, largest first, Å². */
  eigenvalues: Float64Array;
  /**
   * How far each decoded Gram matrix is from one of points in space, ‖G − XXᵀ‖_F, Å²; rounding for a Cartesian decoder.
   */
  residuals: Float64Array;
}

/**
 * Motifs of M latents, with coordinates. Each motif is up to its own rotation and reflection.
 *
 * @param latents M×latent
 * @throws InputError if the length is no multiple of the latent size, a number is not finite, or the model is untrained
 */
export function decodeMotifs(vae: Vae, latents: ArrayLike<number>): DecodedMotifs {
  const count = vae.config.atoms;
  const grams = vae.decode(latents);
  const points = coordinatesFromGrams(grams, count);
  const positions = vae.config.decoder === 'cartesian' ? vae.decodePositions(latents) : points.positions;
  const { eigenvalues, residuals } = points;
  const motifs = madeMotifs({ n: count, length: residuals.length, positions }, vae.species ?? 'X');
  return { ...motifs, latents: Float32Array.from(latents), grams, eigenvalues, residuals };
}

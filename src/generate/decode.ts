import type { Vae } from '../model/vae';
import { coordinatesFromGrams } from '../motifs/coordinates';

/** M motifs as a decoder puts them out, and as atoms. */
export interface DecodedMotifs {
  /** Atoms in each motif, n. */
  n: number;
  /** Number of motifs, M. */
  length: number;
  /** M×latent. */
  latents: Float32Array;
  /** M×P Gram entries as decoded, Å². */
  grams: Float64Array;
  /** M×n×3, Å: a Cartesian decoder's own coordinates; of a Gram decoder's output, those of the nearest rank-3 matrix. */
  positions: Float64Array;
  /** M×n eigenvalues of the decoded Gram matrices, largest first, Å². */
  eigenvalues: Float64Array;
  /** How far each decoded Gram matrix is from one of points in space, ‖G − XXᵀ‖_F, Å²; rounding for a Cartesian decoder. */
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
  return {
    n: count,
    length: residuals.length,
    latents: Float32Array.from(latents),
    grams,
    positions,
    eigenvalues,
    residuals,
  };
}

import { InputError, requireFinite, requireInteger, requireKnownOptions, requireOneOf } from '../core/errors';
import { neighborCodes, type Vae } from '../model/vae';
import { gramVector } from '../motifs/gram';
import { match } from '../motifs/match/match';
import { permutePositions } from '../motifs/permutations';
import { synchronize } from '../motifs/synchronize';
import { type DecodedMotifs, decodeMotifs } from './decode';

/** Options of {@link interpolateMotifs}. */
export interface InterpolateOptions {
  /**
   * 'linear' (default): straight in latent space. 'spherical': along the great circle between the directions, the
   * length changing evenly, so that the path does not cut through the middle, where N(0, 1) has almost no samples.
   */
  path?: 'linear' | 'spherical';
  /** Relabel b to fit a best before encoding it; false if absent. A model with matched labels relabels both. */
  relabel?: boolean;
}

/** The motifs on the way, one a frame; in the labels of a, or of the model where it matches labels. */
export interface MotifPath extends DecodedMotifs {
  /** How far along each frame is, 0 … 1. */
  fractions: Float64Array;
  /** The labels of b that were encoded: row i was row permutation[i] of b. */
  permutation: Int32Array;
}

/**
 * Motifs along a path in latent space from motif a to motif b, both ends included.
 *
 * Encoded at the posterior means and decoded frame by frame. The first frame is synchronized onto a, each further one
 * onto the frame before, reflections allowed since Gram matrices have no chirality: atoms move no more than the decoded
 * Gram matrices do, and keep their labels. The ends are the model's reconstructions of a and b, not a and b themselves.
 *
 * Spherical path: K. Shoemake, SIGGRAPH Comput. Graph. 19, 245 (1985), doi:10.1145/325165.325242.
 *
 * @param a n×3, Å
 * @param b n×3, Å
 * @param steps number of frames, at least 2
 * @throws InputError on wrong lengths, numbers that are not finite, or opposite latents on a spherical path
 */
export function interpolateMotifs(
  vae: Vae,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  steps: number,
  options: InterpolateOptions = {},
): MotifPath {
  const n = vae.config.atoms;
  requireKnownOptions(options, ['path', 'relabel']);
  const path = requireOneOf(options.path ?? 'linear', ['linear', 'spherical'], 'option path');
  requireInteger(steps, 'steps', 2);
  requireMotif(a, n, 'motif a');
  requireMotif(b, n, 'motif b');
  const codes = neighborCodes(vae);
  const onto = vae.reference ?? (options.relabel ? a : undefined);
  const labels = (x: ArrayLike<number>): Int32Array =>
    onto
      ? match(onto, x, { reflections: true, species: codes && [codes, codes] }).permutation
      : Int32Array.from({ length: n }, (_, i) => i);
  const start = vae.reference ? permutePositions(a, labels(a)) : a;
  const permutation = labels(b);
  const size = vae.config.latent;
  const grams = Float64Array.from([...gramVector(start, n), ...gramVector(permutePositions(b, permutation), n)]);
  const { mean } = vae.encode(grams);
  const fractions = Float64Array.from({ length: steps }, (_, k) => k / (steps - 1));
  const between = path === 'linear' ? linear : spherical;
  const latents = new Float32Array(steps * size);
  fractions.forEach((t, k) => {
    latents.set(between(mean.subarray(0, size), mean.subarray(size), t), k * size);
  });
  const motifs = decodeMotifs(vae, latents);
  alignFrames(motifs.positions, start, n);
  return { ...motifs, fractions, permutation };
}

function requireMotif(x: ArrayLike<number>, n: number, place: string): void {
  if (x.length !== 3 * n) throw new InputError(`${place} length`, String(x.length), `3n = ${3 * n}`);
  requireFinite(x, place);
}

function linear(from: Float32Array, to: Float32Array, t: number): Float32Array {
  return from.map((value, k) => (1 - t) * value + t * to[k]);
}

function spherical(from: Float32Array, to: Float32Array, t: number): Float32Array {
  const [r, s] = [Math.hypot(...from), Math.hypot(...to)];
  // From or to the origin there is one direction only: straight.
  if (r === 0 || s === 0) return linear(from, to, t);
  const cosine = from.reduce((sum, value, k) => sum + (value / r) * (to[k] / s), 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  if (angle < 1e-6) return linear(from, to, t);
  if (Math.PI - angle < 1e-6) {
    throw new InputError(
      'option path',
      "'spherical' between opposite latents",
      "'linear': no great circle is singled out",
    );
  }
  const radius = (1 - t) * r + t * s;
  const [u, v] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
  return from.map((value, k) => radius * ((u * value) / r + (v * to[k]) / s));
}

function alignFrames(positions: Float64Array, first: ArrayLike<number>, n: number): void {
  let reference = first;
  for (let from = 0; from < positions.length; from += 3 * n) {
    const frame = positions.subarray(from, from + 3 * n);
    frame.set(synchronize(reference, frame, { reflections: true }).moved);
    reference = frame;
  }
}

import { requireInteger, requireKnownOptions, requireOneOf } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { gramEntries, gramSize, gramVectors } from '../motifs/gram';
import { entryNormalization } from '../motifs/normalizer';
import { permuteEnvironments } from '../motifs/permutations';
import type { Motifs, PermutationMode } from '../motifs/types';
import { samplePosterior } from './latents';
import { requireAtoms, type Vae } from './vae';

/** Options of {@link reconstructionError}. */
export interface ReconstructionOptions {
  /** How neighbors are relabelled before encoding; default 'none'. */
  permutations?: PermutationMode;
  /** Draws of relabellings per environment; default 8, 1 where nothing is random ('none', mean). */
  draws?: number;
  /** What of the posterior is decoded: its mean (default), or a fresh sample in each draw (also with 'none'). */
  posterior?: 'mean' | 'sample';
  /** Seed of the relabellings and samples; default 0. */
  seed?: SeedOrRng;
}

/** Error of one kind of Gram entries. */
export interface EntryError {
  /** Mean squared error of the normalized entries. */
  normalizedMse: number;
  /** Root mean square error, Å². */
  rmse: number;
}

/** Result of {@link reconstructionError}. */
export interface ReconstructionError {
  /** Mean squared error of all normalized Gram entries. */
  normalizedMse: number;
  /** The same of each of the P entries. */
  perEntry: Float64Array;
  diagonal: EntryError;
  offDiagonal: EntryError;
  /** The same of each of the M environments, mean over its draws. */
  perEnvironment: Float64Array;
}

/**
 * How well environments survive encoding and decoding.
 *
 * @throws InputError if the environments have another n than the model, are none, or an option is wrong
 */
export function reconstructionError(
  vae: Vae,
  environments: Motifs,
  options: ReconstructionOptions = {},
): ReconstructionError {
  requireKnownOptions(options, ['permutations', 'draws', 'posterior', 'seed']);
  requireAtoms(vae, environments.n, 'environments');
  requireInteger(environments.length, 'environments.length', 1);
  const { permutations = 'none' } = options;
  const asked = requireInteger(options.draws ?? 8, 'option draws', 1);
  const posterior = requireOneOf(options.posterior ?? 'mean', ['mean', 'sample'], 'option posterior');
  const draws = permutations === 'none' && posterior === 'mean' ? 1 : asked;
  const rng = asRng(options.seed ?? 0);
  const size = gramSize(environments.n);
  const perEntry = new Float64Array(size);
  const perEnvironment = new Float64Array(environments.length);
  for (let draw = 0; draw < draws; draw++) {
    const grams = vae.labelled(gramVectors(permuteEnvironments(environments, permutations, rng)));
    const latents = posterior === 'mean' ? vae.encode(grams).mean : samplePosterior(vae, grams, { seed: rng });
    const errors = squaredErrors(vae, grams, latents);
    for (let k = 0; k < errors.length; k++) {
      perEntry[k % size] += errors[k] / (draws * environments.length);
      perEnvironment[Math.floor(k / size)] += errors[k] / (draws * size);
    }
  }
  return { ...summarize(vae, perEntry), perEntry, perEnvironment };
}

/** Squared error of each normalized entry, M·P. */
function squaredErrors(vae: Vae, grams: ArrayLike<number>, latents: ArrayLike<number>): Float64Array {
  const decoded = vae.decode(latents);
  const { normalizer } = vae;
  if (!normalizer) throw new Error('unreachable: encode needs the normalizer');
  const expected = normalizer.normalize(grams);
  return normalizer.normalize(decoded).map((value, k) => (value - expected[k]) ** 2);
}

function summarize(
  vae: Vae,
  perEntry: Float64Array,
): Pick<ReconstructionError, 'normalizedMse' | 'diagonal' | 'offDiagonal'> {
  const n = vae.config.atoms;
  const { deviation } = entryNormalization(vae.network().normalization, n);
  const errors = gramEntries(perEntry, n);
  const squares = gramEntries(
    perEntry.map((error, k) => error * deviation[k] ** 2),
    n,
  );
  const of = (kind: keyof typeof errors): EntryError => {
    return { normalizedMse: mean(errors[kind]), rmse: Math.sqrt(mean(squares[kind])) };
  };
  return { normalizedMse: mean(perEntry), diagonal: of('diagonal'), offDiagonal: of('offDiagonal') };
}

/** 0 of no values. */
function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

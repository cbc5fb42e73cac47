import type * as Tf from '@tensorflow/tfjs';
import { InputError, requireFinite, requireInteger, requireKnownOptions, requireOneOf } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { gramSize, gramVectors } from '../motifs/gram';
import type { GramNormalizer } from '../motifs/normalizer';
import { permuteEnvironments } from '../motifs/permutations';
import { type PowerSpectrumOptions, powerSpectrum } from '../motifs/spectrum/powerSpectrum';
import type { Motifs } from '../motifs/types';
import type { Network, NetworkConfig } from './engines/engine';
import { byName, decode, encode, weightTensors } from './engines/tensorflowNetwork';
import { loadTensorFlow } from './engines/tensorflowRuntime';

/**
 * What an encoder reads of a motif: its Gram vector in whatever order the neighbors come ('gram'), in the order of their
 * distance ('sortedGram'), or its power spectrum, which knows no order.
 */
export type Representation = 'gram' | 'sortedGram' | 'powerSpectrum';

/**
 * What a decoder puts out: the Gram vector of the neighbors sorted by distance, whatever the encoder reads, or else what
 * the encoder reads ('gram': in the order it was read).
 */
export type RepresentationOutput = Representation;

/** All of {@link Representation}. */
export const REPRESENTATIONS: readonly Representation[] = ['gram', 'sortedGram', 'powerSpectrum'];

/** Motifs as `Environments` have them; `DecodedMotifs` are such. */
export type MotifPositions = Pick<Motifs, 'n' | 'length' | 'positions'>;

/** Shape of a network that reads a representation. */
export interface RepresentationConfig extends NetworkConfig {
  /** Numbers that the encoder reads. */
  inputs: number;
  /** Numbers that the decoder puts out. */
  outputs: number;
}

/** Mean and deviation of each number that the encoder reads. */
export interface InputScale {
  mean: Float64Array;
  deviation: Float64Array;
}

/** What {@link RepresentationVae} is made of. */
export interface RepresentationParts {
  representation: Representation;
  /** What the decoder puts out. */
  output: RepresentationOutput;
  config: RepresentationConfig;
  /** All weights, in the order of `parameterLayout`. */
  parameters: Float32Array;
  /** Of Gram vectors, in whatever order. */
  normalizer: GramNormalizer;
  /** Of the power spectrum. */
  scale: InputScale;
  spectrum: PowerSpectrumOptions;
}

/**
 * A variational autoencoder that reads a motif in one {@link Representation} and puts out the Gram vector of the
 * neighbors sorted by distance, so that models differ in what they read and in nothing else; or else what it reads.
 * Made by `trainRepresentation`; runs in TensorFlow.js.
 */
export class RepresentationVae {
  readonly representation: Representation;
  readonly output: RepresentationOutput;
  readonly config: Readonly<RepresentationConfig>;
  readonly parameters: Float32Array;
  readonly normalizer: GramNormalizer;
  /** Of each entry of the power spectrum; empty for a model that has none. */
  readonly scale: InputScale;
  readonly #parts: RepresentationParts;

  constructor(parts: RepresentationParts) {
    this.#parts = parts;
    this.representation = parts.representation;
    this.output = parts.output;
    this.config = parts.config;
    this.parameters = parts.parameters;
    this.normalizer = parts.normalizer;
    this.scale = parts.scale;
  }

  /**
   * Posterior of M motifs: mean and log-variance, M·latent each. Relabelling the neighbors of a motif changes it for
   * 'gram' only.
   *
   * @throws InputError for motifs of another n
   */
  encode(motifs: MotifPositions): { mean: Float32Array; logVariance: Float32Array } {
    requireMotifs(motifs, this.config.atoms, 'motifs');
    const rows = Float32Array.from(inputRows(this.#parts, motifs));
    if (rows.length === 0) return { mean: new Float32Array(0), logVariance: new Float32Array(0) };
    return this.#compute((tf, network) => {
      const weights = byName(network.config, weightTensors(tf, network));
      const { mean, logVariance } = encode(tf, network.config, weights, tf.tensor2d(rows, this.#shape(rows)));
      if (!logVariance) throw new Error('unreachable: these networks are variational');
      return { mean: mean.dataSync() as Float32Array, logVariance: logVariance.dataSync() as Float32Array };
    });
  }

  /**
   * Gram vectors of M latents, M·P, Å²; neighbors in the order of their distance unless the output is 'gram'.
   *
   * @throws InputError if the length is no multiple of the latent size, a number is not finite, or the model puts out
   *   power spectra
   */
  decode(latents: ArrayLike<number>): Float64Array {
    this.#requireOutput('gram', 'sortedGram');
    const rows = this.#output(latents);
    return this.normalizer.denormalize(rows, new Float64Array(rows.length));
  }

  /**
   * Power spectra of M latents, as `powerSpectrum` gives them; `motifsFromSpectra` makes atoms of them.
   *
   * @throws InputError as {@link decode} does, and for a model that puts out Gram vectors
   */
  decodeSpectra(latents: ArrayLike<number>): Float64Array {
    this.#requireOutput('powerSpectrum');
    const { mean, deviation } = this.scale;
    const size = mean.length;
    return Float64Array.from(this.#output(latents), (value, k) => value * deviation[k % size] + mean[k % size]);
  }

  #requireOutput(...wanted: RepresentationOutput[]): void {
    const { output } = this;
    if (!wanted.includes(output)) throw new InputError('model output', `'${output}'`, `'${wanted.join("' or '")}'`);
  }

  /** Output rows in normalized units. */
  #output(latents: ArrayLike<number>): Float32Array {
    const { latent } = this.config;
    requireFinite(latents, 'latents');
    if (latents.length % latent !== 0) {
      throw new InputError('latents length', String(latents.length), `a multiple of the latent size ${latent}`);
    }
    if (latents.length === 0) return new Float32Array(0);
    return this.#compute((tf, network) => {
      const weights = byName(network.config, weightTensors(tf, network));
      const z = tf.tensor2d(Float32Array.from(latents), [latents.length / latent, latent]);
      return decode(tf, network.config, weights, z).dataSync() as Float32Array;
    });
  }

  #shape(rows: Float32Array): [number, number] {
    return [rows.length / this.config.inputs, this.config.inputs];
  }

  #compute<T>(run: (tf: typeof Tf, network: Network) => T): T {
    const { tf } = loadTensorFlow();
    const { config, parameters, normalizer } = this;
    const network = { config, parameters, normalization: normalizer.normalization };
    return tf.tidy((() => run(tf, network)) as () => Tf.TensorContainer) as T;
  }
}

/** What the encoder reads of M motifs, in normalized units, M × inputs. */
export function inputRows(
  parts: Pick<RepresentationParts, 'representation' | 'normalizer' | 'scale' | 'spectrum'>,
  motifs: MotifPositions,
): Float64Array {
  const { representation, normalizer, scale, spectrum } = parts;
  if (representation === 'gram') return normalizer.normalize(gramVectors(motifs));
  if (representation === 'sortedGram') return normalizer.normalize(sortedGrams(motifs));
  const size = scale.mean.length;
  const rows = powerSpectrum(motifs.positions, motifs.n, spectrum);
  return rows.map((value, k) => (value - scale.mean[k % size]) / scale.deviation[k % size]);
}

/** Mean and deviation of each of `size` columns; a column of equal numbers gets the deviation 1. */
export function fitScale(rows: Float64Array, size: number): InputScale {
  const count = rows.length / size;
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  rows.forEach((value, k) => {
    mean[k % size] += value / count;
  });
  rows.forEach((value, k) => {
    square[k % size] += (value - mean[k % size]) ** 2 / count;
  });
  return {
    mean,
    deviation: square.map((variance, k) => (variance > (1e-10 * mean[k]) ** 2 ? Math.sqrt(variance) : 1)),
  };
}

/** Gram vectors of M motifs with their neighbors sorted by distance, M·P, Å². */
export function sortedGrams({ n: count, length, positions }: MotifPositions): Float64Array {
  const sorted = new Float64Array(positions.length);
  for (let m = 0; m < length; m++) {
    const motif = positions.subarray(3 * count * m, 3 * count * (m + 1));
    const square = (j: number): number => motif[3 * j] ** 2 + motif[3 * j + 1] ** 2 + motif[3 * j + 2] ** 2;
    const order = Array.from({ length: count }, (_, j) => j).sort((i, j) => square(i) - square(j));
    order.forEach((j, k) => {
      sorted.set(motif.subarray(3 * j, 3 * j + 3), 3 * (count * m + k));
    });
  }
  return gramVectors({ n: count, length, positions: sorted });
}

/** Throws InputError unless these are motifs of n neighbors. */
export function requireMotifs({ n: count, length, positions }: MotifPositions, n: number, place: string): void {
  if (count !== n) throw new InputError(`${place}.count`, String(count), `${n} neighbors in a motif`);
  requireInteger(length, `${place}.length`);
  if (positions.length !== 3 * n * length) {
    throw new InputError(`${place}.positions length`, String(positions.length), `M·n·3 = ${3 * n * length}`);
  }
  requireFinite(positions, `${place}.positions`);
}

/** What {@link representationError} gives. */
export interface RepresentationError {
  /** Mean squared error of all normalized entries of the Gram vector of sorted neighbors. */
  normalizedMse: number;
  /** The same of each motif. */
  perEnvironment: Float64Array;
}

/**
 * How well motifs survive encoding (posterior mean) and decoding to sorted Gram vectors: as `reconstructionError`. The
 * neighbors come in random order, drawn afresh `draws` times, which matters to 'gram'.
 *
 * @param options.draws default 8 for 'gram', else 1; `options.seed` default 0
 * @throws InputError for no motifs, those of another n, a bad option, or a model that puts out something else
 */
export function representationError(
  vae: RepresentationVae,
  environments: Motifs,
  options: { draws?: number; seed?: SeedOrRng } = {},
): RepresentationError {
  requireKnownOptions(options, ['draws', 'seed']);
  if (vae.output !== 'sortedGram') throw new InputError('model output', `'${vae.output}'`, "'sortedGram'");
  requireMotifs(environments, vae.config.atoms, 'environments');
  requireInteger(environments.length, 'environments.length', 1);
  const draws = requireInteger(options.draws ?? (vae.representation === 'gram' ? 8 : 1), 'option draws', 1);
  const rng = asRng(options.seed ?? 0);
  const size = gramSize(environments.n);
  const expected = vae.normalizer.normalize(sortedGrams(environments));
  const perEnvironment = new Float64Array(environments.length);
  for (let draw = 0; draw < draws; draw++) {
    const { mean } = vae.encode(permuteEnvironments(environments, 'all', rng));
    vae.normalizer.normalize(vae.decode(mean)).forEach((value, k) => {
      perEnvironment[Math.floor(k / size)] += (value - expected[k]) ** 2 / (draws * size);
    });
  }
  const normalizedMse = perEnvironment.reduce((sum, error) => sum + error, 0) / environments.length;
  return { normalizedMse, perEnvironment };
}

/** Returns `representation` if it is one, else throws InputError. */
export function requireRepresentation(representation: Representation): Representation {
  return requireOneOf(representation, REPRESENTATIONS, 'representation');
}

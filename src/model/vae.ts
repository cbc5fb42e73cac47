import {
  InputError,
  requireEngine,
  requireFinite,
  requireInteger,
  requireKnownOptions,
  requirePositive,
} from '../core/errors';
import { readText } from '../core/files';
import { coordinatesFromGrams } from '../motifs/coordinates';
import { gramVectors } from '../motifs/gram';
import { elementCodes, matchedLabels } from '../motifs/meanMotif';
import { coordinateScale, type GramNormalization, type GramNormalizer } from '../motifs/normalizer';
import { relabel } from '../motifs/permutations';
import { madeMotifs } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import type { Engine, NetworkConfig, VaeNetwork } from './engines/engine';
import { createEngine } from './engines/wasm';
import { initialParameters, requireNetworkConfig, requireSeed } from './parameters';
import { type LatentPrior, parseModel, type TrainingProvenance, writeModel } from './savedModel';

/** Options of {@link Vae.create}. */
export interface VaeOptions extends Partial<NetworkConfig> {
  /** Compute engine; default that of the library, in WebAssembly. */
  engine?: Engine;
  /** Seed of the initial weights; default 0. */
  seed?: number;
  /** Normalizer to use instead of one that training fits. */
  normalizer?: GramNormalizer;
}

/** Rows are read and returned as they are. */
export const UNSCALED: GramNormalization = {
  ...{ meanDiagonal: 0, deviationDiagonal: 1, meanOffDiagonal: 0, deviationOffDiagonal: 1 },
};

/** The talk's network: 36-28-18-8 and its mirror image. */
const defaults: NetworkConfig = {
  atoms: 8,
  hidden: [28, 18],
  latent: 8,
  decoder: 'gram',
  variational: true,
  activation: 'tanh',
};

/**
 * Variational autoencoder of Gram vectors (`variational: false`: a plain autoencoder) together with its normalizer.
 *
 * Takes and returns physical units: Gram entries in Å², coordinates in Å. Batches are flat, rows one after another.
 * With the option `rows` it is an autoencoder of any rows of numbers instead, such as power spectra, without a
 * normalizer.
 */
export class Vae {
  readonly config: Readonly<NetworkConfig>;
  /** All weights, in the order of `parameterLayout`. */
  parameters: Float32Array;
  /** Fitted by `trainVae`; null before. */
  normalizer: GramNormalizer | null;
  /**
   * Symbols of the n + 1 atoms of its motifs, row by row, the central one first; null before training, or if not
   * recorded.
   */
  species: readonly string[] | null = null;
  /**
   * The motif, n×3 in Å, on which each motif is laid to be labelled before it is encoded, so that the order of its
   * neighbors makes no difference; null for a model that reads them in the order they come in.
   */
  reference: Float64Array | null = null;
  /** Where latents are drawn from in place of N(0, 1); null unless `trainPrior` fitted it. */
  prior: LatentPrior | null = null;
  /** How it was trained; null before. */
  provenance: TrainingProvenance | null = null;
  /** Named results kept with the model; `trainVae` puts the last epoch's losses here. */
  metrics: Record<string, number> = {};
  #engine: Engine | undefined;

  private constructor(
    config: NetworkConfig,
    parameters: Float32Array,
    normalizer: GramNormalizer | null,
    engine: Engine | undefined,
  ) {
    this.config = config;
    this.parameters = parameters;
    this.normalizer = normalizer;
    this.#engine = requireEngine(engine);
  }

  /**
   * A network with fresh Glorot-uniform weights.
   *
   * @throws InputError naming the option that is wrong or unknown
   */
  static create(options: VaeOptions = {}): Vae {
    requireKnownOptions(options, [...Object.keys(defaults), 'rows', 'engine', 'seed', 'normalizer']);
    const { engine, seed = 0, normalizer = null, ...network } = options;
    const config = requireNetworkConfig({ ...defaults, ...network });
    if (normalizer && normalizer.atoms !== config.atoms) {
      throw new InputError('option normalizer', `one for ${normalizer.atoms} atoms`, `one for ${config.atoms}`);
    }
    return new Vae(config, initialParameters(config, requireSeed(seed)), normalizer, engine);
  }

  /**
   * The model that {@link save} wrote.
   *
   * @throws InputError naming the file and what differs if it is anything else
   */
  static load(file: string, options: { engine?: Engine } = {}): Vae {
    requireKnownOptions(options, ['engine']);
    return Vae.parse(readText(file), { ...options, source: file });
  }

  /**
   * The model of the text of a file that {@link save} wrote.
   *
   * @param options.source name of the text in messages; default 'text'
   * @throws InputError as {@link load} does
   */
  static parse(text: string, options: { engine?: Engine; source?: string } = {}): Vae {
    requireKnownOptions(options, ['engine', 'source']);
    const saved = parseModel(text, options.source ?? 'text');
    const vae = new Vae(saved.config, saved.parameters, saved.normalizer, options.engine);
    const { species, reference, prior, provenance, metrics } = saved;
    return Object.assign(vae, { species, reference, prior, provenance, metrics });
  }

  /**
   * Writes the model to one file, with its normalizer, provenance and metrics; throws InputError if it has no
   * normalizer.
   */
  save(file: string): void {
    const { config, parameters, species, reference, prior, provenance, metrics } = this;
    const normalizer = config.rows ? null : this.#requireNormalizer();
    writeModel(file, { config, parameters, normalizer, species, reference, prior, provenance, metrics });
  }

  /** The compute engine, loaded on first use. */
  get engine(): Engine {
    this.#engine ??= createEngine();
    return this.#engine;
  }

  /** The network as engines take it; shares the weights. Throws InputError if there is no normalizer yet. */
  network(): VaeNetwork {
    const { config, parameters } = this;
    const normalization = config.rows ? UNSCALED : this.#requireNormalizer().normalization;
    return { config, parameters, normalization };
  }

  /**
   * Posterior of M Gram vectors (or rows).
   *
   * @param grams M·P, Å² (M·inputs)
   * @returns mean and log-variance, M·latent each (log-variance zero for a plain autoencoder)
   * @throws InputError if the length is no multiple of P, an entry is not finite, or there is no normalizer
   */
  encode(grams: ArrayLike<number>): { mean: Float32Array; logVariance: Float32Array } {
    requireFinite(grams, 'grams');
    const normalized = this.#normalized(this.labelled(grams));
    if (grams.length === 0) return { mean: new Float32Array(0), logVariance: new Float32Array(0) };
    return this.engine.encode(this.network(), normalized);
  }

  /**
   * Gram vectors with the labels that the model reads: as given, or those that lay each motif best on
   * {@link reference}.
   *
   * @param grams M·P, Å²
   * @throws InputError if the length is no multiple of P
   */
  labelled(grams: ArrayLike<number>): ArrayLike<number> {
    if (!this.reference) return grams;
    const n = this.config.atoms;
    const { positions } = coordinatesFromGrams(grams, n);
    return gramVectors(labelledMotifs(this, madeMotifs({ n, length: positions.length / (3 * n), positions }, 'X')));
  }

  /**
   * Gram vectors of M latents: the decoder's output, or that of its coordinates (or rows, M·outputs).
   *
   * @param latents M·latent
   * @returns M·P, Å²
   * @throws InputError if the length is no multiple of the latent size, an entry is not finite, or there is no
   *   normalizer
   */
  decode(latents: ArrayLike<number>): Float64Array {
    if (this.config.rows) return Float64Array.from(this.#output(latents));
    if (this.config.decoder === 'gram') return this.#requireNormalizer().denormalize(this.#output(latents));
    const positions = this.decodePositions(latents);
    const count = this.config.atoms;
    return gramVectors({ positions, n: count, length: positions.length / (3 * count) });
  }

  /**
   * Coordinates of M latents, M·n·3 in Å, up to a rotation or reflection each (Cartesian decoder).
   *
   * @throws InputError as {@link decode} does, and for a Gram decoder
   */
  decodePositions(latents: ArrayLike<number>): Float64Array {
    if (this.config.decoder !== 'cartesian') {
      throw new InputError('decoder', "'gram'", "'cartesian' (or coordinatesFromGram of what decode gives)");
    }
    const scale = coordinateScale(this.#requireNormalizer().normalization);
    const output = this.#output(latents);
    const positions = new Float64Array(output.length);
    for (let k = 0; k < output.length; k++) positions[k] = scale * output[k];
    return positions;
  }

  #normalized(grams: ArrayLike<number>): Float32Array {
    const { rows } = this.config;
    if (!rows) return this.#requireNormalizer().normalize(grams, new Float32Array(grams.length));
    if (grams.length % rows.inputs !== 0) {
      throw new InputError('rows length', String(grams.length), `a multiple of ${rows.inputs}, the length of one`);
    }
    return Float32Array.from(grams);
  }

  #output(latents: ArrayLike<number>): Float32Array {
    requireFinite(latents, 'latents');
    if (latents.length % this.config.latent !== 0) {
      const expected = `a multiple of the latent size ${this.config.latent}`;
      throw new InputError('latents length', String(latents.length), expected);
    }
    const network = this.network();
    if (latents.length === 0) return new Float32Array(0);
    return this.engine.decode(network, Float32Array.from(latents));
  }

  #requireNormalizer(): GramNormalizer {
    if (!this.normalizer) throw new InputError('vae', 'no normalizer', 'a trained model, or the option normalizer');
    const { meanDiagonal } = this.normalizer.normalization;
    if (this.config.decoder === 'cartesian') requirePositive(meanDiagonal, 'normalizer.meanDiagonal');
    return this.normalizer;
  }
}

/** Throws {@link InputError} unless `environments` have the model's neighbors per environment. */
export function requireAtoms(vae: Vae, count: number, place: string): void {
  requireInteger(count, `${place}.count`, 1);
  if (count !== vae.config.atoms) {
    throw new InputError(`${place}.count`, String(count), `the model's ${vae.config.atoms} atoms per environment`);
  }
}

/** The motifs with the labels that the model reads: as they are, or those that lay each best on its reference. */
export function labelledMotifs({ reference, species }: Vae, motifs: Motifs): Motifs {
  return reference ? relabel(motifs, matchedLabels(motifs.positions, reference, species?.slice(1))) : motifs;
}

/** A number for the element of each of the n neighbors, the same for like ones; none if all are alike or unknown. */
export function neighborCodes({ species }: Vae): number[] | undefined {
  return elementCodes(species?.slice(1));
}

/** Throws {@link InputError} naming `place` unless a motif's symbols are those of the model's motifs. */
export function requireSameSpecies(row: readonly string[], expected: readonly string[], place: string): void {
  const wrong = expected.findIndex((symbol, k) => symbol !== row[k]);
  if (wrong < 0 && row.length === expected.length) return;
  throw new InputError(place, `motifs of ${row.join(' ')}`, `${expected.join(' ')}, as the model was trained on`);
}

import {
  anything,
  checked,
  entries,
  fields,
  inFile,
  integer,
  list,
  nullable,
  number,
  optional,
  text,
} from '../core/content';
import { InputError, requireKnownOptions } from '../core/errors';
import type { SeedOrRng } from '../core/random';
import { floatsFromBase64, floatsToBase64, readSealed, writeSealed } from '../model/sealed';
import type { Structure } from '../structures';
import type { CellCard } from './cellDefaults';
import { type GraphConfig, graphConfig, graphParameterCount, initialGraphParameters } from './graph/config';
import { createGraphEngine } from './graph/engine';
import { graphAround, type KnownAtoms, knownAtoms } from './graph/known';
import { atomGraph, type GraphEngine, type GraphEngineName } from './graph/network';

/** Options of {@link Denoiser.create}. */
export interface DenoiserOptions extends Partial<GraphConfig> {
  /** Compute engine, by name or one's own; default as `createGraphEngine` chooses. */
  engine?: GraphEngineName | GraphEngine;
  /** Of the initial parameters; default 0. */
  seed?: SeedOrRng;
}

/** How a denoiser was trained; kept in its file. */
export interface DenoiserProvenance {
  /** This library's version. */
  library: string;
  engine: GraphEngineName;
  /** Names of the cells. */
  train: string[];
  validation: string[];
  options: Record<string, unknown>;
  steps: number;
  /** What the cells were; missing in older files. */
  data?: CellCard[];
}

const CONTENT = fields({
  config: entries(anything),
  provenance: optional(
    nullable(
      fields({
        ...{ library: text, engine: text, train: list(text), validation: list(text) },
        ...{ options: entries(anything), steps: integer(0) },
      }),
    ),
  ),
  metrics: optional(entries(number)),
});

const FORMAT = 'glassy-motifs denoiser';
const VERSION = 1;

/**
 * Tells noise from structure: for atoms at x = x₀ + σ ε it estimates ε, so that x − σ ε̂ is where they are expected.
 *
 * −ε̂/σ is the score of the noisy distribution (Vincent, Neural Comput. 23, 1661 (2011), doi:10.1162/NECO_a_00142).
 * Each atom has a noise level of its own; those of level 0 are known and only looked at.
 */
export class Denoiser {
  readonly config: Readonly<GraphConfig>;
  /** All parameters of the network, in the order of `graphLayout`. */
  parameters: Float32Array;
  /** How it was trained; null before. */
  provenance: DenoiserProvenance | null = null;
  /** Named results kept with it, such as its losses. */
  metrics: Record<string, number> = {};
  readonly #choice: GraphEngineName | GraphEngine | undefined;
  #engine: GraphEngine | undefined;
  /** Those of the last call. */
  #known: KnownAtoms | undefined;

  private constructor(
    config: GraphConfig,
    parameters: Float32Array,
    engine: GraphEngineName | GraphEngine | undefined,
  ) {
    this.config = config;
    this.parameters = parameters;
    this.#choice = engine;
  }

  /** One with random parameters. Throws InputError naming the option that is wrong or unknown. */
  static create(options: DenoiserOptions = {}): Denoiser {
    entries(anything)(options, 'options');
    const { engine, seed = 0, ...network } = options;
    const config = graphConfig(network);
    return new Denoiser(config, initialGraphParameters(config, seed), engine);
  }

  /** The one that {@link save} wrote. Throws InputError naming the file and what differs if it is anything else. */
  static load(file: string, options: Pick<DenoiserOptions, 'engine'> = {}): Denoiser {
    requireKnownOptions(options, ['engine']);
    const content = checked<Record<string, unknown>>(readSealed(file, FORMAT, VERSION), CONTENT, file);
    const config = inFile(file, () => graphConfig(content.config as GraphConfig));
    const count = graphParameterCount(config);
    const parameters = floatsFromBase64(content.parameters, count, `${file}: parameters`);
    const denoiser = new Denoiser(config, parameters, options.engine);
    denoiser.provenance = (content.provenance ?? null) as DenoiserProvenance | null;
    denoiser.metrics = (content.metrics ?? {}) as Record<string, number>;
    return denoiser;
  }

  /** Writes one file, whole or not at all. */
  save(file: string): void {
    const { config, provenance, metrics, parameters } = this;
    writeSealed(file, FORMAT, VERSION, { config, provenance, metrics, parameters: floatsToBase64(parameters) });
  }

  /** What the network runs on; made on first use. */
  get engine(): GraphEngine {
    const choice = this.#choice;
    this.#engine ??= typeof choice === 'object' ? choice : createGraphEngine(this.config, undefined, choice);
    return this.#engine;
  }

  /**
   * ε̂ of each structure, N × 3; 0 for known atoms. The fewer atoms are noisy, the less is computed.
   *
   * @param noise for each structure, the noise level of each of its atoms, Å
   * @param known the first atoms of every structure, if these are known and the same in all: what they say among
   *   themselves is then computed in the first of all calls with them. Estimates are the same to the bit.
   * @throws InputError if lengths differ, or naming the atom whose element the network does not know or that is no
   *   known one
   */
  estimate(structures: readonly Structure[], noise: readonly Float32Array[], known?: Structure): Float32Array[] {
    if (noise.length !== structures.length) {
      throw new InputError('noise', `${noise.length} arrays`, `${structures.length}, one a structure`);
    }
    if (!known) {
      const graphs = structures.map((structure, k) => atomGraph(this.config, structure, noise[k]));
      return this.engine.predict(this.parameters, graphs);
    }
    const around = knownAtoms(this.config, known, this.#known);
    this.#known = around;
    const graphs = structures.map((structure, k) => graphAround(this.config, around, structure, noise[k]));
    return this.engine.predict(this.parameters, graphs, around.graph);
  }

  /** Ends the threads of the engine; unless that is one's own, they start again when needed. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
}

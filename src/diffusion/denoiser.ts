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
import { InputError, requireEngine, requireKnownOptions } from '../core/errors';
import { readText } from '../core/files';
import type { SeedOrRng } from '../core/random';
import { floatsFromBase64, floatsToBase64, parseSealed, writeSealed } from '../model/sealed';
import type { Structure } from '../structures';
import type { CellCard } from './cellDefaults';
import { type Conditions, conditionWidth, describeConditions, type GraphCondition } from './graph/conditions';
import {
  type GraphConfig,
  graphConfig,
  graphLayout,
  graphParameterCount,
  initialGraphParameters,
} from './graph/config';
import { FusedGraph } from './graph/fused';
import { graphAround, type KnownAtoms, knownAtoms } from './graph/known';
import { atomGraph, type GraphEngine } from './graph/network';

/** Options of {@link Denoiser.create}. */
export interface DenoiserOptions extends Partial<GraphConfig> {
  /** Compute engine; default that of the library, in WebAssembly, on all threads. */
  engine?: GraphEngine;
  /** Of the initial parameters; default 0. */
  seed?: SeedOrRng;
}

/** How a denoiser was trained; kept in its file. */
export interface DenoiserProvenance {
  /** This library's version. */
  library: string;
  engine: string;
  /** Names of the cells. */
  train: string[];
  validation: string[];
  options: Record<string, unknown>;
  steps: number;
  /** What the cells were; missing in older files. */
  data?: CellCard[];
  /** How the model was trained whose weights it began with; missing if they were random. */
  from?: DenoiserProvenance;
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
 * Estimates the noise in a structure: for atoms at x = x₀ + σ ε it estimates ε, so that they are expected at x − σ ε̂.
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
  readonly #choice: GraphEngine | undefined;
  #engine: GraphEngine | undefined;
  /** Those of the last call, with and without conditions. */
  readonly #known: Partial<Record<'conditional' | 'unconditional', KnownAtoms>> = {};
  readonly #conditions: Float32Array;
  #guidance = 1;

  private constructor(
    config: GraphConfig,
    parameters: Float32Array,
    engine: GraphEngine | undefined,
    conditions?: Conditions,
  ) {
    this.config = config;
    this.parameters = parameters;
    this.#choice = requireEngine(engine);
    this.#conditions = describeConditions(config, conditions);
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
    return Denoiser.parse(readText(file), { ...options, source: file });
  }

  /**
   * The one of the text of a file that {@link save} wrote.
   *
   * @param options.source name of the text in messages; default 'text'
   * @throws InputError as {@link load} does
   */
  static parse(text: string, options: Pick<DenoiserOptions, 'engine'> & { source?: string } = {}): Denoiser {
    requireKnownOptions(options, ['engine', 'source']);
    const file = options.source ?? 'text';
    const content = checked<Record<string, unknown>>(parseSealed(text, file, FORMAT, VERSION), CONTENT, file);
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

  /**
   * This denoiser for cells made under these conditions, with the same engine and parameters; itself if it knows none.
   *
   * @param guidance w of classifier-free guidance (Ho & Salimans, arXiv:2207.12598),
   *   ε̂ = ε̂_unconditional + w (ε̂_conditional − ε̂_unconditional); at 1, the default, the network is called once,
   *   else twice
   * @throws InputError naming a condition that is unknown, missing or out of its range, or the guidance
   */
  under(conditions: Conditions, guidance = 1): Denoiser {
    if (!Number.isFinite(guidance)) throw new InputError('option guidance', String(guidance), 'a finite number');
    describeConditions(this.config, conditions);
    if (conditionWidth(this.config) === 0) return this;
    const denoiser = new Denoiser(this.config, this.parameters, this.engine, conditions);
    denoiser.#guidance = guidance;
    return denoiser;
  }

  /**
   * The same network with conditions to learn, at first without effect. Throws InputError naming the one that is none.
   */
  withConditions(conditions: GraphCondition[]): Denoiser {
    const config = graphConfig({ ...this.config, conditions });
    const parameters = new Float32Array(graphParameterCount(config));
    const before = graphLayout(this.config);
    graphLayout(config).forEach(({ offset }, k) => {
      // Those of conditions are the last rows of a block.
      const { offset: from, rows, columns } = before[k];
      parameters.set(this.parameters.subarray(from, from + rows * columns), offset);
    });
    const denoiser = new Denoiser(config, parameters, undefined);
    denoiser.provenance = this.provenance;
    return denoiser;
  }

  /** What the network runs on; made on first use. */
  get engine(): GraphEngine {
    this.#engine ??= this.#choice ?? new FusedGraph(this.config);
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
    const conditional = this.#estimate('conditional', structures, noise, known);
    if (this.#guidance === 1) return conditional;
    const unconditional = this.#estimate('unconditional', structures, noise, known);
    return unconditional.map((vectors, k) => vectors.map((v, i) => v + this.#guidance * (conditional[k][i] - v)));
  }

  #estimate(
    which: 'conditional' | 'unconditional',
    structures: readonly Structure[],
    noise: readonly Float32Array[],
    known?: Structure,
  ): Float32Array[] {
    const { config } = this;
    const conditions = which === 'conditional' ? this.#conditions : describeConditions(config);
    if (!known) {
      const graphs = structures.map((structure, k) => atomGraph(config, structure, noise[k], conditions));
      return this.engine.predict(this.parameters, graphs);
    }
    const around = knownAtoms(config, known, this.#known[which], conditions);
    this.#known[which] = around;
    const graphs = structures.map((structure, k) => graphAround(config, around, structure, noise[k], conditions));
    return this.engine.predict(this.parameters, graphs, around.graph);
  }

  /** Ends the threads of the engine; unless that is one's own, they start again when needed. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
}

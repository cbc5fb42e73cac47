import { InputError } from '../../core/errors';
import type { SeedOrRng } from '../../core/random';
import type { Structure } from '../../structures';
import { type GraphConfig, graphConfig, graphParameterCount, initialGraphParameters } from '../graph/config';
import { createGraphEngine } from '../graph/engine';
import { atomGraph, type GraphEngine } from '../graph/network';
import { floatsFromBase64, floatsToBase64, readSealed, writeSealed } from '../sealed';

/** How a denoiser was trained; kept in its file. */
export interface DenoiserProvenance {
  /** This library's version. */
  library: string;
  engine: GraphEngine['name'];
  /** Names of the cells. */
  train: string[];
  validation: string[];
  options: Record<string, unknown>;
  steps: number;
}

const FORMAT = 'glassy-motifs denoiser';
const VERSION = 1;

/**
 * Tells noise from structure: for atoms at x = x₀ + σ ε it estimates ε, so that x − σ ε̂ is where they are expected.
 *
 * −ε̂/σ is the score of the noisy distribution (Vincent, Neural Comput. 23, 1661 (2011), doi:10.1162/NECO_a_00142). Each
 * atom has a noise level of its own; those of level 0 are known and only looked at.
 */
export class Denoiser {
  readonly config: GraphConfig;
  parameters: Float32Array;
  provenance: DenoiserProvenance | null = null;
  /** Losses and what else was measured of it. */
  metrics: Record<string, number> = {};
  #engine: GraphEngine | undefined;

  private constructor(config: GraphConfig, parameters: Float32Array) {
    this.config = config;
    this.parameters = parameters;
  }

  /** A new one with random parameters. Throws InputError naming a wrong option. */
  static create(options: Partial<GraphConfig> & { seed?: SeedOrRng } = {}): Denoiser {
    const { seed = 0, ...rest } = options;
    const config = graphConfig(rest);
    return new Denoiser(config, initialGraphParameters(config, seed));
  }

  /** From a file that {@link Denoiser.save} wrote. Throws InputError naming the file and what differs. */
  static load(file: string): Denoiser {
    const content = readSealed(file, FORMAT, VERSION) as Record<string, unknown> | null;
    if (typeof content?.config !== 'object' || !content.config) {
      throw new InputError(file, 'no network configuration', 'config and parameters');
    }
    const config = graphConfig(content.config as GraphConfig);
    const count = graphParameterCount(config);
    const denoiser = new Denoiser(config, floatsFromBase64(content.parameters, count, `${file}: parameters`));
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
    this.#engine ??= createGraphEngine(this.config);
    return this.#engine;
  }

  /**
   * ε̂ of each structure, N × 3, in single precision; that of known atoms means nothing.
   *
   * @param noise for each structure, the noise level of each of its atoms, Å
   */
  estimate(structures: readonly Structure[], noise: readonly Float32Array[]): Float32Array[] {
    const graphs = structures.map((structure, k) => atomGraph(this.config, structure, noise[k]));
    return this.engine.predict(this.parameters, graphs);
  }

  /** Ends the threads of the engine; it starts again when needed. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
}

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
import { InputError, requireFinite } from '../core/errors';
import { sha256 } from '../core/sha256';
import { GramNormalizer } from '../motifs/normalizer';
import { type NetworkConfig, parameterCount } from './engines/engine';
import { requireNetworkConfig } from './parameters';
import { floatsFromBase64, floatsToBase64, parseSealed, writeSealed } from './sealed';

/** Which environments a model saw. */
export interface DataProvenance {
  /** Names of the cells, as the caller gave them. */
  cells: string[];
  environments: number;
  /** SHA-256 of the positions' bytes. */
  sha256: string;
}

/** What a model keeps of the environments it saw. */
export function describeEnvironments(
  environments: { length: number; positions: Float64Array },
  cells: string[] = [],
): DataProvenance {
  const { buffer, byteOffset, byteLength } = environments.positions;
  return { cells, environments: environments.length, sha256: sha256(new Uint8Array(buffer, byteOffset, byteLength)) };
}

/** How a model was trained. */
export interface TrainingProvenance {
  /** This library's version. */
  library: string;
  /** Name of the engine; not its description, whose number of threads is the machine's and changes no result. */
  engine: string;
  train: DataProvenance;
  validation: DataProvenance | null;
  /** The options of training, defaults filled in. */
  options: Record<string, unknown>;
  epochs: number;
  steps: number;
}

/**
 * A distribution of latents learned from those of the training motifs: a network that denoises them, of rows in units
 * of their deviations and the level of noise.
 */
export interface LatentPrior {
  network: NetworkConfig;
  parameters: Float32Array;
  /** Of each latent, over the training motifs. */
  mean: number[];
  deviation: number[];
}

/** Content of a saved model. */
export interface SavedModel {
  config: NetworkConfig;
  parameters: Float32Array;
  /** Null for a network of rows. */
  normalizer: GramNormalizer | null;
  /** Symbols of the atoms of its motifs; null if not recorded. */
  species: readonly string[] | null;
  /** n×3, Å; null where labels are not matched. */
  reference: Float64Array | null;
  /** Null for N(0, 1). */
  prior: LatentPrior | null;
  provenance: TrainingProvenance | null;
  metrics: Record<string, number>;
}

const DATA = fields({ cells: list(text), environments: integer(0), sha256: text });
const PROVENANCE = fields({
  ...{ library: text, engine: text, train: DATA, validation: nullable(DATA) },
  ...{ options: entries(anything), epochs: integer(0), steps: integer(0) },
});
const CONTENT = fields({
  config: entries(anything),
  species: optional(nullable(list(text))),
  reference: optional(list(number)),
  prior: optional(fields({ network: entries(anything), mean: list(number), deviation: list(number) })),
  provenance: optional(nullable(PROVENANCE)),
  metrics: optional(entries(number)),
});

const FORMAT = 'glassy-motifs model';
const VERSION = 1;

/** Writes a model to one JSON file. */
export function writeModel(file: string, model: SavedModel): void {
  const { parameters, normalizer, reference, prior, ...rest } = model;
  requireFinite(parameters, 'parameters');
  writeSealed(file, FORMAT, VERSION, {
    ...rest,
    ...(reference && { reference: Array.from(reference) }),
    ...(prior && { prior: { ...prior, parameters: floatsToBase64(prior.parameters) } }),
    normalizer: normalizer?.toJSON() ?? null,
    parameters: floatsToBase64(parameters),
  });
}

/** The model that {@link writeModel} wrote as this text. Throws {@link InputError} naming the file and what differs. */
export function parseModel(text: string, file: string): SavedModel {
  const content = checked<Record<string, unknown>>(parseSealed(text, file, FORMAT, VERSION), CONTENT, file);
  const config = requireNetworkConfig(content.config as NetworkConfig, `${file}:`);
  const normalizer = config.rows ? null : inFile(file, () => GramNormalizer.fromJSON(content.normalizer));
  if (normalizer && normalizer.atoms !== config.atoms) {
    throw new InputError(file, `a normalizer for ${normalizer.atoms} atoms`, `one for ${config.atoms}`);
  }
  return {
    config,
    normalizer,
    parameters: floatsFromBase64(content.parameters, parameterCount(config), `${file}: parameters`),
    species: requireSymbols(content.species ?? null, config.atoms, file),
    reference: requireReference(content.reference as number[] | undefined, config.atoms, file),
    prior: requirePrior(content.prior as Record<string, unknown> | undefined, config.latent, `${file}: prior`),
    provenance: (content.provenance ?? null) as TrainingProvenance | null,
    metrics: (content.metrics ?? {}) as Record<string, number>,
  };
}

function requireReference(reference: number[] | undefined, atoms: number, file: string): Float64Array | null {
  if (reference === undefined) return null;
  list(number, 3 * atoms)(reference, `${file}: reference`);
  return Float64Array.from(reference);
}

function requirePrior(prior: Record<string, unknown> | undefined, latent: number, place: string): LatentPrior | null {
  if (prior === undefined) return null;
  const network = requireNetworkConfig(prior.network as NetworkConfig, `${place}.network`);
  integer(latent, latent)(network.rows?.outputs, `${place}.network.rows.outputs`);
  const [mean, deviation] = [prior.mean as number[], prior.deviation as number[]];
  list(number, latent)(mean, `${place}.mean`);
  list(number, latent)(deviation, `${place}.deviation`);
  const parameters = floatsFromBase64(prior.parameters, parameterCount(network), `${place}.parameters`);
  return { network, parameters, mean, deviation };
}

function requireSymbols(species: unknown, atoms: number, file: string): string[] | null {
  if (species === null) return null;
  const valid = Array.isArray(species) && species.length === atoms + 1 && species.every((s) => typeof s === 'string');
  if (!valid) throw new InputError(`${file}: species`, JSON.stringify(species), `${atoms + 1} chemical symbols`);
  return species as string[];
}

import { InputError } from '../core/errors';
import { GramNormalizer } from '../motifs/normalizer';
import { type EngineName, type NetworkConfig, parameterCount } from './engines/engine';
import { requireNetworkConfig } from './parameters';
import { floatsFromBase64, floatsToBase64, readSealed, sha256, writeSealed } from './sealed';

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
  engine: EngineName;
  train: DataProvenance;
  validation: DataProvenance | null;
  /** The options of training, defaults filled in. */
  options: Record<string, unknown>;
  epochs: number;
  steps: number;
}

/** Content of a saved model. */
export interface SavedModel {
  config: NetworkConfig;
  parameters: Float32Array;
  /** Null for a network of rows. */
  normalizer: GramNormalizer | null;
  /** Symbols of the atoms of its motifs; null if not recorded. */
  species: readonly string[] | null;
  provenance: TrainingProvenance | null;
  metrics: Record<string, number>;
}

const FORMAT = 'glassy-motifs model';
const VERSION = 1;

/** Writes a model to one JSON file. */
export function writeModel(file: string, model: SavedModel): void {
  const { parameters, normalizer, ...rest } = model;
  writeSealed(file, FORMAT, VERSION, {
    ...rest,
    normalizer: normalizer?.toJSON() ?? null,
    parameters: floatsToBase64(parameters),
  });
}

/** Reads what {@link writeModel} wrote. Throws {@link InputError} naming the file and what differs. */
export function readModel(file: string): SavedModel {
  const content = readSealed(file, FORMAT, VERSION) as Record<string, unknown> | null;
  if (typeof content !== 'object' || content === null || typeof content.config !== 'object' || !content.config) {
    throw new InputError(file, 'no network configuration', 'config, normalizer and parameters');
  }
  const config = requireNetworkConfig(content.config as NetworkConfig, `${file}:`);
  const normalizer = config.rows ? null : GramNormalizer.fromJSON(content.normalizer);
  if (normalizer && normalizer.atoms !== config.atoms) {
    throw new InputError(file, `a normalizer for ${normalizer.atoms} atoms`, `one for ${config.atoms}`);
  }
  return {
    config,
    normalizer,
    parameters: floatsFromBase64(content.parameters, parameterCount(config), `${file}: parameters`),
    species: requireSymbols(content.species ?? null, config.atoms, file),
    provenance: (content.provenance ?? null) as TrainingProvenance | null,
    metrics: (content.metrics ?? {}) as Record<string, number>,
  };
}

function requireSymbols(species: unknown, atoms: number, file: string): string[] | null {
  if (species === null) return null;
  const valid = Array.isArray(species) && species.length === atoms + 1 && species.every((s) => typeof s === 'string');
  if (!valid) throw new InputError(`${file}: species`, JSON.stringify(species), `${atoms + 1} chemical symbols`);
  return species as string[];
}

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

const DATA = fields({ cells: list(text), environments: integer(0), sha256: text });
const PROVENANCE = fields({
  ...{ library: text, engine: text, train: DATA, validation: nullable(DATA) },
  ...{ options: entries(anything), epochs: integer(0), steps: integer(0) },
});
const CONTENT = fields({
  config: entries(anything),
  species: optional(nullable(list(text))),
  provenance: optional(nullable(PROVENANCE)),
  metrics: optional(entries(number)),
});

const FORMAT = 'glassy-motifs model';
const VERSION = 1;

/** Writes a model to one JSON file. */
export function writeModel(file: string, model: SavedModel): void {
  const { parameters, normalizer, ...rest } = model;
  requireFinite(parameters, 'parameters');
  writeSealed(file, FORMAT, VERSION, {
    ...rest,
    normalizer: normalizer?.toJSON() ?? null,
    parameters: floatsToBase64(parameters),
  });
}

/** Reads what {@link writeModel} wrote. Throws {@link InputError} naming the file and what differs. */
export function readModel(file: string): SavedModel {
  const content = checked<Record<string, unknown>>(readSealed(file, FORMAT, VERSION), CONTENT, file);
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

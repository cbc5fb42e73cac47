import { list, number, text } from '../../core/content';
import { InputError, requireInteger, requireKnownOptions, requireOneOf, requirePositive } from '../../core/errors';
import { asRng, type SeedOrRng } from '../../core/random';
import { conditionWidth, type GraphCondition, requireConditions } from './conditions';

/** Shape of an equivariant graph network; all of it is data. */
export interface GraphConfig {
  /** Chemical symbols of the network, in the order of their embeddings; no default. */
  species: string[];
  /** Channels of each degree, a multiple of 8. */
  channels: number;
  /** Rounds of messages. */
  layers: number;
  /** Highest degree of the features; the kernels are written out for 2. */
  lMax: 2;
  /** Å; atoms send messages to atoms closer than this. */
  cutoff: number;
  /** Radial functions. */
  radial: number;
  /** Gaussians in ln σ that describe an atom's noise level. */
  noiseLevels: number;
  /** Smallest and largest noise level, Å. */
  noiseRange: [number, number];
  /** Usual number of neighbors, by whose square root messages are divided. */
  neighbors: number;
  /** What the cells were made under, if the network learns it; absent for none. */
  conditions?: GraphCondition[];
}

const DEFAULTS: GraphConfig = {
  species: [],
  channels: 32,
  layers: 4,
  lMax: 2,
  cutoff: 5,
  radial: 8,
  noiseLevels: 16,
  noiseRange: [0.02, 3],
  neighbors: 20,
};

/** A block of parameters, a row-major matrix (vectors are 1 × columns). */
export interface GraphBlock {
  name: string;
  rows: number;
  columns: number;
  offset: number;
  /** Standard deviation of its initial values. */
  deviation: number;
}

/** Degrees of a path: of the sender's features, of the edge's harmonics, of the message. */
export type Path = readonly [number, number, number];

/** Options filled in and checked. Throws {@link InputError} naming the option. */
export function graphConfig(options: Partial<GraphConfig> = {}): GraphConfig {
  requireKnownOptions(options, [...Object.keys(DEFAULTS), 'conditions']);
  const config = { ...DEFAULTS, ...options };
  requireInteger(config.channels, 'option channels', 8, 1024);
  if (config.channels % 8 !== 0) throw new InputError('option channels', `${config.channels}`, 'a multiple of 8');
  requireInteger(config.layers, 'option layers', 1, 64);
  requireOneOf(String(config.lMax), ['2'], 'option lMax');
  requirePositive(config.cutoff, 'option cutoff');
  requireInteger(config.radial, 'option radial', 1, 256);
  requireInteger(config.noiseLevels, 'option noiseLevels', 2, 256);
  requirePositive(config.neighbors, 'option neighbors');
  requireRange(config.noiseRange);
  requireConditions(config);
  list(text)(config.species, 'option species');
  if (config.species.length === 0) throw new InputError('option species', '[]', 'chemical symbols');
  return config;
}

function requireRange(range: [number, number]): void {
  list(number, 2)(range, 'option noiseRange');
  const [low, high] = range;
  if (!(low > 0 && high > low)) {
    throw new InputError('option noiseRange', JSON.stringify(range) ?? 'undefined', 'two rising numbers above 0');
  }
}

/** Paths of layer `layer` (from 0), in the order of their filters; the first layer sends scalars only. */
export function pathsOf(layer: number): readonly Path[] {
  return layer === 0 ? PATHS.filter(([sender]) => sender === 0) : PATHS;
}

/** All of even parity: reflections leave scalars and Y₂ as they are and turn vectors. */
const PATHS: readonly Path[] = [
  [0, 0, 0],
  [1, 1, 0],
  [2, 2, 0],
  [0, 1, 1],
  [1, 0, 1],
  [1, 2, 1],
  [2, 1, 1],
  [0, 2, 2],
  [1, 1, 2],
  [2, 0, 2],
  [2, 2, 2],
];

/** Every block of parameters in its place. */
export function graphLayout(config: GraphConfig): GraphBlock[] {
  const { channels: F, lMax, radial } = config;
  const noise = noiseWidth(config);
  const blocks: GraphBlock[] = [];
  let offset = 0;
  const add = (name: string, rows: number, columns: number, deviation: number): void => {
    blocks.push({ name, rows, columns, offset, deviation });
    offset += Math.ceil((rows * columns) / 4) * 4;
  };
  add('embedding', config.species.length, F, 1);
  add('noise', noise, F, 1);
  add('output', 1, F, 1 / Math.sqrt(F));
  for (let t = 0; t < config.layers; t++) {
    const paths = pathsOf(t);
    const highest = t === 0 ? 0 : lMax;
    add(`${t}.radial`, radial, paths.length * F, 0.7 / Math.sqrt((radial * paths.length) / (lMax + 1)));
    for (let l = 0; l <= highest; l++) add(`${t}.mix${l}`, F, F, 1 / Math.sqrt(F));
    for (let l = 1; l <= lMax; l++) add(`${t}.left${l}`, F, F, 1 / Math.sqrt(F));
    for (let l = 1; l <= lMax; l++) add(`${t}.right${l}`, F, F, 1 / Math.sqrt(F));
    add(`${t}.hidden`, (1 + lMax) * F, 2 * F, 1 / Math.sqrt((1 + lMax) * F));
    add(`${t}.hiddenNoise`, noise, 2 * F, 0.5);
    add(`${t}.hiddenBias`, 1, 2 * F, 0);
    add(`${t}.gates`, 2 * F, (1 + lMax) * F, 0.1 / Math.sqrt(F));
    add(`${t}.gateBias`, 1, (1 + lMax) * F, 0);
  }
  return blocks;
}

/** Number of parameters, padding included. */
export function graphParameterCount(config: GraphConfig): number {
  const blocks = graphLayout(config);
  const { rows, columns, offset } = blocks[blocks.length - 1];
  return offset + Math.ceil((rows * columns) / 4) * 4;
}

/** Normal initial parameters, scaled so that features keep their size from layer to layer. */
export function initialGraphParameters(config: GraphConfig, seed: SeedOrRng): Float32Array {
  const rng = asRng(seed);
  const parameters = new Float32Array(graphParameterCount(config));
  for (const { rows, columns, offset, deviation } of graphLayout(config)) {
    if (deviation === 0) continue;
    for (let k = 0; k < rows * columns; k++) parameters[offset + k] = deviation * rng.normal();
  }
  return parameters;
}

/** Numbers that describe the noise level and the conditions of an atom. */
export function noiseWidth(config: GraphConfig): number {
  return config.noiseLevels + 1 + conditionWidth(config);
}

/**
 * Description of noise levels, and after them of conditions, for the network: N × `noiseWidth`.
 *
 * Gaussians of ln σ at equal distances over the range, as wide as their distance; an atom that is known (σ = 0) has
 * none of them and a 1 in the last place.
 *
 * @param conditions of each atom as `describeConditions` returns them; open without
 */
export function describeNoise(
  config: GraphConfig,
  noise: ArrayLike<number>,
  conditions: Float32Array = new Float32Array(0),
): Float32Array {
  const { noiseLevels, noiseRange } = config;
  const [low, high] = noiseRange.map(Math.log);
  const step = (high - low) / (noiseLevels - 1);
  const width = noiseWidth(config);
  const open = conditionWidth(config);
  const rows = new Float32Array(noise.length * width);
  for (let i = 0; i < noise.length; i++) {
    const at = i * width;
    rows.set(conditions.subarray(i * open, (i + 1) * open), at + noiseLevels + 1);
    if (i > 0 && noise[i] === noise[i - 1]) rows.copyWithin(at, at - width, at - open);
    else if (noise[i] === 0) rows[at + noiseLevels] = 1;
    else
      for (let k = 0; k < noiseLevels; k++)
        rows[at + k] = Math.exp(-0.5 * ((Math.log(noise[i]) - low) / step - k) ** 2);
  }
  return rows;
}

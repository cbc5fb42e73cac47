import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { atomCount, distancesTo, nearestAtoms, type Structure } from '../structures';
import { cellConditions } from './cellDefaults';
import { keptCutter } from './cutCluster';
import { describeConditions } from './graph/conditions';
import type { GraphConfig } from './graph/config';
import { atomGraph, type GraphTarget } from './graph/network';

/** How cells are made noisy for training. */
export interface ExampleOptions {
  /** Share of examples in which all atoms are noisy at one level; the others have noisy regions among known atoms. */
  wholeShare?: number;
  /** Smallest and largest noise level of whole cells, Å. */
  wholeRange?: [number, number];
  /** Range in which half of the whole cells have their level: where the topology is decided. */
  focus?: [number, number];
  /** Smallest and largest noise level of a region, Å. */
  regionRange?: [number, number];
  /** Most atoms of a region. */
  regionAtoms?: number;
  /** Most regions in one cell. */
  regions?: number;
  /** Atoms of a ball cut from each larger cell, so that a step costs no more; 0, the default, for whole cells. */
  block?: number;
  /** Share of examples whose conditions are left open, so that the network can do without; default 0.15. */
  openShare?: number;
  /** Å from the surface of a ball to the atoms that count: those farther out lack bonds. */
  margin?: number;
}

const DEFAULTS: Required<ExampleOptions> = {
  wholeShare: 0.6,
  wholeRange: [0.02, 2],
  focus: [0.2, 1],
  regionRange: [0.05, 3],
  regionAtoms: 32,
  regions: 6,
  block: 0,
  openShare: 0.15,
  margin: 2,
};

/**
 * A cell of the given ones with noise, and what a denoiser should return for it: ε of x = x₀ + σ ε at noisy atoms.
 *
 * Variance-exploding noise (Song et al., ICLR 2021, arXiv:2011.13456), levels uniform in ln σ. If all atoms are noisy,
 * their mean displacement, which is undefined in a periodic cell, is not part of it. The squared error is the mean
 * over noisy atoms and axes. Of large cells a ball may stand for the whole (`block`): its estimates are those in the
 * cell for atoms whose surroundings within `layers` times the cutoff are in it.
 *
 * @throws InputError if there is no cell, or one without atoms, or naming the option that is wrong or unknown
 */
export function noisyExample(
  config: GraphConfig,
  cells: readonly Structure[],
  seed: SeedOrRng,
  options: ExampleOptions = {},
): GraphTarget {
  const rng = asRng(seed);
  const settings = resolve(options);
  if (cells.length === 0) throw new InputError('cells', 'none', 'at least one');
  const cell = cells[rng.integer(cells.length)];
  if (atomCount(cell) === 0) throw new InputError('cell', 'no atoms', 'at least one atom');
  const { part, counted } = partOf(cell, settings, rng);
  const whole = rng.uniform() < settings.wholeShare;
  const noise = whole ? wholeNoise(atomCount(part), settings, rng) : regionNoise(part, counted, settings, rng);
  return displaced(config, part, noise, rng, counted, conditionsOf(config, cell, settings, rng));
}

function conditionsOf(
  config: GraphConfig,
  cell: Structure,
  { openShare }: Required<ExampleOptions>,
  rng: Rng,
): Float32Array {
  const conditions = cellConditions(config, cell);
  return conditions.length > 0 && rng.uniform() < openShare ? describeConditions(config) : conditions;
}

/** The cell, or a ball around one of its atoms; the first atoms, nearest to that one, count. */
function partOf(
  cell: Structure,
  { block, margin }: Required<ExampleOptions>,
  rng: Rng,
): { part: Structure; counted: number } {
  const atoms = atomCount(cell);
  if (block === 0 || block >= atoms) return { part: cell, counted: atoms };
  const part = keptCutter(cell)(rng.integer(atoms), block - 1);
  const radii = distancesTo(part, [0, 0, 0]);
  const radius = radii[block - 1] - margin;
  return { part, counted: Math.max(1, radii.filter((r) => r <= radius).length) };
}

/**
 * The cell with each atom moved by its noise level times a normal vector, and those vectors as target.
 *
 * @param noise of each atom, Å; atoms of level 0 stay where they are and have no weight
 * @param counted how many of the first atoms have a weight; default all
 * @param conditions as `describeConditions` returns them; open without
 * @throws InputError naming the noise level that is none
 */
export function displaced(
  config: GraphConfig,
  cell: Structure,
  noise: Float32Array,
  rng: Rng,
  counted: number = atomCount(cell),
  conditions?: Float32Array,
): GraphTarget {
  const atoms = atomCount(cell);
  requireNoise(noise, atoms);
  const vectors = new Float32Array(3 * atoms);
  const noisyOf = (part: Float32Array): number => part.reduce((count, sigma) => count + Number(sigma > 0), 0);
  for (let i = 0; i < atoms; i++) if (noise[i] > 0) for (let c = 0; c < 3; c++) vectors[3 * i + c] = rng.normal();
  if (noisyOf(noise) === atoms) removeMean(vectors);
  const positions = cell.positions.map((x, k) => x + noise[Math.floor(k / 3)] * vectors[k]);
  const weight = 1 / (3 * noisyOf(noise.subarray(0, counted)));
  const weights = Float32Array.from(noise, (sigma, i) => (sigma > 0 && i < counted ? weight : 0));
  return { graph: atomGraph(config, { ...cell, positions }, noise, conditions), vectors, weights };
}

function requireNoise(noise: Float32Array, atoms: number): void {
  if (noise.length !== atoms) throw new InputError('noise', `${noise.length} numbers`, `${atoms}, one an atom`);
  const wrong = noise.findIndex((sigma) => !(sigma >= 0 && sigma < Infinity));
  if (wrong >= 0) throw new InputError(`noise[${wrong}]`, `${noise[wrong]}`, 'a finite number of at least 0');
}

function removeMean(vectors: Float32Array): void {
  const atoms = vectors.length / 3;
  for (let c = 0; c < 3; c++) {
    let mean = 0;
    for (let i = 0; i < atoms; i++) mean += vectors[3 * i + c] / atoms;
    for (let i = 0; i < atoms; i++) vectors[3 * i + c] -= mean;
  }
}

function wholeNoise(atoms: number, { wholeRange, focus }: Required<ExampleOptions>, rng: Rng): Float32Array {
  const [low, high] = rng.uniform() < 0.5 ? focus : wholeRange;
  return new Float32Array(atoms).fill(logUniform(low, high, rng));
}

/** Balls of the nearest atoms around random ones of those that count, each with a level of its own. */
function regionNoise(cell: Structure, counted: number, settings: Required<ExampleOptions>, rng: Rng): Float32Array {
  const atoms = atomCount(cell);
  const noise = new Float32Array(atoms);
  const regions = 1 + rng.integer(settings.regions);
  for (let r = 0; r < regions; r++) {
    const size = Math.min(atoms, Math.round(logUniform(0.6, settings.regionAtoms, rng)));
    const sigma = logUniform(settings.regionRange[0], settings.regionRange[1], rng);
    for (const i of nearestAtoms(cell, rng.integer(counted), Math.max(1, size))) noise[i] = sigma;
  }
  return noise;
}

function resolve(options: ExampleOptions): Required<ExampleOptions> {
  requireKnownOptions(options, Object.keys(DEFAULTS));
  const settings = { ...DEFAULTS, ...options };
  const { regionAtoms, regions } = settings;
  for (const name of ['wholeShare', 'openShare'] as const) {
    if (settings[name] >= 0 && settings[name] <= 1) continue;
    throw new InputError(`option ${name}`, String(settings[name]), 'a number from 0 to 1');
  }
  for (const name of ['wholeRange', 'focus', 'regionRange'] as const) {
    const [low, high] = settings[name] ?? [];
    if (low > 0 && high >= low && high < Infinity) continue;
    const found = JSON.stringify(settings[name]) ?? 'undefined';
    throw new InputError(`option ${name}`, found, 'a smallest and a largest level above 0');
  }
  requireInteger(regionAtoms, 'option regionAtoms', 1);
  requireInteger(regions, 'option regions', 1);
  if (settings.block !== 0) requireInteger(settings.block, 'option block', 2);
  if (!(settings.margin >= 0))
    throw new InputError('option margin', String(settings.margin), 'a distance of 0 Å or more');
  return settings;
}

function logUniform(low: number, high: number, rng: Rng): number {
  return low * (high / low) ** rng.uniform();
}

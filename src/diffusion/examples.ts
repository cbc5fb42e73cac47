import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { atomCount, nearestAtoms, type Structure } from '../structures';
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
}

const DEFAULTS: Required<ExampleOptions> = {
  wholeShare: 0.6,
  wholeRange: [0.02, 2],
  focus: [0.2, 1],
  regionRange: [0.05, 3],
  regionAtoms: 32,
  regions: 6,
};

/**
 * A cell of the given ones with noise, and what a denoiser should return for it: ε of x = x₀ + σ ε at noisy atoms.
 *
 * Variance-exploding noise (Song et al., ICLR 2021, arXiv:2011.13456), levels uniform in ln σ. If all atoms are noisy,
 * their mean displacement, which is undefined in a periodic cell, is not part of it. The squared error is the mean
 * over noisy atoms and axes.
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
  const atoms = atomCount(cell);
  if (atoms === 0) throw new InputError('cell', 'no atoms', 'at least one atom');
  const whole = rng.uniform() < settings.wholeShare;
  const noise = whole ? wholeNoise(atoms, settings, rng) : regionNoise(cell, settings, rng);
  return displaced(config, cell, noise, rng);
}

/**
 * The cell with each atom moved by its noise level times a normal vector, and those vectors as target.
 *
 * @param noise of each atom, Å; atoms of level 0 stay where they are and have no weight
 * @throws InputError naming the noise level that is none
 */
export function displaced(config: GraphConfig, cell: Structure, noise: Float32Array, rng: Rng): GraphTarget {
  const atoms = atomCount(cell);
  requireNoise(noise, atoms);
  const vectors = new Float32Array(3 * atoms);
  const noisy = noise.reduce((count, sigma) => count + Number(sigma > 0), 0);
  for (let i = 0; i < atoms; i++) if (noise[i] > 0) for (let c = 0; c < 3; c++) vectors[3 * i + c] = rng.normal();
  if (noisy === atoms) removeMean(vectors);
  const positions = cell.positions.map((x, k) => x + noise[Math.floor(k / 3)] * vectors[k]);
  const weights = Float32Array.from(noise, (sigma) => (sigma > 0 ? 1 / (3 * noisy) : 0));
  return { graph: atomGraph(config, { ...cell, positions }, noise), vectors, weights };
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

/** Balls of the nearest atoms around random ones, each with a level of its own. */
function regionNoise(cell: Structure, settings: Required<ExampleOptions>, rng: Rng): Float32Array {
  const atoms = atomCount(cell);
  const noise = new Float32Array(atoms);
  const regions = 1 + rng.integer(settings.regions);
  for (let r = 0; r < regions; r++) {
    const size = Math.min(atoms, Math.round(logUniform(0.6, settings.regionAtoms, rng)));
    const sigma = logUniform(settings.regionRange[0], settings.regionRange[1], rng);
    for (const i of nearestAtoms(cell, rng.integer(atoms), Math.max(1, size))) noise[i] = sigma;
  }
  return noise;
}

function resolve(options: ExampleOptions): Required<ExampleOptions> {
  requireKnownOptions(options, Object.keys(DEFAULTS));
  const settings = { ...DEFAULTS, ...options };
  const { wholeShare, regionAtoms, regions } = settings;
  if (!(wholeShare >= 0 && wholeShare <= 1)) {
    throw new InputError('option wholeShare', String(wholeShare), 'a number from 0 to 1');
  }
  for (const name of ['wholeRange', 'focus', 'regionRange'] as const) {
    const [low, high] = settings[name] ?? [];
    if (low > 0 && high >= low && high < Infinity) continue;
    const found = JSON.stringify(settings[name]) ?? 'undefined';
    throw new InputError(`option ${name}`, found, 'a smallest and a largest level above 0');
  }
  requireInteger(regionAtoms, 'option regionAtoms', 1);
  requireInteger(regions, 'option regions', 1);
  return settings;
}

function logUniform(low: number, high: number, rng: Rng): number {
  return low * (high / low) ** rng.uniform();
}

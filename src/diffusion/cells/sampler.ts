import { InputError, requireInteger, requireKnownOptions, requireOneOf } from '../../core/errors';
import type { Rng } from '../../core/random';
import { atomCount, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';

const SAMPLERS = ['ancestral', 'flow', 'chain'] as const;

/** How structures go from one noise level to the next. */
export type Sampler = (typeof SAMPLERS)[number];

/** How noise is taken away. */
export interface SamplerOptions {
  /** Calls of the model; default 100. */
  steps?: number;
  /** Noise levels of the first and the last call, Å; default 1.5 and 0.03. */
  noise?: [number, number];
  /** All noise levels, falling, in place of `steps` and `noise`; the last call leads to 0. */
  levels?: ArrayLike<number>;
  /**
   * 'ancestral' (default) draws new noise in each step; 'flow' follows the probability flow, which is deterministic and
   * needs fewer steps; 'chain' denoises fully and draws all noise anew in each step, and finds by far the best networks
   * of bonds, given some hundred steps at levels around 0.5 Å, such as 600 from 0.7 to 0.2 Å.
   */
  sampler?: Sampler;
  /** Called with the structures after each step; returns false to stop. */
  onStep?: (step: number, structures: readonly Structure[], sigma: number) => boolean | undefined;
}

/** Atoms to be found in a structure; the others are known and stay where they are. */
export interface SamplerStart {
  /** Free atoms at places with noise of the first level. */
  structure: Structure;
  /** 1 for free atoms, 0 for known ones, N. */
  free: Uint8Array;
  rng: Rng;
}

/** Longest ε̂ that is believed: of normal vectors 2 in 10⁴ are longer; estimates are, by the model's mistakes. */
const LONGEST = 4.4;

const NAMES = ['steps', 'noise', 'levels', 'sampler', 'onStep'];

/** Options filled in and checked. Throws {@link InputError} naming the option. */
function samplerSettings(options: SamplerOptions): { levels: Float64Array; sampler: Sampler } {
  requireKnownOptions(options, NAMES);
  const sampler = requireOneOf(options.sampler ?? 'ancestral', SAMPLERS, 'option sampler');
  if (options.levels !== undefined) return { levels: fallingLevels(options.levels), sampler };
  const steps = requireInteger(options.steps ?? 100, 'option steps', 1);
  const { noise = [1.5, 0.03] } = options;
  const [high, low]: number[] = Array.isArray(noise) ? noise : [];
  if (!(low > 0 && high >= low && high < Infinity)) {
    throw new InputError('option noise', JSON.stringify(noise), 'two levels above 0, the higher first');
  }
  return { levels: noiseSchedule(steps, [high, low]), sampler };
}

/** The levels and a 0 after them. */
function fallingLevels(levels: ArrayLike<number>): Float64Array {
  const all = Float64Array.from([...Array.from(levels), 0]);
  if (!(all[0] > 0 && all[0] < Infinity)) {
    throw new InputError('option levels', all.length > 1 ? `${all[0]} first` : 'none', 'finite levels above 0');
  }
  for (let k = 0; k + 1 < all.length; k++) {
    if (all[k] > all[k + 1]) continue;
    throw new InputError('option levels', `${all[k]} before ${all[k + 1]}`, 'falling levels above 0');
  }
  return all;
}

/** Noise levels in equal ratios from `high` to `low`, and then 0: steps + 1 numbers. */
export function noiseSchedule(steps: number, [high, low]: [number, number]): Float64Array {
  const levels = new Float64Array(steps + 1);
  for (let k = 0; k < steps; k++) levels[k] = high * (low / high) ** (steps === 1 ? 0 : k / (steps - 1));
  return levels;
}

/**
 * Takes the noise off free atoms, level by level; structures go through the levels side by side.
 *
 * From σ to σ′ an atom moves by (σ_d − σ) ε̂ and by σ_u times a normal vector: σ_u² = σ′² (σ² − σ′²)/σ² and
 * σ_d² = σ′² − σ_u² for the ancestral sampler (Song et al., ICLR 2021, arXiv:2011.13456), σ_u = 0 for the
 * probability flow.
 * The last step leads to the expected place.
 *
 * For the chain σ_u = σ′: x′ = D(x; σ) + σ′ ξ, the walk of a denoising autoencoder (Bengio et al., NeurIPS 2013,
 * arXiv:1305.6663), which takes wrong bonds back. At a fixed level it is a Langevin walk at half the temperature, since
 * D is the mean of the places that are possible and not one of them: it anneals more than the data were.
 *
 * @param known the first atoms of every start, if these are known and the same in all: saves time, and changes nothing
 * @returns the structures with the free atoms' new positions (not wrapped into the cell)
 * @throws InputError naming an option or structure that is wrong
 */
export function sampleStructures(
  denoiser: Denoiser,
  starts: readonly SamplerStart[],
  options: SamplerOptions = {},
  known?: Structure,
): Structure[] {
  const { levels, sampler } = samplerSettings(options);
  starts.forEach(({ structure, free }, k) => {
    if (free.length !== atomCount(structure)) {
      throw new InputError(`start ${k}`, `${free.length} marks of free atoms`, `${atomCount(structure)}`);
    }
  });
  const structures = starts.map(({ structure }) => ({ ...structure, positions: structure.positions.slice() }));
  for (let step = 0; step + 1 < levels.length; step++) {
    const [sigma, next] = [levels[step], levels[step + 1]];
    const up = freshNoise(sampler, sigma, next);
    const down = Math.sqrt(next ** 2 - up ** 2);
    const marks = starts.map(({ free }) => new Float32Array(free).map((mark) => (mark ? sigma : 0)));
    const estimates = denoiser.estimate(structures, marks, known);
    structures.forEach(({ positions }, k) => {
      move(positions, starts[k], estimates[k], down - sigma, up);
    });
    if (options.onStep?.(step, structures, next) === false) break;
  }
  return structures;
}

/** The part of the noise at the next level that is drawn anew, Å. */
function freshNoise(sampler: Sampler, sigma: number, next: number): number {
  if (sampler === 'chain') return next;
  return sampler === 'flow' ? 0 : Math.sqrt(Math.max(0, next ** 2 * (1 - (next / sigma) ** 2)));
}

function move(
  positions: Float64Array,
  { free, rng }: SamplerStart,
  estimate: Float32Array,
  by: number,
  up: number,
): void {
  for (let i = 0; i < free.length; i++) {
    if (!free[i]) continue;
    const length = Math.hypot(estimate[3 * i], estimate[3 * i + 1], estimate[3 * i + 2]);
    const factor = length > LONGEST ? (by * LONGEST) / length : by;
    for (let c = 0; c < 3; c++) {
      positions[3 * i + c] += factor * estimate[3 * i + c] + (up > 0 ? up * rng.normal() : 0);
    }
  }
}

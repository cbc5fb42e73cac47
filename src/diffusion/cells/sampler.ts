import { InputError, requireInteger, requireKnownOptions, requireOneOf } from '../../core/errors';
import { noiseSchedule } from '../../core/noiseSchedule';
import type { Rng } from '../../core/random';
import { nextTurn } from '../../core/turn';
import { atomCount, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';

const SAMPLERS = ['chain', 'ancestral', 'flow'] as const;
/** The names of {@link Approach}. */
export const APPROACHES = ['chain', 'ancestral'] as const;

/** How structures go from one noise level to the next. */
export type Sampler = (typeof SAMPLERS)[number];

/** How the chain comes down to its window. */
export type Approach = (typeof APPROACHES)[number];

/**
 * Corrects a denoised structure before noise is added to it again: pulls it towards a measurement, or keeps it within
 * bounds.
 *
 * @param structure free atoms at their expected places; is not to be changed
 * @param sigma noise level that comes next, Å; 0 after the last call
 * @param index of the structure among those sampled together
 * @returns new positions of all atoms, N × 3, Å; those of known atoms are ignored
 */
export type Guide = (structure: Structure, sigma: number, index: number) => ArrayLike<number>;

/** How noise is taken away. */
export interface SamplerOptions {
  /** Calls of the model; default 1200. With more, silicon comes near the energy of real cells, and begins to order. */
  steps?: number;
  /**
   * Noise levels of the first and the last call, Å; default 0.6 and 0.03 for the chain, otherwise and for its ancestral
   * approach 1.5 and 0.03.
   */
  noise?: [number, number];
  /** For the chain, the levels between which bonds are decided, Å: nine calls in ten; default 0.45 and 0.24. */
  window?: [number, number];
  /**
   * For the chain, how it comes down to its window: 'chain' (default) in a tenth of the calls, 'ancestral' in half of
   * them. A chain walks below the temperature of the data (see `correlation`), and prefers some numbers of bonds and
   * sizes of rings; ancestral sampling does not. The window should then be low enough that the chain mends defects and
   * leaves those as they are: 0.15 to 0.05 Å for carbon, 0.42 to 0.28 Å with `correlation` −0.95 for silica.
   */
  approach?: Approach;
  /**
   * For the chain, the correlation ρ of an atom's noise in successive calls, above −1 and below 1; default −0.95, after
   * an ancestral approach 1/3, with several calls a step 0. Bonds feel (1 + ρ)/(2 − 2ρ) times the temperature of the
   * data: all of it for 1/3.
   */
  correlation?: number;
  /**
   * For the chain, calls of the model in each step; default 1. One call returns the mean of the possible positions;
   * more follow the probability flow to one of them, and walk nearer to the temperature of the data.
   */
  callsPerStep?: number;
  /** All noise levels, falling, in place of `steps` and `noise`; the last call leads to 0. */
  levels?: ArrayLike<number>;
  /**
   * 'chain' (default) denoises fully and draws all noise anew in each step, and so takes wrong bonds back; 'ancestral'
   * keeps part of the noise, needs fewer steps and ends in poorer networks of bonds; 'flow' follows the probability
   * flow, which draws nothing.
   */
  sampler?: Sampler;
  /** Corrects each denoised structure; what remains of its noise is added afterwards. */
  guide?: Guide;
  /** Called after each step; return false to stop. */
  onProgress?: (progress: SamplerProgress) => boolean | undefined;
  /** Stops after the step at hand once aborted. */
  signal?: { readonly aborted: boolean };
}

/** How far structures have come. */
export interface SamplerProgress {
  /** Calls of the model so far, and in all. */
  step: number;
  steps: number;
  /** Noise level reached, Å. */
  sigma: number;
  structures: readonly Structure[];
}

/** Calls of the model for one structure, unless said otherwise. */
export const DEFAULT_STEPS = 1200;

/** Names of the options of {@link SamplerOptions}. */
export const SAMPLER_OPTIONS = [
  'steps',
  'noise',
  'window',
  'approach',
  'correlation',
  'callsPerStep',
  'levels',
  'sampler',
  'guide',
  'onProgress',
  'signal',
] as const;

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
/** Calls in which the chain descends from its window to the last level, at most. */
const DESCENT = 8;
/** What an approach of the chain implies unless it is said otherwise. */
interface Usual {
  /** First and last noise level, Å; those of the ancestral approach are those of the other samplers too. */
  noise: [number, number];
  /** Share of the calls in which the chain comes down to its window. */
  share: number;
  /** Of an atom's noise in successive calls of the chain. */
  correlation: number;
}

const USUAL: Record<Approach, Usual> = {
  chain: { noise: [0.6, 0.03], share: 0.1, correlation: -0.95 },
  ancestral: { noise: [1.5, 0.03], share: 0.5, correlation: 1 / 3 },
};

interface Settings {
  levels: Float64Array;
  sampler: Sampler;
  /** Steps of ancestral sampling before those of the chain. */
  ancestral: number;
  correlation: number;
  callsPerStep: number;
  guide?: Guide;
}

/** Options filled in and checked. Throws {@link InputError} naming the option. */
function samplerSettings(options: SamplerOptions): Settings {
  requireKnownOptions(options, SAMPLER_OPTIONS);
  const sampler = requireOneOf(options.sampler ?? 'chain', SAMPLERS, 'option sampler');
  const callsPerStep = requireInteger(options.callsPerStep ?? 1, 'option callsPerStep', 1);
  const approach = requireOneOf(options.approach ?? 'chain', APPROACHES, 'option approach');
  const usual = sampler === 'chain' && callsPerStep === 1 ? USUAL[approach].correlation : 0;
  const { guide, correlation = usual } = options;
  for (const name of ['window', 'approach', 'correlation', 'callsPerStep'] as const) {
    if (options[name] === undefined || sampler === 'chain') continue;
    throw new InputError(`option ${name}`, `the sampler ${sampler}`, 'the chain');
  }
  if (!(Math.abs(correlation) < 1))
    throw new InputError('option correlation', `${correlation}`, 'above −1 and below 1');
  if (approach === 'ancestral' && callsPerStep > 1) {
    throw new InputError('option callsPerStep', `${callsPerStep} with an ancestral approach`, '1');
  }
  const window = levelPair(options.window ?? [0.45, 0.24], 'window');
  const levels = levelsOf(options, sampler === 'chain' ? { approach, window } : undefined, callsPerStep);
  const ancestral = approach === 'ancestral' ? levels.filter((level) => level > window[0]).length : 0;
  return { levels, sampler, ancestral, correlation, callsPerStep, guide };
}

/** @param chain how the chain walks; undefined for other samplers */
function levelsOf(
  options: SamplerOptions,
  chain: { approach: Approach; window: [number, number] } | undefined,
  callsPerStep: number,
): Float64Array {
  if (options.levels !== undefined) return fallingLevels(options.levels);
  const calls = requireInteger(options.steps ?? DEFAULT_STEPS, 'option steps', callsPerStep);
  const steps = Math.floor(calls / callsPerStep);
  const noise = levelPair(options.noise ?? USUAL[chain?.approach ?? 'ancestral'].noise, 'noise');
  return chain ? chainSchedule(steps, noise, chain.window, USUAL[chain.approach].share) : noiseSchedule(steps, noise);
}

function levelPair(given: [number, number], name: string): [number, number] {
  const [high, low]: number[] = Array.isArray(given) ? given : [];
  if (low > 0 && high >= low && high < Infinity) return [high, low];
  throw new InputError(`option ${name}`, JSON.stringify(given), 'two levels above 0, the higher first');
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

/**
 * Noise levels of the chain: a share of the calls (default a tenth) from `high` down to the window, at most 8 from
 * there to `low`, and all others within the window, each part in equal ratios; and then 0: steps + 1 numbers.
 *
 * Silicon's bonds are decided between 0.45 and 0.24 Å; above, the chain with independent noise is in equilibrium, and
 * below nothing changes any more. Fewer than 10 calls fall in equal ratios throughout.
 */
export function chainSchedule(
  steps: number,
  noise: [number, number],
  window: [number, number],
  share: number = USUAL.chain.share,
): Float64Array {
  const [high, low] = noise;
  const [begin, end] = [Math.min(high, window[0]), Math.max(low, window[1])];
  if (steps < 10 || begin <= end) return noiseSchedule(steps, noise);
  const approach = high > begin ? Math.ceil(share * steps) : 0;
  const descent = end > low ? Math.min(DESCENT, Math.floor(steps / 4)) : 0;
  return Float64Array.of(
    ...noiseSchedule(approach + 1, [high, begin]).subarray(0, approach),
    ...noiseSchedule(steps - approach - descent, [begin, end]).subarray(0, steps - approach - descent),
    ...noiseSchedule(descent + 1, [end, low]).subarray(1, descent + 1),
    0,
  );
}

/**
 * Takes the noise off free atoms, level by level; structures go through the levels side by side. Other tasks run
 * between the steps.
 *
 * From σ to σ′ an atom moves by (σ_d − σ) ε̂ and by σ_u times a normal vector. For the chain σ_d = 0 and σ_u = σ′:
 * x′ = D(x; σ) + σ′ ξ with the expected places D(x; σ) = x − σ ε̂, the walk of a denoising autoencoder (Bengio et al.,
 * NeurIPS 2013, arXiv:1305.6663). It goes on taking wrong bonds back as long as the level allows, which for silicon is
 * down to some 0.3 Å. The noise ξ′ = ρ ξ + √(1 − ρ²) η, with fresh η, has the correlation ρ with that of the call
 * before. At a fixed level this is a Langevin walk in which slow changes of the network of bonds feel
 * (1 + ρ)/(2 − 2ρ) times the temperature of the data, though the model always sees noise of the full size: half of it
 * for ρ = 0, since D is the mean of the possible places and not one of them, all of it for ρ = 1/3.
 *
 * Silicon cells of 1,200 calls with ρ = −0.95 and a window of 0.45 to 0.24 Å have 97 % four-fold atoms and bond angles
 * ± 11.7°, with ρ = 0 (and 0.36 to 0.24 Å) 96.6 % and ± 11.9°, with ρ = 1/3 (and 0.36 to 0.2 Å) 95.1 % and ± 12.9°:
 * means of 4, 6 and 2 cells. At no temperature are there as many five-rings as in the data. Silica and holes of 60
 * atoms gain nothing.
 *
 * With `callsPerStep` above 1 a step of the chain first goes down to σ/4 along the probability flow and only then
 * denoises fully, which leads to one of the possible places instead of their mean. Real cells that walk at 0.36 Å lose
 * their bonds in 50 steps of one call, slowly in steps of eight; cells made with two calls a step have more of the
 * five-rings of the data and more defects (notebook 10).
 *
 * Otherwise, and in an ancestral approach, σ_d² = σ′² − σ_u², where σ_u² = σ′² (σ² − σ′²)/σ² for the ancestral sampler
 * (Song et al., ICLR 2021, arXiv:2011.13456) and σ_u = 0 for the probability flow. The last step leads to the expected
 * places.
 *
 * @param known the first atoms of every start, if these are known and the same in all: saves time, and changes nothing
 * @returns the structures with the free atoms' new positions (not wrapped into the cell), noisy ones where it was
 *   stopped
 * @throws InputError naming an option or structure that is wrong
 */
export async function sampleStructures(
  denoiser: Denoiser,
  starts: readonly SamplerStart[],
  options: SamplerOptions = {},
  known?: Structure,
): Promise<Structure[]> {
  const { levels, sampler, ancestral, correlation, callsPerStep, guide } = samplerSettings(options);
  starts.forEach(({ structure, free }, k) => {
    if (free.length !== atomCount(structure)) {
      throw new InputError(`start ${k}`, `${free.length} marks of free atoms`, `${atomCount(structure)}`);
    }
  });
  const structures = starts.map(({ structure }) => ({ ...structure, positions: structure.positions.slice() }));
  const noise: (Float64Array | undefined)[] = [];
  for (let step = 0; step + 1 < levels.length; step++) {
    const [sigma, next] = [levels[step], levels[step + 1]];
    const walk = step < ancestral ? 'ancestral' : sampler;
    const up = freshNoise(walk, sigma, next);
    const kept = Math.sqrt(next ** 2 - up ** 2);
    const path = callsPerStep > 1 ? noiseSchedule(callsPerStep, [sigma, sigma / 4]) : [sigma, guide ? 0 : kept];
    let estimates: Float32Array[] = [];
    for (let call = 0; call < callsPerStep; call++) {
      const marks = starts.map(({ free }) => new Float32Array(free).map((mark) => (mark ? path[call] : 0)));
      estimates = denoiser.estimate(structures, marks, known);
      structures.forEach(({ positions }, k) => {
        denoise(positions, starts[k].free, estimates[k], path[call + 1] - path[call]);
      });
    }
    structures.forEach((structure, k) => {
      const { free, rng } = starts[k];
      if (guide) {
        follow(structure, free, guide(structure, next, k));
        denoise(structure.positions, free, estimates[k], kept);
      }
      if (up > 0) {
        noise[k] = nextNoise(step > ancestral ? noise[k] : undefined, free, correlation, rng);
        for (let c = 0; c < noise[k].length; c++) structure.positions[c] += up * noise[k][c];
      }
    });
    const [done, steps] = [step + 1, levels.length - 1].map((count) => count * callsPerStep);
    const progress = { step: done, steps, sigma: next, structures };
    if (options.onProgress?.(progress) === false || options.signal?.aborted) break;
    await nextTurn();
  }
  return structures;
}

/** The part of the noise at the next level that is drawn anew, Å. */
function freshNoise(sampler: Sampler, sigma: number, next: number): number {
  if (sampler === 'chain') return next;
  return sampler === 'flow' ? 0 : Math.sqrt(Math.max(0, next ** 2 * (1 - (next / sigma) ** 2)));
}

function denoise(positions: Float64Array, free: Uint8Array, estimate: Float32Array, by: number): void {
  for (let i = 0; i < free.length; i++) {
    if (!free[i]) continue;
    const length = Math.hypot(estimate[3 * i], estimate[3 * i + 1], estimate[3 * i + 2]);
    const factor = length > LONGEST ? (by * LONGEST) / length : by;
    for (let c = 3 * i; c < 3 * i + 3; c++) positions[c] += factor * estimate[c];
  }
}

function follow({ positions }: Structure, free: Uint8Array, guided: ArrayLike<number>): void {
  if (guided.length !== positions.length) {
    throw new InputError('option guide', `${guided.length} numbers`, `${positions.length}, three an atom`);
  }
  for (let c = 0; c < positions.length; c++) if (free[Math.floor(c / 3)]) positions[c] = guided[c];
}

/** Normal numbers for free atoms, of this correlation with those before, and 0 for known ones. */
function nextNoise(before: Float64Array | undefined, free: Uint8Array, correlation: number, rng: Rng): Float64Array {
  const fresh = before ? Math.sqrt(1 - correlation ** 2) : 1;
  return Float64Array.from({ length: 3 * free.length }, (_, c) =>
    free[Math.floor(c / 3)] ? correlation * (before?.[c] ?? 0) + fresh * rng.normal() : 0,
  );
}

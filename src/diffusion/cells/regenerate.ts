import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { createRng, type Rng } from '../../core/random';
import { atomCount, distancesTo, type Potential, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { bare } from './starts';
import { LAST_LEVEL, walkBack } from './walkBack';

/** Options of {@link regenerate}. */
export interface RegenerateOptions {
  /** Its energy is lowered; any object with the energies of atoms will do. */
  potential: Pick<Potential, 'energies'>;
  /** Rounds; default 25. */
  rounds?: number;
  /**
   * Noise levels to go back to, Å, drawn alike in the logarithm; default 0.3 to 0.45, below which nothing changes, and
   * above which the whole of a glass is made anew. Small regions stand 0.5 to 1.
   */
  noise?: [number, number];
  /** Radius of a region, Å; the whole structure at once if absent, which brings the most in the first rounds. */
  radius?: number;
  /** Calls of the model a round; default 6. */
  steps?: number;
  /** Temperature at the beginning, eV, falling linearly to 0; default 1. */
  temperature?: number;
  seed?: number;
  /** Called after each round; returns false to stop. */
  onRound?: (round: RegenerateRound) => boolean | undefined;
}

/** What one round did. */
export interface RegenerateRound {
  round: number;
  /** Regions that came back otherwise, and how many of them were kept so. */
  tried: number;
  accepted: number;
  /** eV/atom. */
  energy: number;
  structure: Structure;
}

const NAMES = ['potential', 'rounds', 'noise', 'radius', 'steps', 'temperature', 'seed', 'onRound'];
/** Å of held atoms between two regions of a round, so that either may be judged alone. */
const APART = 3.8;

/**
 * A search without dynamics: a structure is made somewhat noisy, denoised, and kept so or put back by Metropolis on the
 * energy; or regions of it about atoms of high energy, each by itself, with all surroundings held and in sight.
 *
 * As many regions as find room apart from each other are regenerated in one call. A walk-back of Bengio et al., NeurIPS
 * 2013, arXiv:1305.6663.
 *
 * @returns the structure as the last round left it, without what was known of it before except its name
 * @throws InputError naming the option, or if there are no atoms
 */
export function regenerate(denoiser: Denoiser, structure: Structure, options: RegenerateOptions): Structure {
  requireKnownOptions(options, NAMES);
  const settings = resolve(options);
  const rng = createRng(settings.seed);
  const [low, high] = settings.noise;
  const atoms = atomCount(structure);
  if (atoms === 0) throw new InputError('structure', 'no atoms', 'at least one atom');
  let current: Structure = { ...bare(structure), positions: structure.positions.slice() };
  let energies = settings.potential.energies(current);
  if (energies.length !== atoms) throw new InputError('option potential', `${energies.length} energies`, `${atoms}`);
  for (let round = 0; round < settings.rounds; round++) {
    const temperature = settings.temperature * (1 - round / settings.rounds);
    const regions = chooseRegions(current, energies, settings.radius, rng);
    const sigma = low * (high / low) ** rng.uniform();
    const proposal = walkBack(denoiser, current, regions.flat(), { sigma, steps: settings.steps }, rng);
    let accepted = 0;
    for (const region of regions) {
      const positions = current.positions.slice();
      for (const i of region) positions.set(proposal.positions.subarray(3 * i, 3 * i + 3), 3 * i);
      const trial = { ...current, positions };
      const proposed = settings.potential.energies(trial);
      if (!(sum(proposed) - sum(energies) < -temperature * Math.log(1 - rng.uniform()))) continue;
      accepted++;
      current = trial;
      energies = proposed;
    }
    const energy = sum(energies) / atoms;
    const report = { round, tried: regions.length, accepted, energy, structure: current };
    if (settings.onRound(report) === false) break;
  }
  return current;
}

function resolve(options: RegenerateOptions): Required<RegenerateOptions> {
  const { potential, noise = [0.3, 0.45], temperature = 1, radius } = options;
  if (typeof potential?.energies !== 'function') {
    throw new InputError('option potential', typeof potential, 'a Potential');
  }
  const [low, high]: number[] = Array.isArray(noise) ? noise : [];
  if (!(low > LAST_LEVEL && high >= low && high < Infinity)) {
    throw new InputError('option noise', JSON.stringify(noise), `two rising levels above ${LAST_LEVEL}`);
  }
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new InputError('option temperature', String(temperature), 'eV, 0 or more');
  }
  return {
    potential,
    noise,
    temperature,
    rounds: requireInteger(options.rounds ?? 25, 'option rounds', 1),
    radius: radius === undefined ? Infinity : requirePositive(radius, 'option radius'),
    steps: requireInteger(options.steps ?? 6, 'option steps', 1),
    seed: requireInteger(options.seed ?? 0, 'option seed', 0),
    onRound: options.onRound ?? (() => undefined),
  };
}

/**
 * Atoms within a radius of centers, which are drawn in the order of their energies, each made uncertain by an
 * exponential variable of 0.3 eV, and taken where they lie apart from those before.
 */
function chooseRegions(structure: Structure, energies: Float64Array, radius: number, rng: Rng): number[][] {
  const chance = Array.from(energies, (energy) => energy - 0.3 * Math.log(1 - rng.uniform()));
  const order = chance.map((_, i) => i).sort((i, j) => chance[j] - chance[i]);
  const closed = new Uint8Array(energies.length);
  const regions: number[][] = [];
  for (const center of order) {
    if (closed[center]) continue;
    const distances = distancesTo(structure, structure.positions.subarray(3 * center, 3 * center + 3));
    const region: number[] = [];
    distances.forEach((r, i) => {
      if (r < radius) region.push(i);
      if (r < 2 * radius + APART) closed[i] = 1;
    });
    regions.push(region);
  }
  return regions;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

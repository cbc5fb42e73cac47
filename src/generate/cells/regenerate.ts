import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { createRng, type Rng } from '../../core/random';
import type { Denoiser } from '../../model';
import { atomCount, distancesTo, neighborList, type Structure } from '../../structures';
import { sampleStructures } from './sampler';

/** Energy of each atom of a structure, eV; its sum is the energy. */
export type AtomEnergies = (structure: Structure) => Float64Array;

/** Options of {@link regenerate}. */
export interface RegenerateOptions {
  /** What is brought down; e.g. `(cell) => stillingerWeber(cell).energies`. */
  energies: AtomEnergies;
  /** Rounds; default 100. */
  rounds?: number;
  /** Atoms of a region, smallest and largest; default 6 and 24. */
  atoms?: [number, number];
  /** Noise levels from which regions start, Å; default 0.4 to 1. */
  noise?: [number, number];
  /** Calls of the model a round; default 16. */
  steps?: number;
  /** Most regions a round; default as many as fit. */
  regions?: number;
  /** Temperature at the beginning, eV, falling linearly to 0; default 0.3. */
  temperature?: number;
  seed?: number;
  /** Hears of each round; gives false to stop. */
  onRound?: (round: RegenerateRound) => boolean | undefined;
}

/** What one round did. */
export interface RegenerateRound {
  round: number;
  tried: number;
  accepted: number;
  /** eV/atom. */
  energy: number;
  structure: Structure;
}

const NAMES = ['energies', 'rounds', 'atoms', 'noise', 'steps', 'regions', 'temperature', 'seed', 'onRound'];
/** Å between the regions' edges: beyond it no energy of three bodies joins two regions. */
const APART = 8;

/**
 * A search without dynamics: regions around atoms of high energy are made noisy, denoised among their surroundings, and
 * kept or put back by Metropolis on the energy.
 *
 * Several regions far from each other are tried at once and judged one by one. Which atom a region lies around is drawn
 * with weights that grow with its energy.
 *
 * @throws InputError naming the option
 */
export function regenerate(denoiser: Denoiser, structure: Structure, options: RegenerateOptions): Structure {
  requireKnownOptions(options, NAMES);
  const settings = resolve(options);
  const rng = createRng(settings.seed);
  let current: Structure = { ...structure, positions: structure.positions.slice() };
  let energies = settings.energies(current);
  for (let round = 0; round < settings.rounds; round++) {
    const temperature = settings.temperature * (1 - round / settings.rounds);
    const regions = chooseRegions(current, energies, settings, rng);
    const proposal = propose(denoiser, current, regions, settings, rng);
    const proposed = settings.energies(proposal);
    const positions = current.positions.slice();
    let accepted = 0;
    for (const { atoms, surroundings } of regions) {
      let change = 0;
      for (const i of surroundings) change += proposed[i] - energies[i];
      if (!(change < -temperature * Math.log(1 - rng.uniform()))) continue;
      accepted++;
      for (const i of atoms) positions.set(proposal.positions.subarray(3 * i, 3 * i + 3), 3 * i);
    }
    current = { ...current, positions };
    energies = settings.energies(current);
    const energy = energies.reduce((sum, e) => sum + e, 0) / energies.length;
    if (settings.onRound({ round, tried: regions.length, accepted, energy, structure: current }) === false) break;
  }
  return current;
}

function resolve(options: RegenerateOptions): Required<RegenerateOptions> {
  const { energies, atoms = [6, 24], noise = [0.4, 1] } = options;
  if (typeof energies !== 'function') throw new InputError('option energies', typeof energies, 'a function');
  requireInteger(atoms[0], 'option atoms', 1);
  requireInteger(atoms[1], 'option atoms', atoms[0]);
  requirePositive(noise[0], 'option noise');
  if (!(noise[1] >= noise[0])) throw new InputError('option noise', noise.join(', '), 'two rising levels');
  const temperature = options.temperature ?? 0.3;
  if (!(temperature >= 0)) throw new InputError('option temperature', String(temperature), 'eV, 0 or more');
  return {
    energies,
    atoms,
    noise,
    temperature,
    rounds: requireInteger(options.rounds ?? 100, 'option rounds', 1),
    steps: requireInteger(options.steps ?? 16, 'option steps', 1),
    regions: requireInteger(options.regions ?? 64, 'option regions', 1),
    seed: requireInteger(options.seed ?? 0, 'option seed', 0),
    onRound: options.onRound ?? (() => undefined),
  };
}

interface Region {
  /** Its atoms. */
  atoms: number[];
  /** Those whose energies they change. */
  surroundings: number[];
}

/** Regions around drawn atoms, one after the other as long as they keep apart. */
function chooseRegions(
  structure: Structure,
  energies: Float64Array,
  { atoms: [fewest, most], regions }: Required<RegenerateOptions>,
  rng: Rng,
): Region[] {
  const order = drawnOrder(energies, rng);
  const taken = new Float64Array(energies.length).fill(Number.POSITIVE_INFINITY);
  const chosen: Region[] = [];
  for (const center of order) {
    if (chosen.length === regions) break;
    const distances = distancesTo(structure, structure.positions.subarray(3 * center, 3 * center + 3));
    const sorted = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b] || a - b);
    const atoms = sorted.slice(0, fewest + rng.integer(most - fewest + 1));
    if (atoms.some((i) => taken[i] < APART)) continue;
    const radius = distances[atoms[atoms.length - 1]];
    const surroundings = sorted.filter((i) => distances[i] < radius + APART / 2);
    chosen.push({ atoms, surroundings });
    for (let i = 0; i < taken.length; i++) taken[i] = Math.min(taken[i], distances[i] - radius);
  }
  return chosen;
}

/** All atoms in random order, those of high energy likely first: by the keys of weighted sampling without replacement. */
function drawnOrder(energies: Float64Array, rng: Rng): number[] {
  const sorted = energies.slice().sort();
  const median = sorted[Math.floor(sorted.length / 2)];
  const keys = energies.map((e) => -Math.log(1 - rng.uniform()) / Math.max(0.02, e - median));
  return Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
}

function propose(
  denoiser: Denoiser,
  structure: Structure,
  regions: Region[],
  { noise: [low, high], steps }: Required<RegenerateOptions>,
  rng: Rng,
): Structure {
  const sigma = low * (high / low) ** rng.uniform();
  const free = new Uint8Array(atomCount(structure));
  const positions = structure.positions.slice();
  for (const { atoms } of regions) {
    for (const i of atoms) {
      free[i] = 1;
      for (let c = 0; c < 3; c++) positions[3 * i + c] += sigma * rng.normal();
    }
  }
  const start = { structure: { ...structure, positions }, free, rng };
  return sampleStructures(denoiser, [start], { steps, noise: [sigma, 0.04] })[0];
}

/** Atoms that have not `number` neighbors closer than `cutoff` (Å). */
export function miscoordinated(structure: Structure, number = 4, cutoff = 2.85): number[] {
  const { offsets } = neighborList(structure, cutoff);
  const atoms = Array.from({ length: offsets.length - 1 }, (_, i) => i);
  return atoms.filter((i) => offsets[i + 1] - offsets[i] !== number);
}

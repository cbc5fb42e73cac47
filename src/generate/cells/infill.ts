import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { createRng, type Rng } from '../../core/random';
import type { Denoiser } from '../../model';
import { atomCount, distancesTo, type Structure } from '../../structures';
import type { AtomEnergies } from './regenerate';
import { type SamplerOptions, sampleStructures } from './sampler';

/** What is missing from a structure, and where. */
export interface Missing {
  /** Number of atoms that are not in the structure. */
  missing: number;
  /** Where they are looked for; without it wherever there is most room. */
  region?: { center: ArrayLike<number>; radius: number };
  /** Their element; by default the model's only one. */
  species?: string;
}

/** Options of {@link infillStructure}. */
export interface InfillStructureOptions extends Pick<SamplerOptions, 'steps' | 'sampler' | 'noise'> {
  /** Answers from different starts; default 8. */
  samples?: number;
  seed?: number;
  /** Ranks the answers, lowest sum first; without it those come first with which most others agree. */
  energies?: AtomEnergies;
  /** Å within which two answers agree; default 0.5. */
  agreement?: number;
}

/** One answer. */
export interface InfilledStructure {
  /** The structure with the missing atoms at its end. */
  structure: Structure;
  /** missing × 3, Å. */
  placed: Float64Array;
  /** Share of the other answers whose every atom has one of this answer within the agreement; 1 for a single answer. */
  agreement: number;
  /** eV, if energies were given. */
  energy: number | null;
}

const NAMES = ['steps', 'sampler', 'noise', 'samples', 'seed', 'energies', 'agreement'];
/** Random places of which the one with most room is taken. */
const PLACES = 24;

/**
 * Puts missing atoms back into a structure with all surroundings in sight: known atoms are held and seen as known.
 *
 * The model was trained with known and noisy atoms side by side, so nothing has to be resampled to make both fit (as in
 * RePaint, Lugmayr et al., CVPR 2022, arXiv:2201.09865). Each answer starts from random places in the region.
 *
 * @returns the answers, best first
 * @throws InputError naming what is wrong
 */
export function infillStructure(
  denoiser: Denoiser,
  structure: Structure,
  where: Missing,
  options: InfillStructureOptions = {},
): InfilledStructure[] {
  requireKnownOptions(options, NAMES);
  requireKnownOptions(where, ['missing', 'region', 'species'], 'missing');
  const missing = requireInteger(where.missing, 'missing', 1);
  const samples = requireInteger(options.samples ?? 8, 'option samples', 1);
  const seed = requireInteger(options.seed ?? 0, 'option seed', 0);
  const radius = requirePositive(options.agreement ?? 0.5, 'option agreement');
  const known = atomCount(structure);
  const symbol = where.species ?? denoiser.config.species[0];
  const starts = Array.from({ length: samples }, (_, k) => {
    const rng = createRng(seed * 2 ** 20 + k);
    const placed = startingPlaces(structure, where, rng);
    const free = new Uint8Array(known + missing).fill(1, known);
    return { structure: withAtoms(structure, placed, symbol), free, rng };
  });
  const { steps = 30, sampler = 'ancestral', noise = [2.5, 0.03] } = options;
  const found = sampleStructures(denoiser, starts, { steps, sampler, noise });
  const answers = found.map((answer) => ({
    structure: answer,
    placed: answer.positions.slice(3 * known),
    energy: options.energies ? sum(options.energies(answer)) : null,
  }));
  const ranked = answers.map((answer, k) => ({ ...answer, agreement: agreementOf(answers, k, radius) }));
  return ranked.sort((a, b) =>
    a.energy !== null && b.energy !== null ? a.energy - b.energy : b.agreement - a.agreement,
  );
}

/** Share of the other answers that agree with answer k. */
function agreementOf(answers: { structure: Structure; placed: Float64Array }[], k: number, radius: number): number {
  if (answers.length === 1) return 1;
  let agreeing = 0;
  const { structure, placed } = answers[k];
  answers.forEach((other, q) => {
    if (q === k) return;
    const alone = { ...structure, positions: placed };
    let all = true;
    for (let i = 0; i < other.placed.length && all; i += 3) {
      all = Math.min(...distancesTo(alone, other.placed.subarray(i, i + 3))) < radius;
    }
    agreeing += Number(all);
  });
  return agreeing / (answers.length - 1);
}

function withAtoms(structure: Structure, placed: Float64Array, symbol: string): Structure {
  const positions = new Float64Array(structure.positions.length + placed.length);
  positions.set(structure.positions);
  positions.set(placed, structure.positions.length);
  const species = [...structure.species, ...new Array<string>(placed.length / 3).fill(symbol)];
  return { ...structure, positions, species, arrays: {} };
}

/** One after the other, each at the one of some random places that has most room. */
function startingPlaces(structure: Structure, { missing, region }: Missing, rng: Rng): Float64Array {
  const places = new Float64Array(3 * missing);
  const draw = region ? inBall(region, rng) : inCell(structure, rng);
  for (let m = 0; m < missing; m++) {
    const before = withAtoms(structure, places.slice(0, 3 * m), structure.species[0] ?? '');
    let most = -1;
    for (let k = 0; k < PLACES; k++) {
      const place = draw();
      const room = Math.min(...distancesTo(before, place));
      if (room <= most) continue;
      most = room;
      places.set(place, 3 * m);
    }
  }
  return places;
}

function inBall({ center, radius }: NonNullable<Missing['region']>, rng: Rng): () => number[] {
  requirePositive(radius, 'region.radius');
  if (center?.length !== 3) throw new InputError('region.center', `${center?.length} numbers`, '3');
  return () => {
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const scale = (radius * Math.cbrt(rng.uniform())) / Math.hypot(...direction);
    return direction.map((x, c) => center[c] + scale * x);
  };
}

function inCell(structure: Structure, rng: Rng): () => number[] {
  if (!structure.pbc.every(Boolean)) {
    throw new InputError('region', 'none', 'a center and radius, for the structure is not periodic in all directions');
  }
  const { lattice } = structure;
  return () => {
    const s = [rng.uniform(), rng.uniform(), rng.uniform()];
    return [0, 1, 2].map((c) => s[0] * lattice[c] + s[1] * lattice[3 + c] + s[2] * lattice[6 + c]);
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

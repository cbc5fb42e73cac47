import { createRng } from '../../core/random';
import {
  atomCount,
  bare,
  cellVolume,
  distancesTo,
  distancesToNearest,
  type Potential,
  relaxStructure,
  type Structure,
  vectorsTo,
} from '../../structures';
import type { Denoiser } from '../denoiser';
import type { Region } from './places';
import { sampleStructures } from './sampler';

/** An answer to where missing atoms are. */
export interface Answer {
  structure: Structure;
  /** missing × 3, Å. */
  placed: Float64Array;
}

/** Å from a region to the farthest atoms that are relaxed by a potential before answers are compared by energy. */
const RELAXED = 8;
/** Å from a placed atom to the farthest known ones that are relaxed by the model. */
const NEAR = 6;
/** From where, Å, and in how many calls the model relaxes: bonds survive it. */
const RELAXING: { noise: [number, number]; steps: number } = { noise: [0.3, 0.03], steps: 24 };
/** Noise level, Å, at which the model is asked how far an answer is from what it expects: that of a thermal motion. */
const LEVEL = 0.1;

/**
 * The structures after the model has moved placed atoms and those within 6 Å of them to where it expects them.
 *
 * Surroundings that are held are those of a hole, not of a filled one: an atom in a wrong place can then look better
 * than the right one. The probability flow from 0.3 Å on, without any noise.
 *
 * @param near the atoms to be moved, see {@link placedAndNear}
 */
export function relaxedByModel(
  denoiser: Denoiser,
  structures: readonly Structure[],
  near: readonly (readonly number[])[],
): Promise<Structure[]> {
  const starts = structures.map((structure, k) => {
    const free = new Uint8Array(atomCount(structure));
    for (const i of near[k]) free[i] = 1;
    return { structure, free, rng: createRng(0) };
  });
  return sampleStructures(denoiser, starts, { sampler: 'flow', ...RELAXING });
}

/**
 * Relaxes placed atoms and all within 8 Å of the region, without one all, by a potential; the energy, eV, is that of
 * all atoms. In a large structure only what is within 16 Å of the region is computed again and again: no potential of a
 * range of 8 Å or less notices.
 */
export function relaxedByPotential(
  structure: Structure,
  placed: number,
  region: Region | undefined,
  potential: Potential,
): { relaxed: Structure; energy: number } {
  if (!region) {
    const { structure: relaxed, energyAfter } = relaxStructure(structure, potential);
    return { relaxed, energy: energyAfter * atomCount(relaxed) };
  }
  const distances = distancesTo(structure, region.center);
  const first = atomCount(structure) - placed;
  const moves = (i: number): boolean => i >= first || distances[i] < region.radius + RELAXED;
  const part = partAround(structure, region, (i) => moves(i) || distances[i] < region.radius + 2 * RELAXED);
  const movable = [...part.atoms.keys()].filter((k) => moves(part.atoms[k]));
  const { structure: relaxed, energyBefore, energyAfter } = relaxStructure(part.structure, potential, { movable });
  const positions = structure.positions.slice();
  for (const k of movable) {
    for (let c = 0; c < 3; c++) {
      positions[3 * part.atoms[k] + c] += relaxed.positions[3 * k + c] - part.structure.positions[3 * k + c];
    }
  }
  const energy = potential.energies(structure).reduce((sum, one) => sum + one, 0);
  return {
    relaxed: { ...structure, positions },
    energy: energy + (energyAfter - energyBefore) * part.atoms.length,
  };
}

/** Chosen atoms as a cluster about the region, or all of a structure in which a cluster would meet its images. */
function partAround(
  structure: Structure,
  { center, radius }: Region,
  chosen: (i: number) => boolean,
): { structure: Structure; atoms: number[] } {
  const all = [...structure.species.keys()];
  const width = 2 * (radius + 2 * RELAXED + RELAXED);
  if (structure.pbc.some((periodic, a) => periodic && widthAlong(structure.lattice, a) < width)) {
    return { structure, atoms: all };
  }
  const atoms = all.filter(chosen);
  const vectors = vectorsTo(structure, center);
  const positions = Float64Array.from(atoms.flatMap((i) => Array.from(vectors.subarray(3 * i, 3 * i + 3))));
  const species = atoms.map((i) => structure.species[i]);
  return { structure: { ...bare(structure), pbc: [false, false, false], positions, species }, atoms };
}

/** Distance of the two faces of a cell that a lattice vector joins, Å. */
function widthAlong(lattice: Float64Array, a: number): number {
  const [b, c] = [(a + 1) % 3, (a + 2) % 3].map((k) => lattice.subarray(3 * k, 3 * k + 3));
  const face = Math.hypot(b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]);
  return cellVolume({ lattice }) / face;
}

/**
 * Median energy of a known atom, eV: what one atom more may cost when answers of different numbers are compared.
 */
export function usualEnergy({ structure, placed }: Answer, potential: Potential): number {
  const known = potential
    .energies(structure)
    .subarray(0, atomCount(structure) - placed.length / 3)
    .slice()
    .sort();
  return known.length > 0 ? known[known.length >> 1] : 0;
}

/**
 * How far atoms are from where the model expects them, rms, Å, if all of them are taken to have noise of 0.1 Å: what is
 * left to do without an energy to tell how good a structure is.
 *
 * @param atoms those that count; default all
 * @throws InputError as {@link Denoiser.estimate} does
 */
export function residualOf(denoiser: Denoiser, structure: Structure, atoms?: ArrayLike<number>): number {
  const marks = new Float32Array(atomCount(structure)).fill(atoms ? 0 : LEVEL);
  if (atoms) for (let k = 0; k < atoms.length; k++) marks[atoms[k]] = LEVEL;
  const [estimate] = denoiser.estimate([structure], [marks]);
  const count = marks.reduce((sum, level) => sum + Number(level > 0), 0);
  return LEVEL * Math.sqrt(estimate.reduce((sum, x) => sum + x * x, 0) / Math.max(1, count));
}

/**
 * Of each atom what {@link residualOf} takes the mean of, squared, Å²: most at the neighbors of a missing atom, even
 * where these have moved in and left no room.
 */
export function unsureness(denoiser: Denoiser, structure: Structure): Float64Array {
  const atoms = atomCount(structure);
  const [estimate] = denoiser.estimate([structure], [new Float32Array(atoms).fill(LEVEL)]);
  return Float64Array.from({ length: atoms }, (_, i) =>
    estimate.subarray(3 * i, 3 * i + 3).reduce((sum, x) => sum + (LEVEL * x) ** 2, 0),
  );
}

/** Placed atoms, and those within 6 Å of one. */
export function placedAndNear({ structure, placed }: Answer): number[] {
  const distances = distancesToNearest({ ...structure, positions: placed }, structure.positions);
  return Array.from(structure.species.keys()).filter((i) => distances[i] < NEAR);
}

/**
 * Share of the other answers of as many atoms whose placed ones, as given, pair with those of answer k within a radius,
 * Å; 1 for a single answer.
 */
export function agreementOf(answers: readonly Answer[], k: number, radius: number): number {
  const alone = { ...answers[k].structure, positions: answers[k].placed };
  const others = answers.filter(({ placed }, q) => q !== k && placed.length === answers[k].placed.length);
  const agreeing = others.filter(({ placed }) =>
    canPair(
      Array.from({ length: placed.length / 3 }, (_, i) =>
        Array.from(distancesTo(alone, placed.subarray(3 * i, 3 * i + 3)), (distance) => distance < radius),
      ),
    ),
  );
  return others.length === 0 ? 1 : agreeing.length / others.length;
}

/** Whether each row can have a column of its own among those it is near to (augmenting paths). */
function canPair(near: readonly boolean[][]): boolean {
  const taken = new Map<number, number>();
  const place = (row: number, tried: Set<number>): boolean =>
    near[row].some((close, column) => {
      if (!close || tried.has(column)) return false;
      tried.add(column);
      const holder = taken.get(column);
      if (holder !== undefined && !place(holder, tried)) return false;
      taken.set(column, row);
      return true;
    });
  return near.every((_, row) => place(row, new Set()));
}

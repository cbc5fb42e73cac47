import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { RelabellingTree } from '../motifs/match/relabelExact';
import { applyRotation, type Synchronized, synchronizer } from '../motifs/synchronize';
import type { Environments } from '../motifs/types';
import { rankMotifs } from './nearestKernel';
import { type CheckedProblem, checkProblem, type InfillProblem, takeRows } from './problem';

/** A motif completed from a real one. */
export interface NearestInfill {
  /** n×3, Å: the real motif, relabelled and turned so that it lies best on the known atoms. */
  positions: Float64Array;
  /** How far its atoms are from the known ones, rms, Å; what results are ranked by. */
  knownRmsd: number;
  /** Which environment it is. */
  environment: number;
}

/** Nodes of branch and bound that take as long as a fit does. */
const MOST_NODES = 500;

/** Options of {@link nearestMotifInfill}. */
export interface NearestInfillOptions {
  /** Completions wanted; 1 if absent. */
  results?: number;
  /** Environments fitted in full, those most promising by a quick fit; 20 if absent. */
  shortlist?: number;
}

/**
 * The baseline by memory: real motifs (of the training set) that fit the known atoms best, whose other atoms complete
 * them. Relabelled, turned and reflected freely, since neither labels nor frame nor chirality of a real motif mean
 * anything to the known atoms.
 *
 * @param environments the motifs to choose from, n neighbors each
 * @returns at most `results` completions, best fit first
 * @throws InputError as `infill` does, or if there are no environments
 */
export function nearestMotifInfill(
  environments: Environments,
  problem: InfillProblem,
  options: NearestInfillOptions = {},
): NearestInfill[] {
  return nearestMotifInfills(environments, [problem], options)[0];
}

/**
 * {@link nearestMotifInfill} for many problems, in one walk through the environments.
 *
 * @returns the completions of each problem
 * @throws InputError as that does, naming the problem
 */
export function nearestMotifInfills(
  environments: Environments,
  problems: readonly InfillProblem[],
  options: NearestInfillOptions = {},
): NearestInfill[][] {
  requireKnownOptions(options, ['results', 'shortlist']);
  const place = (k: number): string => (problems.length === 1 ? 'problem' : `problems[${k}]`);
  const checked = problems.map((problem, k) => checkProblem(problem, environments.count, place(k)));
  const results = requireInteger(options.results ?? 1, 'option results', 1);
  const shortlist = requireInteger(options.shortlist ?? 20, 'option shortlist', 1);
  if (environments.length === 0) throw new InputError('environments', 'none', 'at least one');
  const points = checked.map(({ positions, known }) => takeRows(positions, known));
  const ranked = rankMotifs(environments, points, Math.max(shortlist, results));
  return checked.map((problem, k) =>
    bestFits(environments, ranked[k], points[k], results).map(({ environment, fit }) => ({
      positions: completeFrom(motifOf(environments, environment), fit, problem),
      knownRmsd: fit.rmsd,
      environment,
    })),
  );
}

/** An environment laid on known atoms. */
interface FittedMotif {
  environment: number;
  fit: Synchronized;
}

/** The best fits of some environments to known atoms (k×3, Å), best first; those proven to be worse are not fitted. */
function bestFits(environments: Environments, some: number[], known: Float64Array, results: number): FittedMotif[] {
  const k = known.length / 3;
  const fitted = synchronizer(known, { permute: 'search', reflections: true });
  const tree = new RelabellingTree(known, new Float64Array(k).fill(1), environments.count);
  let fits: FittedMotif[] = [];
  for (const environment of some) {
    const motif = motifOf(environments, environment);
    // With a margin for rounding.
    const limit = fits.length < results ? Infinity : k * fits[results - 1].fit.rmsd ** 2 * (1 + 1e-9);
    if (limit < Infinity && tree.search(motif, limit, true, MOST_NODES, true) === 'exhausted') continue;
    fits.push({ environment, fit: fitted(motif) });
    fits = fits.sort((a, b) => a.fit.rmsd - b.fit.rmsd).slice(0, results);
  }
  return fits;
}

function motifOf({ count, positions }: Environments, m: number): Float64Array {
  return positions.subarray(3 * count * m, 3 * count * (m + 1));
}

/** The motif on the known atoms: its matched atoms in their rows, the others in the rows of the unknown ones. */
function completeFrom(motif: Float64Array, fit: Synchronized, problem: CheckedProblem): Float64Array {
  const { count, known, unknown } = problem;
  const turned = applyRotation(fit.rotation, motif);
  const used = new Set(fit.permutation);
  const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !used.has(i));
  const positions = new Float64Array(3 * count);
  known.forEach((atom, k) => {
    positions.set(fit.moved.subarray(3 * k, 3 * k + 3), 3 * atom);
  });
  unknown.forEach((atom, k) => {
    positions.set(turned.subarray(3 * rest[k], 3 * rest[k] + 3), 3 * atom);
  });
  return positions;
}

/** Options of {@link randomInfill}. */
export interface RandomInfillOptions {
  seed?: SeedOrRng;
  /** Distance of a placed atom from the one it is bonded to, Å. */
  bondLength: number;
  /** Least distance between any two atoms, Å. */
  minDistance: number;
  /** Largest distance from the central atom, Å; 4 if absent. */
  cutoff?: number;
  /** Tries for each atom; 1000 if absent. */
  attempts?: number;
}

/**
 * The baseline by chance: each unknown atom at the bond length from an atom already there (the central one, a known one,
 * one placed before; drawn evenly), in a random direction, not closer than the minimum separation to any.
 *
 * Where no try succeeds, the one with the most room is taken.
 *
 * @param atoms neighbors in the motif, n
 * @returns n×3, Å, the known atoms where they were given
 * @throws InputError as `infill` does
 */
export function randomInfill(problem: InfillProblem, atoms: number, options: RandomInfillOptions): Float64Array {
  requireKnownOptions(options, ['seed', 'bondLength', 'minDistance', 'cutoff', 'attempts']);
  const { known, unknown, positions } = checkProblem(problem, atoms);
  const place = {
    rng: asRng(options.seed ?? 0),
    bondLength: requirePositive(options.bondLength, 'option bondLength'),
    minDistance: requirePositive(options.minDistance, 'option minDistance'),
    cutoff: requirePositive(options.cutoff ?? 4, 'option cutoff'),
    attempts: requireInteger(options.attempts ?? 1000, 'option attempts', 1),
  };
  if (place.bondLength > place.cutoff) {
    throw new InputError('option bondLength', String(place.bondLength), `at most the cutoff, ${place.cutoff}`);
  }
  const present: Float64Array[] = [new Float64Array(3), ...Array.from(known, (i) => positions.slice(3 * i, 3 * i + 3))];
  for (const atom of unknown) {
    const placed = placeAtom(present, place);
    positions.set(placed, 3 * atom);
    present.push(placed);
  }
  return positions;
}

interface Placing {
  rng: Rng;
  bondLength: number;
  minDistance: number;
  cutoff: number;
  attempts: number;
}

function placeAtom(present: Float64Array[], { rng, bondLength, ...limits }: Placing): Float64Array {
  let best: Float64Array = new Float64Array(3);
  let mostRoom = -1;
  for (let attempt = 0; attempt < limits.attempts; attempt++) {
    const partner = present[rng.integer(present.length)];
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const scale = bondLength / Math.hypot(...direction);
    const position: Float64Array = Float64Array.from(partner, (c, axis) => c + scale * direction[axis]);
    if (Math.hypot(...position) > limits.cutoff) continue;
    const room = Math.min(...present.map((other) => Math.hypot(...position.map((c, axis) => c - other[axis]))));
    if (room >= limits.minDistance) return position;
    if (room > mostRoom) {
      mostRoom = room;
      best = position;
    }
  }
  return best;
}

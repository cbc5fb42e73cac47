import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { takeRows } from '../core/rows';
import { RelabellingSearch, type SearchSettings } from '../motifs/match/search';
import { applyRotation, type Synchronized, synchronize } from '../motifs/synchronize';
import type { Motifs } from '../motifs/types';
import { type CheckedProblem, checkProblem, type InfillProblem } from './problem';
import { rankQuickly } from './quickFit';
import { labelsOf } from './relabelled';

/** A motif completed from a real one. */
export interface NearestInfill {
  /** n×3, Å: the real motif, relabelled and turned so that it lies best on the known atoms. */
  positions: Float64Array;
  /** How far its atoms are from the known ones, rms, Å; what results are ranked by. */
  knownRmsd: number;
  /** Which environment it is. */
  environment: number;
}

/** Options of {@link nearestMotifInfills}. */
export interface NearestInfillOptions {
  /** Completions wanted; 1 if absent. */
  results?: number;
  /**
   * Motifs searched in full, those most promising by a quick fit, all where fewer than three atoms are known; 64 if
   * absent.
   */
  shortlist?: number;
  /** Species of the n rows of a motif, the same in all: known atoms are laid on like ones. All alike if absent. */
  species?: ArrayLike<number>;
}

/**
 * The baseline by memory: real motifs (of the training set) that fit the known atoms best, whose other atoms complete
 * them. Relabelled, turned and reflected freely, since neither labels nor frame nor chirality of a real motif mean
 * anything to the known atoms.
 *
 * @param environments the motifs to choose from, n neighbors each
 * @returns for each problem at most `results` completions, best fit first
 * @throws InputError as `infill` does, naming the problem, or if there are no environments
 */
export function nearestMotifInfills(
  environments: Motifs,
  problems: readonly InfillProblem[],
  options: NearestInfillOptions = {},
): NearestInfill[][] {
  requireKnownOptions(options, ['results', 'shortlist', 'species']);
  const place = (k: number): string => (problems.length === 1 ? 'problem' : `problems[${k}]`);
  const checked = problems.map((problem, k) => checkProblem(problem, environments.n, place(k)));
  const results = requireInteger(options.results ?? 1, 'option results', 1);
  const shortlist = requireInteger(options.shortlist ?? 64, 'option shortlist', 1);
  if (environments.length === 0) throw new InputError('environments', 'none', 'at least one');
  const species = options.species ?? new Uint8Array(environments.n);
  if (species.length !== environments.n) {
    throw new InputError('option species length', String(species.length), `n = ${environments.n}`);
  }
  return checked.map((problem) =>
    bestFits(environments, problem, { results, shortlist, species }).map(({ environment, fit }) => ({
      positions: completeFrom(motifOf(environments, environment), fit, problem, species),
      knownRmsd: fit.rmsd,
      environment,
    })),
  );
}

interface Settings {
  results: number;
  shortlist: number;
  species: ArrayLike<number>;
}

/** An environment laid on known atoms. */
interface FittedMotif {
  environment: number;
  fit: Synchronized;
}

/** The best fits of environments to the known atoms, best first: an exact search of those most promising. */
export function bestFits(
  environments: Motifs,
  { known, positions }: CheckedProblem,
  { results, shortlist, species }: Settings,
): FittedMotif[] {
  const { n: count, length } = environments;
  const points = takeRows(positions, 3, known);
  const own = Array.from(known, (row) => species[row]);
  const alike = Array.from(species).every((code) => code === species[0]);
  const options: SearchSettings = { reflections: true, species: alike ? undefined : [own, species] };
  const search = new RelabellingSearch(points, count, options);
  const ranked =
    known.length > 2
      ? rankQuickly(environments.positions, points, own, species, Math.max(shortlist, results))
      : Array.from({ length }, (_, m) => m);
  let best: { environment: number; squares: number; labels: Int32Array }[] = [];
  for (const environment of ranked) {
    const limit = best.length < results ? Infinity : best[results - 1].squares;
    search.find(motifOf(environments, environment), limit);
    if (search.squares >= limit) continue;
    best.push({ environment, squares: search.squares, labels: search.labels.slice() });
    best = best.sort((a, b) => a.squares - b.squares).slice(0, results);
  }
  return best.map(({ environment, labels }) => {
    const fit = synchronize(points, takeRows(motifOf(environments, environment), 3, labels), { reflections: true });
    return { environment, fit: { ...fit, permutation: labels } };
  });
}

function motifOf({ n: count, positions }: Motifs, m: number): Float64Array {
  return positions.subarray(3 * count * m, 3 * count * (m + 1));
}

/**
 * The motif on the known atoms: its matched atoms in their rows, the others in rows of unknown ones of their species.
 */
function completeFrom(
  motif: Float64Array,
  fit: Synchronized,
  problem: CheckedProblem,
  species: ArrayLike<number>,
): Float64Array {
  const labels = labelsOf(problem, fit.permutation, species);
  const positions = takeRows(applyRotation(fit.rotation, motif), 3, labels);
  problem.known.forEach((atom, k) => {
    positions.set(fit.moved.subarray(3 * k, 3 * k + 3), 3 * atom);
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
 * The baseline by chance: each unknown atom at the bond length from an atom already there (the central one, a known
 * one, one placed before; drawn evenly), in a random direction, not closer than the minimum separation to any.
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

import {
  asRng,
  createRng,
  InputError,
  type Rng,
  requireInteger,
  requireKnownOptions,
  requireOneOf,
  type SeedOrRng,
  takeRows,
} from '../../core';
import type { InfillProblem } from '../../generate';
import {
  FIRST_SHELL,
  type Motifs,
  matchPoints,
  type PermutationMode,
  permutationSampler,
  permutePositions,
  synchronize,
} from '../../motifs';
import { type BootstrapOptions, bootstrapMedian, type Interval, shareInterval } from '../statistics/bootstrap';

/** Which atoms are taken away: of the nearest four, drawn evenly; the farthest ones; any, drawn evenly. */
export type MissingAtoms = 'first shell' | 'outermost' | 'any';

/** A problem of infilling whose answer is known. */
export interface InfillTest {
  /** Which environment was asked about. */
  environment: number;
  problem: InfillProblem;
  /** Rows of the atoms taken away, ascending, k. */
  missing: Int32Array;
  /** The whole motif, n×3, Å; its rows are labelled as in `problem`. */
  positions: Float64Array;
}

/** Options of {@link infillTests}. */
export interface InfillTestOptions {
  /** Atoms to take away from each environment; 1 if absent. */
  missing?: number;
  /** Which ones; 'any' if absent. */
  from?: MissingAtoms;
  /** Relabels the neighbors, so that rows reveal no more than in training; 'none' (by distance) if absent. */
  permutations?: PermutationMode;
  /** Environments asked about, evenly spaced among all; all if absent. */
  count?: number;
  /** 0 if absent. The same seed takes away the same atoms, however they are relabelled. */
  seed?: SeedOrRng;
}

/**
 * Takes atoms away from environments, as problems for `infill` and its baselines.
 *
 * @throws InputError if an option is out of range, or as many atoms are to go as there are to choose from
 */
export function infillTests(environments: Motifs, options: InfillTestOptions = {}): InfillTest[] {
  requireKnownOptions(options, ['missing', 'from', 'permutations', 'count', 'seed']);
  const { n, length, positions } = environments;
  const from = requireOneOf(options.from ?? 'any', ['first shell', 'outermost', 'any'], 'option from');
  const choices = from === 'first shell' ? Math.min(FIRST_SHELL, n) : n;
  const missing = requireInteger(options.missing ?? 1, 'option missing', 1);
  if (missing > choices || missing >= n) {
    throw new InputError('option missing', String(missing), `at most ${Math.min(choices, n - 1)} (${from})`);
  }
  const count = requireInteger(options.count ?? length, 'option count', 0);
  if (count > length) throw new InputError('option count', String(count), `at most the ${length} environments`);
  const rng = asRng(options.seed ?? 0);
  const chooser = createRng(rng.next());
  const relabel = permutationSampler(options.permutations ?? 'none', n, createRng(rng.next()));
  return Array.from({ length: count }, (_, k) => {
    const environment = Math.floor((k * length) / count);
    const motif = positions.subarray(3 * n * environment, 3 * n * (environment + 1));
    const gone = chooseMissing(from, choices, missing, n, chooser);
    const labels = relabel();
    return {
      environment,
      ...takeAway(
        permutePositions(motif, labels),
        Array.from(labels, (atom) => gone.includes(atom)),
      ),
    };
  });
}

function chooseMissing(from: MissingAtoms, choices: number, missing: number, n: number, rng: Rng): number[] {
  if (from === 'outermost') return Array.from({ length: missing }, (_, k) => n - 1 - k);
  const atoms = Array.from({ length: choices }, (_, i) => i);
  rng.shuffle(atoms);
  return atoms.slice(0, missing);
}

function takeAway(positions: Float64Array, gone: boolean[]): Omit<InfillTest, 'environment'> {
  const rows = gone.map((_, row) => row);
  const known = rows.filter((row) => !gone[row]);
  const missing = Int32Array.from(rows.filter((row) => gone[row]));
  return { problem: { known, positions: takeRows(positions, 3, known) }, missing, positions };
}

/**
 * How far a completed motif has each missing atom from its true place, k distances, Å.
 *
 * The motif is first laid on the known atoms (synchronized, reflections allowed); then the missing atoms, which bear no
 * labels, are matched one to one with the true ones at the least sum of squares.
 *
 * @param positions n×3, Å, rows as in the test's problem, in any frame
 * @throws InputError if the length does not fit or a number is not finite
 */
export function infillErrors(test: InfillTest, positions: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(test.positions.length / 3).fill(1);
  for (const row of test.missing) weights[row] = 0;
  const { moved } = synchronize(test.positions, positions, { weights, reflections: true });
  return matchPoints(takeRows(test.positions, 3, test.missing), takeRows(moved, 3, test.missing)).distances;
}

/** Errors of many tests in a few numbers, with intervals. */
export interface InfillSummary {
  /** Å. */
  median: Interval;
  /** Share of the atoms closer to their true places than each limit, 0 to 1. */
  within: Interval[];
}

/**
 * Summary of position errors; intervals are over whole tests, since the atoms of one are not independent.
 *
 * @param errors the distances of each test, Å, as {@link infillErrors} returns them
 * @param limits Å
 * @throws InputError if there are no tests, or for a bad option
 */
export function summarizeInfilling(
  errors: readonly ArrayLike<number>[],
  limits: readonly number[],
  options: BootstrapOptions = {},
): InfillSummary {
  if (errors.length === 0) throw new InputError('errors', 'no tests', 'at least one');
  const values = errors.flatMap((distances) => Array.from(distances));
  const groups = errors.flatMap((distances, k) => Array.from(distances, () => k));
  const within = (limit: number): Interval =>
    shareInterval({ values: values.map((distance) => Number(distance < limit)), groups }, options);
  return { median: bootstrapMedian({ values, groups }, options), within: limits.map(within) };
}

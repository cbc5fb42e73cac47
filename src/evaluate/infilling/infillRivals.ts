import { asRng, InputError, requireKnownOptions } from '../../core';
import {
  decodeMotifs,
  type InfillOptions,
  type InfillSolution,
  infillAnyRank,
  infillMany,
  type NearestInfill,
  type NearestInfillOptions,
  nearestMotifInfills,
  type RandomInfillOptions,
  randomInfill,
} from '../../generate';
import type { Vae } from '../../model';
import { gramVectors, type Motifs, match, permutePositions } from '../../motifs';
import { type InfillTest, infillErrors } from './infilling';

/** What one way of infilling makes of many tests. */
export interface InfillResults<Answer extends { positions: Float64Array }> {
  /** The answers to each test, best first by the way's own measure. */
  answers: Answer[][];
  /** Position errors of each test's first answer, Å, as {@link infillErrors} returns them. */
  errors: Float64Array[];
}

/** {@link InfillResults} of a model. */
export interface ModelInfillResults extends InfillResults<InfillSolution> {
  /** Position errors of the same atoms when the model is given all of them and only encodes and decodes, Å. */
  told: Float64Array[];
}

/** Options of {@link infillByModel}. */
export interface ModelInfillOptions extends InfillOptions {
  /** Known atoms stay in the rows of the test, or are put in every set of rows (`infillAnyRank`); 'given' if absent. */
  rows?: 'given' | 'any';
}

/** Infills by a model. Throws InputError as `infill` does, or if there are no tests. */
export function infillByModel(
  vae: Vae,
  tests: readonly InfillTest[],
  options: ModelInfillOptions = {},
): ModelInfillResults {
  requireKnownOptions(options, ['rows', 'restarts', 'seed', 'prior', 'steps', 'learningRate', 'distinct']);
  const { rows = 'given', ...settings } = options;
  requireTests(tests);
  const problems = tests.map(({ problem }) => problem);
  const answers = (rows === 'any' ? infillAnyRank : infillMany)(vae, problems, settings);
  const n = vae.config.atoms;
  const whole = Float64Array.from(tests.flatMap(({ positions }) => Array.from(positions)));
  const decoded = decodeMotifs(
    vae,
    vae.encode(gramVectors({ n, length: tests.length, positions: whole })).mean,
  ).positions;
  const told = tests.map((test, k) => {
    const motif = decoded.subarray(3 * n * k, 3 * n * (k + 1));
    // A model with labels of its own returns them: back to those of the test.
    const own = vae.reference ? match(test.positions, motif, { reflections: true }).permutation : undefined;
    return infillErrors(test, own ? permutePositions(motif, own) : motif);
  });
  return { ...judged(tests, answers), told };
}

/** Infills by copying from real motifs (`nearestMotifInfills`). Throws InputError as that does, or without tests. */
export function infillByCopying(
  library: Motifs,
  tests: readonly InfillTest[],
  options: NearestInfillOptions = {},
): InfillResults<NearestInfill> {
  requireKnownOptions(options, ['results', 'shortlist', 'species']);
  requireTests(tests);
  const problems = tests.map(({ problem }) => problem);
  return judged(tests, nearestMotifInfills(library, problems, options));
}

/** Infills by chance (`randomInfill`), one answer each. Throws InputError as that does, or without tests. */
export function infillByChance(
  tests: readonly InfillTest[],
  options: RandomInfillOptions,
): InfillResults<{ positions: Float64Array }> {
  requireKnownOptions(options, ['seed', 'bondLength', 'minDistance', 'cutoff', 'attempts']);
  requireTests(tests);
  const rng = asRng(options.seed ?? 0);
  const answers = tests.map(({ problem, positions }) => [
    { positions: randomInfill(problem, positions.length / 3, { ...options, seed: rng }) },
  ]);
  return judged(tests, answers);
}

/**
 * Least error among the first g answers to each test, for g = 1 … `most`: what a reader who could pick would get.
 *
 * @returns for each g the rms error of each test, Å
 */
export function leastErrors(
  tests: readonly InfillTest[],
  answers: readonly (readonly { positions: Float64Array }[])[],
  most: number,
): Float64Array[] {
  const errors = tests.map((test, k) =>
    answers[k].slice(0, most).map(({ positions }) => rootMeanSquare(infillErrors(test, positions))),
  );
  return Array.from({ length: most }, (_, g) => Float64Array.from(errors, (of) => Math.min(...of.slice(0, g + 1))));
}

/** Root mean square of the distances of one test, Å. */
export function rootMeanSquare(distances: ArrayLike<number>): number {
  return Math.hypot(...Array.from(distances)) / Math.sqrt(distances.length);
}

/** The answers and what they are worth; without an answer there are no errors. */
export function judged<Answer extends { positions: Float64Array }>(
  tests: readonly InfillTest[],
  answers: Answer[][],
): InfillResults<Answer> {
  const errors = tests.map((test, k) =>
    answers[k].length > 0 ? infillErrors(test, answers[k][0].positions) : new Float64Array(0),
  );
  return { answers, errors };
}

/** Throws InputError if there are no tests. */
export function requireTests(tests: readonly InfillTest[]): void {
  if (tests.length === 0) throw new InputError('tests', 'none', 'at least one');
}

import {
  asRng,
  InputError,
  joined,
  type Rng,
  requireInteger,
  requireOneOf,
  type SeedOrRng,
  takeRows,
} from '../../core';
import { RowScale } from '../../model';
import { rowCount } from './coverage';
import { NearestList, squaredDistances } from './rowDistances';

/** Options of {@link classifierTest}. */
export interface ClassifierOptions {
  /** 'logistic': ridge-penalized logistic regression; 'neighbors': majority of the k nearest. Default 'logistic'. */
  classifier?: 'logistic' | 'neighbors';
  /** Group of each row of both samples, such as its cell: no group is trained on in part and tested in part. */
  groups?: readonly [ArrayLike<number>, ArrayLike<number>];
  /** Neighbors asked, an odd number; default 15. */
  k?: number;
  /** Seed of the split; default 0. */
  seed?: SeedOrRng;
}

/** Parts for cross-validation, if there are as many groups. */
const FOLDS = 5;
/** Ridge penalty of the logistic weights on standardized features. */
const RIDGE = 1;

/**
 * Classifier two-sample test on rows of `dimension` features: trains on all folds but one, tests on that one, in turn.
 *
 * Features are standardized by the training folds. Both samples count alike, whatever their sizes. Lopez-Paz & Oquab,
 * Revisiting classifier two-sample tests, ICLR 2017, arXiv:1610.06545. Throws {@link InputError} for a bad option or
 * fewer than two rows or groups in a sample.
 *
 * @returns 1 for each row of the first and of the second sample that was classified correctly
 */
export function classifierTest(
  first: Float64Array,
  second: Float64Array,
  dimension: number,
  options: ClassifierOptions = {},
): [Uint8Array, Uint8Array] {
  const classifier = requireOneOf(options.classifier ?? 'logistic', ['logistic', 'neighbors'], 'option classifier');
  const k = requireInteger(options.k ?? 15, 'option k', 1);
  if (k % 2 === 0) throw new InputError('option k', String(k), 'an odd number');
  const sizes = [first, second].map((rows, s) => rowCount(rows, dimension, 1, s === 0 ? 'first' : 'second'));
  const rng = asRng(options.seed ?? 0);
  const groups = sizes.map((size, s) => options.groups?.[s] ?? Int32Array.from({ length: size }, (_, i) => i));
  const { folds, parts } = foldsOf(groups, sizes, rng);
  const right: [Uint8Array, Uint8Array] = [new Uint8Array(sizes[0]), new Uint8Array(sizes[1])];
  for (let fold = 0; fold < folds; fold++) {
    const train = parts.map(({ rows, folds }) => rows.filter((_, i) => folds[i] !== fold));
    const test = parts.map(({ rows, folds }) => rows.filter((_, i) => folds[i] === fold));
    const [own, others] = [first, second].map((set, s) => takeRows(set, dimension, train[s]));
    const scale = RowScale.fit(joined(Float64Array, [own, others]), dimension);
    const [a, b] = [own, others].map((rows) => scale.normalize(rows));
    const decide = classifier === 'logistic' ? logistic(a, b, dimension) : majority(a, b, dimension, k);
    [first, second].forEach((rows, s) => {
      const points = scale.normalize(takeRows(rows, dimension, test[s]));
      for (let i = 0; i < test[s].length; i++) {
        if (decide(points, i) > 0 === (s === 1)) right[s][test[s][i]] = 1;
      }
    });
  }
  return right;
}

/** Rows of each sample in random order with their folds: shuffled groups are dealt out in turn. */
function foldsOf(
  groups: readonly ArrayLike<number>[],
  sizes: readonly number[],
  rng: Rng,
): { folds: number; parts: { rows: Int32Array; folds: Int32Array }[] } {
  const kinds = groups.map((of, s) => {
    const name = s === 0 ? 'first' : 'second';
    if (of.length !== sizes[s]) throw new InputError(`groups, ${name}`, `${of.length} entries`, `${sizes[s]}`);
    return [...new Set(Array.from(of))];
  });
  const folds = Math.min(FOLDS, ...kinds.map((of) => of.length));
  if (folds < 2) throw new InputError('groups', 'one group', 'at least two in each sample');
  const parts = kinds.map((of, s) => {
    rng.shuffle(of);
    const places = new Map(of.map((group, k) => [group, k]));
    const placeOf = (row: number): number => places.get(groups[s][row]) as number;
    const rows = Int32Array.from({ length: sizes[s] }, (_, i) => i).sort((i, j) => placeOf(i) - placeOf(j));
    return { rows, folds: rows.map((row) => placeOf(row) % folds) };
  });
  return { folds, parts };
}

/** Positive if row i of the points looks like one of the second sample. */
type Decide = (points: Float64Array, i: number) => number;

/** Logistic regression of b against a by Newton's method, both weighted to count alike; returns the log-odds of b. */
function logistic(a: Float64Array, b: Float64Array, dimension: number): Decide {
  const { Matrix, solve } = require('ml-matrix') as typeof import('ml-matrix');
  // The weight of the intercept is the last.
  const weights = new Float64Array(dimension + 1);
  for (let iteration = 0; iteration < 25; iteration++) {
    const { gradient, hessian } = likelihoodSlopes([a, b], dimension, weights);
    const step = solve(Matrix.from1DArray(dimension + 1, dimension + 1, hessian), Matrix.columnVector(gradient));
    const changes = step.to1DArray();
    for (let d = 0; d <= dimension; d++) weights[d] -= changes[d];
    if (Math.max(...changes.map(Math.abs)) < 1e-8) break;
  }
  return (points, i) => logOdds(weights, points, i);
}

/** Log-odds of row i; one weight a feature, and the intercept. */
function logOdds(weights: Float64Array, points: Float64Array, i: number): number {
  const dimension = weights.length - 1;
  let sum = weights[dimension];
  for (let d = 0, p = i * dimension; d < dimension; d++, p++) sum += weights[d] * points[p];
  return sum;
}

/** Gradient and Hessian of the negative log-likelihood of two sets (labels 0 and 1) with the ridge penalty. */
function likelihoodSlopes(
  sets: readonly [Float64Array, Float64Array],
  dimension: number,
  weights: Float64Array,
): { gradient: Float64Array; hessian: Float64Array } {
  const size = dimension + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (let d = 0; d < size; d++) {
    gradient[d] = d < dimension ? RIDGE * weights[d] : 0;
    // The intercept is free; its penalty only keeps the matrix regular.
    hessian[d * size + d] = d < dimension ? RIDGE : 1e-9;
  }
  const counts = sets.map((rows) => rows.length / dimension);
  const mean = (counts[0] + counts[1]) / 2;
  const row = new Float64Array(size).fill(1);
  sets.forEach((rows, label) => {
    const weight = mean / counts[label];
    for (let i = 0; i < counts[label]; i++) {
      row.set(rows.subarray(i * dimension, (i + 1) * dimension));
      const probability = 1 / (1 + Math.exp(-logOdds(weights, rows, i)));
      const slope = weight * (probability - label);
      const curvature = weight * probability * (1 - probability);
      for (let d = 0; d < size; d++) {
        gradient[d] += slope * row[d];
        const curved = curvature * row[d];
        for (let e = 0; e <= d; e++) hessian[d * size + e] += curved * row[e];
      }
    }
  });
  for (let d = 0; d < size; d++) for (let e = 0; e < d; e++) hessian[e * size + d] = hessian[d * size + e];
  return { gradient, hessian };
}

/** Votes of the k nearest rows, each set's votes weighted so that both count alike; positive for b. */
function majority(a: Float64Array, b: Float64Array, dimension: number, k: number): Decide {
  // Rows of a, then of b.
  const counts = [a.length / dimension, b.length / dimension];
  const both = joined(Float64Array, [a, b]);
  const squares = new Float64Array(counts[0] + counts[1]);
  const nearest = new NearestList(k);
  return (points, i) => {
    squaredDistances(both, dimension, points, i, squares);
    nearest.clear();
    for (let j = 0; j < squares.length; j++) if (squares[j] < nearest.farthest) nearest.add(squares[j], j);
    let votes = 0;
    for (const row of nearest.items) if (row >= 0) votes += row < counts[0] ? -1 / counts[0] : 1 / counts[1];
    return votes;
  };
}

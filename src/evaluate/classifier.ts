import { asRng, InputError, requireInteger, requireOneOf, requirePositive, type SeedOrRng } from '../core';
import { rowCount, squaredDistance } from './coverage';

/** Options of {@link classifierTest}. */
export interface ClassifierOptions {
  /** 'logistic': ridge-penalized logistic regression; 'neighbors': majority of the k nearest. Default 'logistic'. */
  classifier?: 'logistic' | 'neighbors';
  /** Parts for cross-validation; default 5. */
  folds?: number;
  /** Neighbors asked, an odd number; default 15. */
  k?: number;
  /** Ridge penalty of the logistic weights on standardized features; default 1. */
  ridge?: number;
  /** Seed of the split; default 0. */
  seed?: SeedOrRng;
}

/** How well a classifier tells two samples apart. */
export interface ClassifierResult {
  /** Cross-validated accuracy, mean over the two samples: 0.5 if they cannot be told apart, 1 if always. */
  accuracy: number;
  /** Standard error of the accuracy as if all test points were independent. */
  error: number;
  /** 1 for each row of the first and of the second sample that was told rightly. */
  right: [Uint8Array, Uint8Array];
}

/**
 * Classifier two-sample test on rows of `dimension` features: trains on all folds but one, tests on that one, in turn.
 *
 * Features are standardized by the training folds. Both samples count alike, whatever their sizes. Lopez-Paz & Oquab,
 * Revisiting classifier two-sample tests, ICLR 2017, arXiv:1610.06545. Throws {@link InputError} for a bad option or
 * fewer rows than folds.
 */
export function classifierTest(
  first: Float64Array,
  second: Float64Array,
  dimension: number,
  options: ClassifierOptions = {},
): ClassifierResult {
  const classifier = requireOneOf(options.classifier ?? 'logistic', ['logistic', 'neighbors'], 'option classifier');
  const folds = requireInteger(options.folds ?? 5, 'option folds', 2);
  const k = requireInteger(options.k ?? 15, 'option k', 1);
  if (k % 2 === 0) throw new InputError('option k', String(k), 'an odd number');
  const ridge = requirePositive(options.ridge ?? 1, 'option ridge');
  const sizes = [rowCount(first, dimension, folds - 1, 'first'), rowCount(second, dimension, folds - 1, 'second')];
  const rng = asRng(options.seed ?? 0);
  const parts = sizes.map((size) => {
    const order = Int32Array.from({ length: size }, (_, i) => i);
    rng.shuffle(order);
    return order;
  });
  const right: [Uint8Array, Uint8Array] = [new Uint8Array(sizes[0]), new Uint8Array(sizes[1])];
  for (let fold = 0; fold < folds; fold++) {
    const train = parts.map((order) => order.filter((_, i) => i % folds !== fold));
    const test = parts.map((order) => order.filter((_, i) => i % folds === fold));
    const scale = standardization([first, second], train, dimension);
    const [a, b] = [first, second].map((rows, s) => standardized(rows, train[s], scale, dimension));
    const decide = classifier === 'logistic' ? logistic(a, b, dimension, ridge) : majority(a, b, dimension, k);
    [first, second].forEach((rows, s) => {
      const points = standardized(rows, test[s], scale, dimension);
      for (let i = 0; i < test[s].length; i++) {
        if (decide(points.subarray(i * dimension, (i + 1) * dimension)) > 0 === (s === 1)) right[s][test[s][i]] = 1;
      }
    });
  }
  const rates = right.map((each, s) => each.reduce((sum, one) => sum + one, 0) / sizes[s]);
  const variance = rates.reduce((sum, rate, s) => sum + (rate * (1 - rate)) / sizes[s], 0);
  return { accuracy: (rates[0] + rates[1]) / 2, error: Math.sqrt(variance) / 2, right };
}

interface Standardization {
  means: Float64Array;
  deviations: Float64Array;
}

function standardization(sets: Float64Array[], rows: Int32Array[], dimension: number): Standardization {
  const means = new Float64Array(dimension);
  const deviations = new Float64Array(dimension);
  const total = rows[0].length + rows[1].length;
  const each = (visit: (value: number, d: number) => void): void => {
    rows.forEach((list, s) => {
      for (const row of list) for (let d = 0; d < dimension; d++) visit(sets[s][row * dimension + d], d);
    });
  };
  each((value, d) => {
    means[d] += value / total;
  });
  each((value, d) => {
    deviations[d] += (value - means[d]) ** 2 / total;
  });
  // A feature that never varies says nothing; any scale will do.
  return { means, deviations: deviations.map((variance) => Math.sqrt(variance) || 1) };
}

function standardized(set: Float64Array, rows: Int32Array, scale: Standardization, dimension: number): Float64Array {
  const result = new Float64Array(rows.length * dimension);
  rows.forEach((row, i) => {
    for (let d = 0; d < dimension; d++) {
      result[i * dimension + d] = (set[row * dimension + d] - scale.means[d]) / scale.deviations[d];
    }
  });
  return result;
}

/** Logistic regression of b against a by Newton's method, both weighted to count alike; gives the log-odds of b. */
function logistic(a: Float64Array, b: Float64Array, dimension: number, ridge: number): (x: Float64Array) => number {
  const { Matrix, solve } = require('ml-matrix') as typeof import('ml-matrix');
  const rows = [a.length / dimension, b.length / dimension];
  const mean = (rows[0] + rows[1]) / 2;
  const weights = new Float64Array(dimension + 1);
  const odds = (x: Float64Array): number => {
    let sum = weights[dimension];
    for (let d = 0; d < dimension; d++) sum += weights[d] * x[d];
    return sum;
  };
  for (let iteration = 0; iteration < 25; iteration++) {
    const gradient = new Float64Array(dimension + 1);
    const hessian = Array.from({ length: dimension + 1 }, () => new Float64Array(dimension + 1));
    for (let d = 0; d < dimension; d++) {
      gradient[d] = ridge * weights[d];
      hessian[d][d] = ridge;
    }
    // The intercept is free; this only keeps the matrix regular.
    hessian[dimension][dimension] = 1e-9;
    [a, b].forEach((set, s) => {
      for (let i = 0; i < rows[s]; i++) {
        const x = set.subarray(i * dimension, (i + 1) * dimension);
        addRow(gradient, hessian, x, 1 / (1 + Math.exp(-odds(x))), s, mean / rows[s]);
      }
    });
    const step = solve(hessian, Matrix.columnVector(gradient)).to1DArray();
    for (let d = 0; d <= dimension; d++) weights[d] -= step[d];
    if (Math.max(...step.map(Math.abs)) < 1e-8) break;
  }
  return odds;
}

/** Adds one row's part of the gradient and the Hessian of the weighted log-likelihood. */
function addRow(
  gradient: Float64Array,
  hessian: Float64Array[],
  x: Float64Array,
  probability: number,
  label: number,
  weight: number,
): void {
  const dimension = x.length;
  const slope = weight * (probability - label);
  const curvature = weight * probability * (1 - probability);
  for (let d = 0; d <= dimension; d++) {
    const xd = d === dimension ? 1 : x[d];
    gradient[d] += slope * xd;
    for (let e = 0; e <= dimension; e++) {
      hessian[d][e] += curvature * xd * (e === dimension ? 1 : x[e]);
    }
  }
}

/** Votes of the k nearest rows, each set's votes weighted so that both count alike; positive for b. */
function majority(a: Float64Array, b: Float64Array, dimension: number, k: number): (x: Float64Array) => number {
  const rows = [a.length / dimension, b.length / dimension];
  return (x) => {
    const nearest: { square: number; vote: number }[] = [];
    [a, b].forEach((set, s) => {
      for (let i = 0; i < rows[s]; i++) {
        const square = squaredDistance(x, 0, set, i, dimension);
        if (nearest.length === k && square >= nearest[k - 1].square) continue;
        let place = nearest.length;
        while (place > 0 && nearest[place - 1].square > square) place--;
        nearest.splice(place, 0, { square, vote: (s === 1 ? 1 : -1) / rows[s] });
        if (nearest.length > k) nearest.pop();
      }
    });
    return nearest.reduce((sum, { vote }) => sum + vote, 0);
  };
}

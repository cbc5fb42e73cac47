import { InputError, requireFinite, requireInteger } from '../../core';
import { NearestList, squaredDistances } from './rowDistances';

/**
 * How two sets of points cover each other: precision is the part of the generated points that are held at all, density
 * the mean of `held` over k (1 for equal distributions), recall and coverage are the means of the others.
 */
export interface Coverage {
  /** Real balls that hold each generated point. */
  held: Int32Array;
  /** 1 for each real point inside a generated point's ball. */
  recalled: Uint8Array;
  /** 1 for each real point whose ball holds a generated point. */
  covered: Uint8Array;
}

/**
 * Precision, recall, density and coverage of generated against real points (rows of `dimension` features); the ball of
 * a point reaches to its k-th nearest other point of its own set, k = 5 by default. Points given more than once count
 * once where balls are made, so that a set and its copies have the same balls.
 *
 * Naeem et al., Reliable fidelity and diversity metrics for generative models, ICML 2020, arXiv:2002.09797; precision
 * and recall after Kynkäänniemi et al., arXiv:1904.06991. Throws {@link InputError} if a set has k points or fewer.
 */
export function precisionRecall(
  real: Float64Array,
  generated: Float64Array,
  dimension: number,
  options: { k?: number } = {},
): Coverage {
  const k = requireInteger(options.k ?? 5, 'option k', 1);
  const reals = rowCount(real, dimension, k, 'real');
  const fakes = rowCount(generated, dimension, k, 'generated');
  const [realBalls, fakeBalls] = [real, generated].map((values) => ballsOf(values, dimension, k));
  const squares = new Float64Array(fakes);
  const held = new Int32Array(fakes);
  const recalled = new Uint8Array(reals);
  const covered = new Uint8Array(reals);
  for (let i = 0; i < reals; i++) {
    const again = realBalls.first[i] < i;
    const ball = realBalls.squares[i];
    squaredDistances(generated, dimension, real, i, squares);
    for (let j = 0; j < fakes; j++) {
      const square = squares[j];
      if (square < fakeBalls.squares[j]) recalled[i] = 1;
      if (square >= ball) continue;
      covered[i] = 1;
      if (!again) held[j]++;
    }
  }
  return { held, recalled, covered };
}

/** Rows in a flat feature array; throws {@link InputError} for a bad length, a non-finite number or too few rows. */
export function rowCount(values: Float64Array, dimension: number, moreThan: number, place: string): number {
  requireInteger(dimension, 'dimension', 1);
  if (values.length % dimension !== 0) {
    throw new InputError(place, `${values.length} numbers`, `a multiple of dimension = ${dimension}`);
  }
  requireFinite(values, place);
  const rows = values.length / dimension;
  if (rows <= moreThan) throw new InputError(place, `${rows} rows`, `more than ${moreThan}`);
  return rows;
}

/** Squares relative to which two are the same. */
const SAME = 1e-12;

/** Of each row, the squared distance to its k-th nearest other place with a row, and the first row in its own place. */
function ballsOf(values: Float64Array, dimension: number, k: number): { squares: Float64Array; first: Int32Array } {
  const nearest = new NearestList(k);
  const distances = new Float64Array(values.length / dimension);
  const first = new Int32Array(distances.length);
  const balls = distances.map((_, i) => {
    squaredDistances(values, dimension, values, i, distances);
    const row = values.subarray(i * dimension, (i + 1) * dimension);
    const here = SAME * row.reduce((norm, x) => norm + x * x, Number.MIN_VALUE / SAME);
    first[i] = distances.findIndex((square) => square <= here);
    nearest.clear();
    for (let j = 0; j < distances.length; j++) {
      const square = distances[j];
      if (square >= nearest.farthest || square <= here) continue;
      // Copies of a row are equally far from all others.
      if (!nearest.squares.some((other) => Math.abs(other - square) <= SAME * square)) nearest.add(square, j);
    }
    return Math.max(here, ...nearest.squares.filter(Number.isFinite));
  });
  return { squares: balls, first };
}

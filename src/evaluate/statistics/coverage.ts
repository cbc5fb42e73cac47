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
 * a point reaches to its k-th nearest other point of its own set, k = 5 by default.
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
  const realBalls = ballSquares(real, dimension, k);
  const fakeBalls = ballSquares(generated, dimension, k);
  const squares = new Float64Array(fakes);
  const held = new Int32Array(fakes);
  const recalled = new Uint8Array(reals);
  const covered = new Uint8Array(reals);
  for (let i = 0; i < reals; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    squaredDistances(generated, dimension, real, i, squares);
    for (let j = 0; j < fakes; j++) {
      const square = squares[j];
      if (square < realBalls[i]) held[j]++;
      if (square < fakeBalls[j]) recalled[i] = 1;
      if (square < nearest) nearest = square;
    }
    if (nearest < realBalls[i]) covered[i] = 1;
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

/** Squared distance from each row to its k-th nearest other row. */
function ballSquares(values: Float64Array, dimension: number, k: number): Float64Array {
  const nearest = new NearestList(k);
  const squares = new Float64Array(values.length / dimension);
  return squares.map((_, i) => {
    squaredDistances(values, dimension, values, i, squares);
    squares[i] = Number.POSITIVE_INFINITY;
    nearest.clear();
    for (let j = 0; j < squares.length; j++) if (squares[j] < nearest.farthest) nearest.add(squares[j], j);
    return nearest.farthest;
  });
}

import { InputError, requireKnownOptions } from '../core/errors';
import { assign } from './match/assignment';
import { type Match, type MatchOptions, match, requirePoints, requireSpecies, requireWeights } from './match/match';
import { layOn, rotateInto, rotationWork } from './rotation';

/** Options of {@link synchronize}. */
export interface SynchronizeOptions extends MatchOptions {
  /** Relabel `moving` as well, as `match` does; false if absent, and then `species` does not count. */
  permute?: boolean;
}

/** One arrangement laid on another. */
export type Synchronized = Match;

/**
 * Synchronization: the rotation Q (and relabelling π) with the least ‖X − QX'‖_F, the orthogonal Procrustes problem.
 *
 * The origin, which is the central atom, stays where it is: nothing is centered. Deficient cases: coplanar points have
 * one best proper rotation and one best improper one that fit alike, and the proper one is returned; for collinear
 * points one of the many best rotations is returned; if all points of one side are at the origin, Q is the identity.
 *
 * With `permute`, `moving` may hold more points than `reference`, and the best n of them are used.
 *
 * Source: W. Kabsch, Acta Cryst. A 32, 922 (1976), doi:10.1107/S0567739476001873; solved as B. K. P. Horn, J. Opt. Soc.
 * Am. A 4, 629 (1987), doi:10.1364/JOSAA.4.000629.
 *
 * @param reference X, n×3, Å
 * @param moving X', n×3, Å
 * @throws InputError if the lengths do not fit or a number is not finite
 */
export function synchronize(
  reference: ArrayLike<number>,
  moving: ArrayLike<number>,
  options: SynchronizeOptions = {},
): Synchronized {
  requireKnownOptions(options, ['reflections', 'permute', 'weights', 'species']);
  const { permute = false, ...others } = options;
  if (typeof permute !== 'boolean') throw new InputError('option permute', JSON.stringify(permute), 'true or false');
  const n = requirePoints(reference, 'reference');
  const m = requirePoints(moving, 'moving');
  if (permute ? m < n : m !== n) {
    throw new InputError('moving length', String(moving.length), `${permute ? 'at least ' : ''}3n = ${3 * n}`);
  }
  if (permute) return match(reference, moving, others);
  const weights = requireWeights(options.weights, n);
  const work = rotationWork();
  const moved = new Float64Array(3 * n);
  const rmsd = layOn(work, reference, moving, weights, options.reflections ?? false, moved);
  const permutation = Int32Array.from(weights, (_, i) => i);
  return { rotation: work.rotation, permutation, moved, rmsd, optimal: true };
}

/**
 * The points turned by a rotation: Q · xᵢ for each of the n rows of `positions`, n×3. Throws InputError on bad lengths.
 */
export function applyRotation(rotation: ArrayLike<number>, positions: ArrayLike<number>): Float64Array {
  if (rotation.length !== 9) throw new InputError('rotation length', String(rotation.length), '9');
  requirePoints(positions, 'positions');
  const turned = new Float64Array(positions.length);
  rotateInto(Float64Array.from(rotation), positions, turned);
  return turned;
}

/** Points matched with others where they lie. */
export interface MatchedPoints {
  /** The row of `points` that goes to each reference row, n. */
  permutation: Int32Array;
  /** Distance of each matched pair, n, Å. */
  distances: Float64Array;
  /** Root mean square of these, Å. */
  rmsd: number;
}

/**
 * The relabelling alone, nothing turned: each reference point is matched with a point of its own, at the least sum of
 * squared distances. For positions in one frame, as infilled atoms and the true ones.
 *
 * @param reference n×3, Å
 * @param points m×3, m ≥ n, Å
 * @throws InputError if the lengths do not fit, a number is not finite, or a species has too few points
 */
export function matchPoints(
  reference: ArrayLike<number>,
  points: ArrayLike<number>,
  options: Pick<MatchOptions, 'species'> = {},
): MatchedPoints {
  requireKnownOptions(options, ['species']);
  const n = requirePoints(reference, 'reference');
  const m = requirePoints(points, 'points');
  if (m < n) throw new InputError('points length', String(points.length), `at least 3n = ${3 * n}`);
  const { species } = options;
  if (species) requireSpecies(species, n, m);
  const squares = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const dx = reference[3 * i] - points[3 * j];
      const dy = reference[3 * i + 1] - points[3 * j + 1];
      const dz = reference[3 * i + 2] - points[3 * j + 2];
      squares[m * i + j] = dx * dx + dy * dy + dz * dz;
    }
  }
  const costs = species ? withoutUnlike(squares, species, m) : squares;
  const permutation = assign(costs, n, m);
  const distances = Float64Array.from(permutation, (j, i) => Math.sqrt(squares[m * i + j]));
  return { permutation, distances, rmsd: Math.hypot(...distances) / Math.sqrt(n) };
}

/** Costs that keep unlike points apart: each of these is more than all others together. */
function withoutUnlike(
  squares: Float64Array,
  [few, many]: NonNullable<MatchOptions['species']>,
  m: number,
): Float64Array {
  const most = 1 + squares.reduce((sum, square) => sum + square, 0);
  return squares.map((square, k) => (few[Math.floor(k / m)] === many[k % m] ? square : most));
}

import { InputError, requireFinite, requireKnownOptions } from '../../core/errors';
import { layOn, rotateInto, rotationWork } from '../rotation';
import { RelabellingSearch } from './search';

/** Options of {@link match}. */
export interface MatchOptions {
  /** Allow improper rotations as well; false if absent. An arrangement and its mirror image share a Gram matrix. */
  reflections?: boolean;
  /**
   * Weight of each row of the smaller set (X if both are equal), numbers of at least 0, not all 0; 1 each if absent.
   */
  weights?: ArrayLike<number>;
  /** Species of the rows of X and of X', as numbers; rows of unlike species are never matched. All alike if absent. */
  species?: readonly [ArrayLike<number>, ArrayLike<number>];
}

/** One arrangement laid on another. */
export interface Match {
  /** Q, 3×3 row-major, acting on columns: movedᵢ = Q · moving_π(i). */
  rotation: Float64Array;
  /** π: the row of X' that goes to each row of X, n; −1 where X is the larger set and nothing goes there. */
  permutation: Int32Array;
  /** The moved points in the order of X, n×3, Å; NaN where nothing goes. */
  moved: Float64Array;
  /** √(Σ w |xᵢ − movedᵢ|² / Σ w), Å. */
  rmsd: number;
  /** Whether this is the best fit of all for certain; false if the search for a better one was cut short. */
  optimal: boolean;
}

/** Points in the larger set up to which the search always comes to its end. */
const EXACT_POINTS = 10;

/** Placements after which a search among more points is cut short: 2 to 5 ms. */
const MOST_PLACEMENTS = 20_000;

/**
 * The relabelling and rotation of least ‖X − QX'π‖_F: how one motif lies best on another, the one search under
 * everything that relabels.
 *
 * All rows of the smaller set are matched, with the best ones of the larger set. The origin, which is the central atom,
 * stays where it is. Exact if neither set has more than 10 rows; beyond, the search is cut short after some
 * milliseconds, and `optimal` says whether it was. Branch and bound over assignments; assignment: R. Jonker & A.
 * Volgenant, Computing 38, 325 (1987), doi:10.1007/BF02278710; rotation: B. K. P. Horn, J. Opt. Soc. Am. A 4, 629
 * (1987), doi:10.1364/JOSAA.4.000629.
 *
 * @param x X, n×3, Å
 * @param y X', m×3, Å
 * @throws InputError if a length does not fit, a number is not finite, a weight is negative, or a species of the
 *   smaller set has fewer rows in the larger one
 */
export function match(x: ArrayLike<number>, y: ArrayLike<number>, options: MatchOptions = {}): Match {
  requireKnownOptions(options, ['reflections', 'weights', 'species']);
  const { reflections = false, species } = options;
  const n = requirePoints(x, 'x');
  const m = requirePoints(y, 'y');
  if (n > m) return reversed(match(y, x, species ? { ...options, species: [species[1], species[0]] } : options), y, n);
  const weights = requireWeights(options.weights, n);
  if (species) requireSpecies(species, n, m);
  const search = new RelabellingSearch(Float64Array.from(x), m, { reflections, weights, species });
  const optimal = search.find(Float64Array.from(y), Infinity, m > EXACT_POINTS ? MOST_PLACEMENTS : Infinity);
  const permutation = search.labels;
  const work = rotationWork();
  const moved = new Float64Array(3 * n);
  const rmsd = layOn(work, x, y, weights, reflections, moved, permutation);
  return { rotation: work.rotation, permutation, moved, rmsd, optimal };
}

/** The match of the larger set on the smaller one `y`, from that of the smaller one on the larger one of n rows. */
function reversed({ rotation, permutation, rmsd, optimal }: Match, y: ArrayLike<number>, n: number): Match {
  const inverse = Float64Array.from(rotation, (_, k) => rotation[3 * (k % 3) + Math.floor(k / 3)]);
  const rows = new Int32Array(n).fill(-1);
  const moved = new Float64Array(3 * n).fill(Number.NaN);
  permutation.forEach((i, j) => {
    rows[i] = j;
    rotateInto(inverse, y, moved.subarray(3 * i, 3 * i + 3), [j]);
  });
  return { rotation: inverse, permutation: rows, moved, rmsd, optimal };
}

/** The number of rows. Throws InputError unless there are some, of three finite numbers. */
export function requirePoints(points: ArrayLike<number>, place: string): number {
  if (points.length === 0 || points.length % 3 !== 0) {
    throw new InputError(`${place} length`, String(points.length), 'a multiple of 3 above 0');
  }
  requireFinite(points, place);
  return points.length / 3;
}

/** Weights of n rows, 1 each if absent. Throws InputError unless they are n, finite, none negative and not all 0. */
export function requireWeights(weights: ArrayLike<number> | undefined, n: number): Float64Array {
  if (weights === undefined) return new Float64Array(n).fill(1);
  if (weights.length !== n) throw new InputError('option weights length', String(weights.length), `n = ${n}`);
  requireFinite(weights, 'option weights');
  const checked = Float64Array.from(weights);
  const negative = checked.findIndex((w) => w < 0);
  if (negative >= 0) throw new InputError(`option weights[${negative}]`, String(checked[negative]), 'at least 0');
  if (checked.every((w) => w === 0)) throw new InputError('option weights', 'zeros only', 'a weight above 0');
  return checked;
}

/** Throws InputError unless there is a species for each of n and m rows, and no more of any among the n. */
export function requireSpecies(species: readonly [ArrayLike<number>, ArrayLike<number>], n: number, m: number): void {
  const [few, many] = species.map((codes) => Array.from(codes));
  if (few.length !== n || many.length !== m) {
    throw new InputError('option species', `${few.length} and ${many.length} codes`, `${n} and ${m}, one a row`);
  }
  const count = (codes: number[], code: number): number => codes.filter((other) => other === code).length;
  for (const code of new Set(few)) {
    if (count(few, code) <= count(many, code)) continue;
    const rows = `${count(few, code)} and ${count(many, code)} rows of species ${code}`;
    throw new InputError('option species', rows, 'no more in the smaller set than in the larger one');
  }
}

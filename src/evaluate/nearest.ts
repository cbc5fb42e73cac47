import { InputError, requireInteger } from '../core';
import { synchronize } from '../motifs';
import { motifFeatures } from './features';
import { Matcher, type PreparedMotifs, prepareMotifs, type SearchOrder, searchOrder } from './match';
import { motifCount } from './motifs';

/** Options of {@link motifDistance} and {@link nearestMotifs}. */
export interface MotifDistanceOptions {
  /** Count mirror images as equal, as the Gram matrix does; default true. */
  reflections?: boolean;
}

/** Two motifs laid on each other. */
export interface MotifDistance {
  /** √(min ‖X − QX'π‖² / n), Å. */
  rmsd: number;
  /** The row of the second motif on each row of the first, n. */
  permutation: Int32Array;
  /** Q, 3 × 3 row-major, acting on columns. */
  rotation: Float64Array;
  /** The second motif, relabelled and rotated, n × 3, Å. */
  moved: Float64Array;
}

/** The nearest library motif of each query. */
export interface NearestMotifs {
  /** Index in the library, length M. */
  indices: Int32Array;
  /** Distance to it, √(min ‖X − QX'π‖² / n), Å, length M. */
  distances: Float64Array;
}

/** Motifs more atoms than this would need more bits than the search has. */
const MOST_ATOMS = 24;

/** Ranked library motifs whose distance is estimated first, so that the search starts with a tight limit. */
const STARTS = 12;

/** Library motifs on which the choice of leading rows is tried. */
const TRIALS = 40;

/**
 * Distance of two motifs (n × 3, Å) up to rotation, reflection and relabelling of the neighbors: exact.
 *
 * Branch and bound over assignments, the rotation by synchronization; a metric on motifs (the central atom stays at the
 * origin). Throws {@link InputError} unless both hold the same number n of atoms, at most 24.
 */
export function motifDistance(
  first: Float64Array,
  second: Float64Array,
  options: MotifDistanceOptions = {},
): MotifDistance {
  if (first.length !== second.length) {
    throw new InputError('second motif', `${second.length} numbers`, `${first.length}, as the first`);
  }
  const n = first.length / 3;
  requireMotifs(first, n, 'first motif');
  requireMotifs(second, n, 'second motif');
  const reflections = options.reflections ?? true;
  const [x, y] = [prepareMotifs(first, n), prepareMotifs(second, n)];
  const matcher = new Matcher(n, reflections);
  matcher.match(searchOrder(x, 0), y, 0, Number.POSITIVE_INFINITY);
  const permutation = new Int32Array(n);
  matcher.labels.forEach((label, i) => {
    permutation[x.rows[i]] = y.rows[label];
  });
  const relabelled = Float64Array.from(
    { length: 3 * n },
    (_, c) => second[3 * permutation[Math.floor(c / 3)] + (c % 3)],
  );
  const { rotation, moved, rmsd } = synchronize(first, relabelled, { reflections });
  return { rmsd, permutation, rotation, moved };
}

/**
 * The library motif nearest to each query (both M × n × 3, Å) in the distance of {@link motifDistance}: exact.
 *
 * A lower bound (sorted distances from the center and between neighbors) ranks and prunes the library; the rest is
 * dismissed by branch and bound at the query's most telling pair of atoms, mostly within three rows. Throws
 * {@link InputError} for an empty library.
 */
export function nearestMotifs(
  queries: Float64Array,
  library: Float64Array,
  n: number,
  options: MotifDistanceOptions = {},
): NearestMotifs {
  const count = requireMotifs(queries, n, 'queries');
  const size = requireMotifs(library, n, 'library');
  if (size === 0) throw new InputError('library', 'no motifs', 'at least one motif');
  const search = new NearestSearch(library, n, options.reflections ?? true);
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  for (let q = 0; q < count; q++) {
    const { index, squares } = search.nearest(queries.subarray(3 * n * q, 3 * n * (q + 1)));
    indices[q] = index;
    distances[q] = Math.sqrt(squares / n);
  }
  return { indices, distances };
}

class NearestSearch {
  readonly #n: number;
  readonly #library: PreparedMotifs;
  readonly #features: Float64Array;
  readonly #matcher: Matcher;
  readonly #bounds: Float64Array;

  constructor(library: Float64Array, n: number, reflections: boolean) {
    this.#n = n;
    this.#library = prepareMotifs(library, n);
    this.#features = motifFeatures(library, n).values;
    this.#matcher = new Matcher(n, reflections);
    this.#bounds = new Float64Array(this.#library.length);
  }

  nearest(query: Float64Array): { index: number; squares: number } {
    const prepared = prepareMotifs(query, this.#n);
    const plain = searchOrder(prepared, 0);
    this.#bound(motifFeatures(query, this.#n).values);
    let limit = this.#startingLimit(plain);
    const order = searchOrder(prepared, 0, this.#leadingRows(plain, limit));
    let index = -1;
    for (let m = 0; m < this.#library.length; m++) {
      if (this.#bounds[m] >= limit) continue;
      const squares = this.#matcher.match(order, this.#library, m, limit);
      if (squares < limit) {
        limit = squares;
        index = m;
      }
    }
    return { index, squares: limit };
  }

  /**
   * Lower bounds of the squared distance to each library motif: Σ (r − r')² and Σ (d − d')²/n in sorted order. The
   * first since |x − Qx'| ≥ ||x| − |x'||, the second since Σ_{i<j} |δᵢ − δⱼ|² ≤ n Σ |δᵢ|² for the displacements δ.
   */
  #bound(query: Float64Array): void {
    const n = this.#n;
    const stride = query.length;
    for (let m = 0; m < this.#bounds.length; m++) {
      const at = m * stride;
      let radial = 0;
      let mutual = 0;
      for (let i = 0; i < n; i++) radial += (query[i] - this.#features[at + i]) ** 2;
      for (let i = n; i < stride; i++) mutual += (query[i] - this.#features[at + i]) ** 2;
      this.#bounds[m] = Math.max(radial, mutual);
    }
  }

  /** An upper bound of the least squared distance, from single descents on the library motifs of least lower bound. */
  #startingLimit(query: SearchOrder): number {
    let limit = Number.POSITIVE_INFINITY;
    for (const m of smallest(this.#bounds, STARTS)) {
      const squares = this.#matcher.match(query, this.#library, m, Number.POSITIVE_INFINITY, true);
      limit = Math.min(limit, squares);
    }
    // Just above, so that the search itself meets the motif that set it.
    return limit * (1 + 1e-9) + 1e-12;
  }

  /**
   * The most telling pair of query rows: the one that fewest pairs of library rows answer within the limit, on a
   * sample of the library. Halves the time against the two farthest rows.
   */
  #leadingRows(query: SearchOrder, limit: number): number[] {
    const step = Math.max(1, Math.floor(this.#library.length / TRIALS));
    let leading: number[] = [];
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#n; i++) {
      for (let j = i + 1; j < this.#n; j++) {
        let answers = 0;
        for (let m = 0; m < this.#library.length && answers < fewest; m += step) {
          answers += this.#matcher.countPairs(query, i, j, this.#library, m, limit);
        }
        if (answers < fewest) {
          fewest = answers;
          leading = [i, j];
        }
      }
    }
    return leading;
  }
}

/** Indices of the `count` smallest values. */
function smallest(values: Float64Array, count: number): number[] {
  const found: number[] = [];
  for (let m = 0; m < values.length; m++) {
    if (found.length === count && values[m] >= values[found[count - 1]]) continue;
    let place = found.length;
    while (place > 0 && values[found[place - 1]] > values[m]) place--;
    found.splice(place, 0, m);
    if (found.length > count) found.pop();
  }
  return found;
}

function requireMotifs(positions: Float64Array, n: number, place: string): number {
  if (requireInteger(n, 'option n', 1) > MOST_ATOMS)
    throw new InputError('option n', String(n), `at most ${MOST_ATOMS}`);
  return motifCount(positions, n, place);
}

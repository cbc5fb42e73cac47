import { InputError, requireInteger, requireKnownOptions } from '../../core';
import { synchronize } from '..';
import { motifCount } from '../motifCount';
import { Matcher, type PreparedMotifs, prepareMotifs, type SearchOrder, searchOrder } from './match';
import { type Candidates, canSearch, FEWEST_ATOMS, searchCandidates } from './nearestKernel';

/** Options of {@link motifDistance}. */
export interface MotifDistanceOptions {
  /** Count mirror images as equal, as the Gram matrix does; default true. */
  reflections?: boolean;
}

/** Options of {@link nearestMotifs}. */
export interface NearestMotifsOptions extends MotifDistanceOptions {
  /**
   * The distance found is at most 1 + tolerance times that of the nearest motif; default 0. 0.1 spares
   * a quarter of the time; the distance found is 1 to 3 % too long on average.
   */
  tolerance?: number;
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

/** Queries prepared at once: 20 MB for 8 atoms. */
const CHUNK = 16384;

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
  requireKnownOptions(options, ['reflections']);
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
 * The library motif nearest to each query (both M × n × 3, Å) in the distance of {@link motifDistance}: exact, unless a
 * `tolerance` is given.
 *
 * Branch and bound on all threads with WebAssembly, in single precision with room for rounding; what it leaves, mostly
 * one motif a query, is compared in double precision. 10,000 motifs of 8 silicon atoms against 5,000, seconds of
 * processor time: 5 for held-out ones, 16 for those of a bad generator, 44 placed at random (some 20 to 30 times as much
 * without WebAssembly). Throws {@link InputError} for an empty library or a negative tolerance.
 */
export function nearestMotifs(
  queries: Float64Array,
  library: Float64Array,
  n: number,
  options: NearestMotifsOptions = {},
): NearestMotifs {
  requireKnownOptions(options, ['tolerance', 'reflections']);
  requireMotifs(queries, n, 'queries');
  return nearestInLibrary(queries, prepareLibrary(library, n), options);
}

/** A library made ready for {@link nearestInLibrary}, which many searches may share. */
export function prepareLibrary(library: Float64Array, n: number): PreparedMotifs {
  const size = requireMotifs(library, n, 'library');
  if (size === 0) throw new InputError('library', 'no motifs', 'at least one motif');
  return prepareMotifs(library, n);
}

/** As {@link nearestMotifs}, in a library that is ready. */
export function nearestInLibrary(
  queries: Float64Array,
  library: PreparedMotifs,
  options: NearestMotifsOptions = {},
): NearestMotifs {
  const { reflections = true, tolerance = 0 } = options;
  if (!(tolerance >= 0)) throw new InputError('option tolerance', String(tolerance), 'a number of at least 0');
  const { n } = library;
  const count = requireMotifs(queries, n, 'queries');
  const inLanes = n >= FEWEST_ATOMS && canSearch();
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  for (let first = 0; first < count; first += CHUNK) {
    const asked = prepareMotifs(queries.subarray(3 * n * first, 3 * n * (first + CHUNK)), n);
    const candidates = inLanes ? searchCandidates(asked, library, { reflections, tolerance }) : [];
    const matcher = new Matcher(n, reflections);
    for (let q = 0; q < asked.length; q++) {
      const { index, squares } = nearestOf(matcher, searchOrder(asked, q), library, candidates[q]);
      indices[first + q] = index;
      distances[first + q] = Math.sqrt(squares / n);
    }
  }
  return { indices, distances };
}

/** In double precision: the nearest of the candidates, or of all where they are unknown. */
function nearestOf(
  matcher: Matcher,
  query: SearchOrder,
  library: PreparedMotifs,
  candidates?: Candidates,
): { index: number; squares: number } {
  const known = candidates !== undefined && candidates.motifs.length > 0;
  let squares = known ? candidates.limit : Number.POSITIVE_INFINITY;
  let index = -1;
  for (let k = 0; k < (known ? candidates.motifs.length : library.length); k++) {
    const m = known ? candidates.motifs[k] : k;
    const found = matcher.match(query, library, m, squares);
    if (found >= squares) continue;
    squares = found;
    index = m;
  }
  return { index, squares };
}

function requireMotifs(positions: Float64Array, n: number, place: string): number {
  if (requireInteger(n, 'option n', 1) > MOST_ATOMS)
    throw new InputError('option n', String(n), `at most ${MOST_ATOMS}`);
  return motifCount(positions, n, place);
}

import { InputError, requireInteger, requireKnownOptions } from '../../core';
import { motifCount } from '../motifCount';
import { type Candidates, canSearch, FEWEST_ATOMS, MOST_ATOMS, searchCandidates } from './nearestKernel';
import type { MotifLibrary } from './nearestRecords';
import { RelabellingSearch } from './search';

/** Options of {@link nearestMotifs}. */
export interface NearestMotifsOptions {
  /** Count mirror images as equal, as the Gram matrix does; default true. */
  reflections?: boolean;
  /**
   * The distance found is at most 1 + tolerance times that of the nearest motif; default 0. 0.1 spares
   * a quarter of the time; the distance found is 1 to 3 % too long on average.
   */
  tolerance?: number;
  /** Species of the n rows, the same in all motifs; unlike ones are never matched. All alike if absent. */
  species?: ArrayLike<number>;
}

/** The nearest library motif of each query. */
export interface NearestMotifs {
  /** Index in the library, length M. */
  indices: Int32Array;
  /** Distance to it, √(min ‖X − QX'π‖² / n), Å, length M. */
  distances: Float64Array;
}

/** Queries searched for at once: 20 MB for 8 atoms. */
const CHUNK = 16384;

/**
 * The library motif nearest to each query (both M × n × 3, Å) up to rotation, reflection and relabelling, the rms
 * distance of `match`: exact, unless a
 * `tolerance` is given.
 *
 * Branch and bound on all threads with WebAssembly, in single precision with room for rounding; what it leaves, mostly
 * one motif a query, is compared in double precision. 10,000 motifs of 8 silicon atoms against 5,000, seconds of
 * processor time: 5 for held-out ones, 16 for those of a bad generator, 44 placed at random (50 to 90 times as much
 * without WebAssembly). Throws {@link InputError} for an empty library or a negative tolerance.
 */
export function nearestMotifs(
  queries: Float64Array,
  library: Float64Array,
  n: number,
  options: NearestMotifsOptions = {},
): NearestMotifs {
  requireKnownOptions(options, ['tolerance', 'reflections', 'species']);
  requireMotifs(queries, n, 'queries');
  const { species, ...others } = options;
  return nearestInLibrary(queries, prepareLibrary(library, n, species), others);
}

/** A library made ready for {@link nearestInLibrary}, which many searches may share. */
export function prepareLibrary(library: Float64Array, n: number, species?: ArrayLike<number>): MotifLibrary {
  const length = requireMotifs(library, n, 'library');
  if (length === 0) throw new InputError('library', 'no motifs', 'at least one motif');
  if (species && species.length !== n) {
    throw new InputError('option species length', String(species.length), `n = ${n}`);
  }
  return { n, length, positions: library, species };
}

/** As {@link nearestMotifs}, in a library that is ready. */
export function nearestInLibrary(
  queries: Float64Array,
  library: MotifLibrary,
  options: Omit<NearestMotifsOptions, 'species'> = {},
): NearestMotifs {
  requireKnownOptions(options, ['reflections', 'tolerance', 'species']);
  const { reflections = true, tolerance = 0 } = options;
  if (!(tolerance >= 0)) throw new InputError('option tolerance', String(tolerance), 'a number of at least 0');
  const { n, species } = library;
  const count = requireMotifs(queries, n, 'queries');
  const inLanes = n >= FEWEST_ATOMS && n <= MOST_ATOMS && canSearch();
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  for (let first = 0; first < count; first += CHUNK) {
    const positions = queries.subarray(3 * n * first, 3 * n * (first + CHUNK));
    const asked = { n, length: positions.length / (3 * n), positions, species };
    const candidates = inLanes ? searchCandidates(asked, library, { reflections, tolerance }) : [];
    for (let q = 0; q < asked.length; q++) {
      const query = new RelabellingSearch(motifOf(asked, q), n, {
        reflections,
        species: species && [species, species],
      });
      const { index, squares } = nearestOf(query, library, candidates[q]);
      indices[first + q] = index;
      distances[first + q] = Math.sqrt(squares / n);
    }
  }
  return { indices, distances };
}

/** In double precision: the nearest of the candidates, or of all where they are unknown. */
function nearestOf(
  query: RelabellingSearch,
  library: MotifLibrary,
  candidates?: Candidates,
): { index: number; squares: number } {
  const known = candidates !== undefined && candidates.motifs.length > 0;
  let squares = known ? candidates.limit : Number.POSITIVE_INFINITY;
  let index = -1;
  for (let k = 0; k < (known ? candidates.motifs.length : library.length); k++) {
    const m = known ? candidates.motifs[k] : k;
    query.find(motifOf(library, m), squares);
    if (query.squares >= squares) continue;
    squares = query.squares;
    index = m;
  }
  return { index, squares };
}

function motifOf({ n, positions }: MotifLibrary, m: number): Float64Array {
  return positions.subarray(3 * n * m, 3 * n * (m + 1));
}

function requireMotifs(positions: Float64Array, n: number, place: string): number {
  requireInteger(n, 'option n', 1);
  return motifCount(positions, n, place);
}

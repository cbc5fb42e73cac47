import { InputError, requireKnownOptions } from '../../core';
import { motifCount } from '../motifCount';
import { layOn, rotationWork } from '../rotation';
import { FEWEST_ATOMS, type FoundMotif, MOST_ATOMS, searchLibrary } from './nearestKernel';
import type { MotifLibrary } from './nearestRecords';
import { RelabellingSearch } from './search';

/** Options of {@link nearestMotifs}. */
export interface NearestMotifsOptions {
  /** Count mirror images as equal, as the Gram matrix does; default true. */
  reflections?: boolean;
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
 * The library motif nearest to each query (both M × n × 3, Å) up to rotation, reflection and relabelling: the least
 * rmsd of `match`, a metric on motifs.
 *
 * Branch and bound on all threads with WebAssembly, in single precision with room for rounding; distances are in double
 * precision. Which of two motifs is nearer is certain where their distances differ by more than a millionth. 10,000
 * motifs of 8 silicon atoms against 5,000, seconds of processor time: 5 for held-out ones, 16 for those of a bad
 * generator, 44 placed at random. Throws {@link InputError} for an empty library.
 */
export function nearestMotifs(
  queries: Float64Array,
  library: Float64Array,
  n: number,
  options: NearestMotifsOptions = {},
): NearestMotifs {
  requireKnownOptions(options, ['reflections', 'species']);
  motifCount(queries, n, 'queries');
  const { species, ...others } = options;
  return nearestInLibrary(queries, prepareLibrary(library, n, species), others);
}

/** A library made ready for {@link nearestInLibrary}, which many searches may share. */
export function prepareLibrary(library: Float64Array, n: number, species?: ArrayLike<number>): MotifLibrary {
  const length = motifCount(library, n, 'library');
  if (length === 0) throw new InputError('library', 'no motifs', 'at least one motif');
  if (species && species.length !== n) {
    throw new InputError('option species length', String(species.length), `n = ${n}`);
  }
  return { n, length, positions: library, species };
}

/** Sizes whose ratio is beyond that are of other units, or none: no bound would spare the search a single motif. */
const UNLIKE = 50;

function requireLikeScale(queries: Float64Array, library: Float64Array): void {
  const [asked, known] = [queries, library].map(rms);
  if (!(asked > 0 && known > 0) || (asked < UNLIKE * known && known < UNLIKE * asked)) return;
  const found = `coordinates of ${asked.toPrecision(3)} Å, rms, for ${known.toPrecision(3)} Å in the library`;
  throw new InputError('queries', found, 'lengths in Å, of like size');
}

function rms(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
}

/** As {@link nearestMotifs}, in a library that is ready. */
export function nearestInLibrary(
  queries: Float64Array,
  library: MotifLibrary,
  options: Omit<NearestMotifsOptions, 'species'> = {},
): NearestMotifs {
  requireKnownOptions(options, ['reflections']);
  const { reflections = true } = options;
  const { n, species } = library;
  const count = motifCount(queries, n, 'queries');
  requireLikeScale(queries, library.positions);
  const search = n >= FEWEST_ATOMS && n <= MOST_ATOMS ? searchLibrary : searchPlainly;
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  const [work, weights, moved] = [rotationWork(), new Float64Array(n).fill(1), new Float64Array(3 * n)];
  for (let first = 0; first < count; first += CHUNK) {
    const positions = queries.subarray(3 * n * first, 3 * n * (first + CHUNK));
    const asked = { n, length: positions.length / (3 * n), positions, species };
    search(asked, library, reflections).forEach(({ motif, labels }, q) => {
      const [x, y] = [motifOf(asked, q), motifOf(library, motif)];
      indices[first + q] = motif;
      distances[first + q] = layOn(work, x, y, weights, reflections, moved, labels);
    });
  }
  return { indices, distances };
}

/** For motifs that the kernels do not take: each pair by the search in double precision. */
function searchPlainly(queries: MotifLibrary, library: MotifLibrary, reflections: boolean): FoundMotif[] {
  const { n, species } = library;
  return Array.from({ length: queries.length }, (_, q) => {
    const query = new RelabellingSearch(motifOf(queries, q), n, {
      reflections,
      species: species && [species, species],
    });
    let nearest = { motif: 0, squares: Infinity, labels: query.labels };
    for (let motif = 0; motif < library.length; motif++) {
      query.find(motifOf(library, motif), nearest.squares);
      if (query.squares < nearest.squares) {
        nearest = { motif, squares: query.squares, labels: query.labels.slice() };
      }
    }
    return nearest;
  });
}

function motifOf({ n, positions }: MotifLibrary, m: number): Float64Array {
  return positions.subarray(3 * n * m, 3 * n * (m + 1));
}

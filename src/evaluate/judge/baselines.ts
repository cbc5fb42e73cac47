import {
  asRng,
  InputError,
  type Rng,
  requireInteger,
  requireKnownOptions,
  requirePositive,
  type SeedOrRng,
} from '../../core';
import { motifCount } from '../../motifs/motifCount';
import { rowCount } from '../statistics/coverage';

/** A multivariate normal distribution. */
export interface NormalDistribution {
  /** Length dimension. */
  mean: Float64Array;
  /** Lower triangular L with covariance L Lᵀ, dimension × dimension, row-major. */
  factor: Float64Array;
}

/**
 * The normal distribution with the mean and covariance of M rows of `dimension` numbers: of Gram vectors, the baseline
 * "Gaussian in Gram space"; of latents drawn from all posteriors, "Gaussian fitted to the aggregate posterior".
 *
 * Throws {@link InputError} for fewer than two rows.
 */
export function fitNormal(rows: Float64Array, dimension: number): NormalDistribution {
  const count = rowCount(rows, dimension, 1, 'rows');
  const mean = new Float64Array(dimension);
  for (let i = 0; i < rows.length; i++) mean[i % dimension] += rows[i] / count;
  const covariance = new Float64Array(dimension * dimension);
  for (let i = 0; i < rows.length; i += dimension) {
    for (let d = 0; d < dimension; d++) {
      const off = (rows[i + d] - mean[d]) / count;
      for (let e = 0; e <= d; e++) covariance[d * dimension + e] += off * (rows[i + e] - mean[e]);
    }
  }
  return { mean, factor: cholesky(covariance, dimension) };
}

/** `count` rows drawn from a normal distribution, count × dimension. */
export function sampleNormal({ mean, factor }: NormalDistribution, count: number, seed: SeedOrRng): Float64Array {
  requireInteger(count, 'count');
  const rng = asRng(seed);
  const dimension = mean.length;
  const draws = new Float64Array(dimension);
  const rows = new Float64Array(count * dimension);
  for (let i = 0; i < rows.length; i += dimension) {
    for (let d = 0; d < dimension; d++) draws[d] = rng.normal();
    for (let d = 0; d < dimension; d++) {
      let sum = mean[d];
      for (let e = 0; e <= d; e++) sum += factor[d * dimension + e] * draws[e];
      rows[i + d] = sum;
    }
  }
  return rows;
}

/**
 * Baseline of memory: motifs drawn with replacement from M known ones (M × n × 3, Å), every atom, the central one
 * included, moved by an independent normal displacement of the given deviation (Å) along each axis; count × n × 3.
 */
export function resampleMotifs(
  positions: Float64Array,
  n: number,
  count: number,
  options: { deviation: number; seed: SeedOrRng },
): Float64Array {
  requireKnownOptions(options, ['deviation', 'seed']);
  const motifs = motifCount(positions, n);
  if (motifs === 0) throw new InputError('positions', 'no motifs', 'at least one motif');
  requireInteger(count, 'count');
  const { deviation } = options;
  if (!(deviation >= 0)) throw new InputError('option deviation', String(deviation), 'a number of at least 0');
  const rng = asRng(options.seed);
  const result = new Float64Array(count * n * 3);
  for (let m = 0; m < count; m++) {
    const from = 3 * n * rng.integer(motifs);
    const center = [0, 1, 2].map(() => deviation * rng.normal());
    for (let c = 0; c < 3 * n; c++) {
      result[3 * n * m + c] = positions[from + c] + deviation * rng.normal() - center[c % 3];
    }
  }
  return result;
}

/** Options of {@link placeRandomly}. */
export interface RandomPlacementOptions {
  /** Radius of the ball that is filled, Å; default 4. */
  radius?: number;
  /** No two atoms are closer, the central one included, Å. */
  minDistance: number;
  seed: SeedOrRng;
}

/** Attempts at one motif, each started afresh, before the density asked for is called impossible. */
const ATTEMPTS = 1000;

/**
 * Baseline of chance: n atoms placed uniformly in a ball about the central one, none closer to another than
 * `minDistance`, by random sequential addition, started afresh when an atom does not fit; count × n × 3, Å, sorted by
 * distance. Throws {@link InputError} if so many atoms do not fit.
 */
export function placeRandomly(n: number, count: number, options: RandomPlacementOptions): Float64Array {
  requireKnownOptions(options, ['radius', 'minDistance', 'seed']);
  requireInteger(n, 'option n', 1);
  requireInteger(count, 'count');
  const radius = requirePositive(options.radius ?? 4, 'option radius');
  const minDistance = requirePositive(options.minDistance, 'option minDistance');
  const rng = asRng(options.seed);
  const result = new Float64Array(count * n * 3);
  for (let m = 0; m < count; m++) {
    let points: number[][] | null = null;
    for (let attempt = 0; points === null; attempt++) {
      if (attempt === ATTEMPTS) {
        throw new InputError(
          'option n',
          `${n} atoms`,
          `so few that they fit ${minDistance} Å apart within ${radius} Å`,
        );
      }
      points = tryPlacing(n, radius, minDistance, rng);
    }
    points.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
    result.set(points.flat(), 3 * n * m);
  }
  return result;
}

function tryPlacing(n: number, radius: number, minDistance: number, rng: Rng): number[][] | null {
  const points: number[][] = [];
  for (let misses = 0; points.length < n; ) {
    const point = [0, 1, 2].map(() => radius * (2 * rng.uniform() - 1));
    const far = Math.hypot(...point);
    if (far > radius) continue;
    const fits = far >= minDistance && points.every((p) => Math.hypot(...p.map((x, c) => x - point[c])) >= minDistance);
    if (fits) points.push(point);
    else if (++misses > 200) return null;
  }
  return points;
}

/** Cholesky factor of a positive semidefinite matrix of which the lower triangle is given; zero pivots become 0. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      if (i === j) factor[i * size + i] = sum > 1e-12 * matrix[i * size + i] ? Math.sqrt(sum) : 0;
      else factor[i * size + j] = factor[j * size + j] > 0 ? sum / factor[j * size + j] : 0;
    }
  }
  return factor;
}

import { InputError, requireFinite, requireInteger } from '../core/errors';
import { inverse, spanningBasis } from './lattice';
import { atomCount, type Structure } from './structure';

/** Above the relative error of a squared distance. */
const ROUNDING = 1e-12;

/**
 * The `count` atoms nearest to an atom by {@link distancesTo}, nearest first; of equally near ones the first.
 *
 * Begins with the atom itself, unless one before it stands in the same place. All atoms if there are fewer.
 *
 * @throws InputError if there is no such atom, or as {@link distancesTo} does
 */
export function nearestAtoms(cell: Structure, center: number, count: number): number[] {
  requireInteger(center, 'atom');
  requireInteger(count, 'count');
  if (center >= atomCount(cell)) throw new InputError('atom', `${center}`, `one of the ${atomCount(cell)} of the cell`);
  const { positions } = cell;
  const point = positions.slice(3 * center, 3 * center + 3);
  const distances = distancesTo(cell, point);
  return Array.from(distances.keys())
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, count);
}

/**
 * Distance of each atom's nearest image to a point, N, Å.
 *
 * Exact in a right-angled cell, and up to half the smallest width of any other; else an upper bound.
 *
 * @param point 3 numbers, Å
 * @throws InputError if a number is not finite or the periodic cell vectors span no volume
 */
export function distancesTo(cell: Structure, point: ArrayLike<number>): Float64Array {
  requireFinite(point, 'point');
  const vectors = new Float64Array(cell.positions.length);
  vectorsTo(cell, fractions(cell), point, 0, vectors);
  const distances = new Float64Array(vectors.length / 3);
  for (let i = 0; i < distances.length; i++) {
    distances[i] = Math.hypot(vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]);
  }
  return distances;
}

/**
 * The least of {@link distancesTo} for each of many points; Infinity where there are no atoms. Throws as that does.
 *
 * @param points 3 M numbers, Å
 */
export function distancesToNearest(cell: Structure, points: Float64Array): Float64Array {
  requireFinite(points, 'points');
  const toFraction = fractions(cell);
  const vectors = new Float64Array(cell.positions.length);
  return Float64Array.from({ length: points.length / 3 }, (_, m) => {
    vectorsTo(cell, toFraction, points, 3 * m, vectors);
    return leastLength(vectors);
  });
}

function leastLength(vectors: Float64Array): number {
  let least = Infinity;
  let limit = Infinity;
  for (let k = 0; k < vectors.length; k += 3) {
    const x = vectors[k];
    const y = vectors[k + 1];
    const z = vectors[k + 2];
    // Math.hypot takes most of the time, so only for atoms that rounding may put among the nearest.
    if (x * x + y * y + z * z > limit) continue;
    least = Math.min(least, Math.hypot(x, y, z));
    limit = least * least * (1 + ROUNDING);
  }
  return least;
}

/** Columns that give coordinates along periodic directions, and 0 along free ones; 3 × 3. */
function fractions(cell: Structure): Float64Array {
  const { pbc, positions } = cell;
  requireFinite(positions, 'positions');
  if (!pbc.some(Boolean)) return new Float64Array(9);
  return inverse(spanningBasis(cell)).map((value, k) => (pbc[k % 3] ? value : 0));
}

/** From a point to the image of each atom that has the least fractional coordinates from there, 3 N. */
function vectorsTo(
  { lattice, positions }: Structure,
  f: Float64Array,
  points: ArrayLike<number>,
  at: number,
  vectors: Float64Array,
): void {
  const [px, py, pz] = [points[at], points[at + 1], points[at + 2]];
  for (let k = 0; k < positions.length; k += 3) {
    const x = positions[k] - px;
    const y = positions[k + 1] - py;
    const z = positions[k + 2] - pz;
    const a = Math.round(x * f[0] + y * f[3] + z * f[6]);
    const b = Math.round(x * f[1] + y * f[4] + z * f[7]);
    const c = Math.round(x * f[2] + y * f[5] + z * f[8]);
    vectors[k] = x - a * lattice[0] - b * lattice[3] - c * lattice[6];
    vectors[k + 1] = y - a * lattice[1] - b * lattice[4] - c * lattice[7];
    vectors[k + 2] = z - a * lattice[2] - b * lattice[5] - c * lattice[8];
  }
}

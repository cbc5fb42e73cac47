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
  const vectors = vectorsTo(cell, point);
  const distances = new Float64Array(vectors.length / 3);
  for (let i = 0; i < distances.length; i++) {
    distances[i] = Math.hypot(vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]);
  }
  return distances;
}

/** The least of {@link distancesTo}; Infinity where there are no atoms. Throws as that does. */
export function distanceToNearest(cell: Structure, point: ArrayLike<number>): number {
  const vectors = vectorsTo(cell, point);
  let least = Infinity;
  let limit = Infinity;
  for (let k = 0; k < vectors.length; k += 3) {
    const [x, y, z] = [vectors[k], vectors[k + 1], vectors[k + 2]];
    // Math.hypot takes most of the time, so only for atoms that rounding may put among the nearest.
    if (x * x + y * y + z * z > limit) continue;
    least = Math.min(least, Math.hypot(x, y, z));
    limit = least * least * (1 + ROUNDING);
  }
  return least;
}

/** From the point to the image of each atom that has the least fractional coordinates from there, 3 N. */
function vectorsTo(cell: Structure, point: ArrayLike<number>): Float64Array {
  const { lattice, pbc, positions } = cell;
  requireFinite(point, 'point');
  requireFinite(positions, 'positions');
  const inverted = pbc.some(Boolean) ? inverse(spanningBasis(cell)) : new Float64Array(9);
  // Columns of free directions are 0, so that nothing is subtracted along them.
  const [f0, f1, f2, f3, f4, f5, f6, f7, f8] = inverted.map((value, k) => (pbc[k % 3] ? value : 0));
  const [l0, l1, l2, l3, l4, l5, l6, l7, l8] = lattice;
  const vectors = new Float64Array(positions.length);
  for (let k = 0; k < positions.length; k += 3) {
    const x = positions[k] - point[0];
    const y = positions[k + 1] - point[1];
    const z = positions[k + 2] - point[2];
    const a = Math.round(x * f0 + y * f3 + z * f6);
    const b = Math.round(x * f1 + y * f4 + z * f7);
    const c = Math.round(x * f2 + y * f5 + z * f8);
    vectors[k] = x - a * l0 - b * l3 - c * l6;
    vectors[k + 1] = y - a * l1 - b * l4 - c * l7;
    vectors[k + 2] = z - a * l2 - b * l5 - c * l8;
  }
  return vectors;
}

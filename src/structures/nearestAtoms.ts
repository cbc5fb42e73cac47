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
  const away = awayFrom(cell, point);
  const distances = new Float64Array(cell.positions.length / 3);
  const v = new Float64Array(3);
  for (let i = 0; i < distances.length; i++) {
    away(i, v);
    distances[i] = Math.hypot(v[0], v[1], v[2]);
  }
  return distances;
}

/** The least of {@link distancesTo}; Infinity where there are no atoms. Throws as that does. */
export function distanceToNearest(cell: Structure, point: ArrayLike<number>): number {
  const away = awayFrom(cell, point);
  const v = new Float64Array(3);
  let least = Infinity;
  let limit = Infinity;
  for (let i = 0; 3 * i < cell.positions.length; i++) {
    away(i, v);
    // Math.hypot takes most of the time, so only for atoms that rounding may put among the nearest.
    if (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] > limit) continue;
    least = Math.min(least, Math.hypot(v[0], v[1], v[2]));
    limit = least * least * (1 + ROUNDING);
  }
  return least;
}

/** Gives the vector from the point to the image of atom i that has the least fractional coordinates from there. */
function awayFrom(cell: Structure, point: ArrayLike<number>): (i: number, v: Float64Array) => void {
  const { lattice, pbc, positions } = cell;
  requireFinite(point, 'point');
  requireFinite(positions, 'positions');
  const [x, y, z] = [point[0], point[1], point[2]];
  const inverted = pbc.some(Boolean) ? inverse(spanningBasis(cell)) : new Float64Array(9);
  // Columns of free directions are 0, so that nothing is subtracted along them.
  const f = inverted.map((value, k) => (pbc[k % 3] ? value : 0));
  return (i, v) => {
    v[0] = positions[3 * i] - x;
    v[1] = positions[3 * i + 1] - y;
    v[2] = positions[3 * i + 2] - z;
    const a = Math.round(v[0] * f[0] + v[1] * f[3] + v[2] * f[6]);
    const b = Math.round(v[0] * f[1] + v[1] * f[4] + v[2] * f[7]);
    const c = Math.round(v[0] * f[2] + v[1] * f[5] + v[2] * f[8]);
    if (a !== 0) for (let k = 0; k < 3; k++) v[k] -= a * lattice[k];
    if (b !== 0) for (let k = 0; k < 3; k++) v[k] -= b * lattice[3 + k];
    if (c !== 0) for (let k = 0; k < 3; k++) v[k] -= c * lattice[6 + k];
  };
}

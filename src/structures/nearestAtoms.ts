import { InputError, requireFinite, requireInteger } from '../core/errors';
import { inverse, spanningBasis } from './lattice';
import { atomCount, type Structure } from './structure';

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
  const { lattice, pbc, positions } = cell;
  requireFinite(point, 'point');
  requireFinite(positions, 'positions');
  const toFraction = pbc.some(Boolean) ? inverse(spanningBasis(cell)) : undefined;
  const distances = new Float64Array(positions.length / 3);
  const v = new Float64Array(3);
  for (let i = 0; i < distances.length; i++) {
    for (let c = 0; c < 3; c++) v[c] = positions[3 * i + c] - point[c];
    if (toFraction) {
      const shifts = [0, 1, 2].map((a) => {
        const s = v[0] * toFraction[a] + v[1] * toFraction[3 + a] + v[2] * toFraction[6 + a];
        return pbc[a] ? Math.round(s) : 0;
      });
      for (let a = 0; a < 3; a++) for (let c = 0; c < 3; c++) v[c] -= shifts[a] * lattice[3 * a + c];
    }
    distances[i] = Math.hypot(v[0], v[1], v[2]);
  }
  return distances;
}

import { inverse, spanningBasis } from './lattice';
import type { Structure } from './structure';

/** The `count` atoms nearest to an atom, itself first, by the distance to their nearest images. */
export function nearestAtoms(cell: Structure, center: number, count: number): number[] {
  const { positions } = cell;
  const point = positions.slice(3 * center, 3 * center + 3);
  const distances = distancesTo(cell, point);
  return Array.from(distances.keys())
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, count);
}

/**
 * Distance of each atom's nearest image to a point, N, Å; exact up to half the cell's smallest width, else an upper bound.
 *
 * @throws InputError if the periodic cell vectors span no volume
 */
export function distancesTo(cell: Structure, point: ArrayLike<number>): Float64Array {
  const { lattice, pbc, positions } = cell;
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

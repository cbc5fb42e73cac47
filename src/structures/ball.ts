import { vectorsTo } from './nearestAtoms';
import { atomPositions } from './selection';
import type { Structure } from './structure';

/** Steps to the center of a ball; one of n points comes within 1 % of the smallest. */
const STEPS = 10_000;

interface Ball {
  /** Å. */
  center: Float64Array;
  /** Å. */
  radius: number;
}

/** The smallest ball about atoms, or the images of them that are nearest to the first, and so many Å more. */
export function ballAround(structure: Structure, atoms: readonly number[], margin: number): Ball {
  const points = atomPositions(structure, atoms);
  const first = points.slice(0, 3);
  const near = vectorsTo({ ...structure, positions: points }, first).map((x, k) => x + first[k % 3]);
  const { center, radius } = smallestBall(near);
  return { center, radius: radius + margin };
}

/**
 * The smallest ball about points (n × 3, n ≥ 1), its radius at most 1 % too large.
 *
 * Bădoiu & Clarkson, Smaller core-sets for balls, SODA 2003, p. 801: steps toward the farthest point, ever shorter.
 */
export function smallestBall(points: Float64Array): Ball {
  const center = points.slice(0, 3);
  let farthest = farthestFrom(points, center);
  for (let step = 1; step <= STEPS && farthest.distance > 0; step++) {
    for (let c = 0; c < 3; c++) center[c] += (points[farthest.at + c] - center[c]) / (step + 1);
    farthest = farthestFrom(points, center);
  }
  return { center, radius: farthest.distance };
}

function farthestFrom(points: Float64Array, center: Float64Array): { at: number; distance: number } {
  let [at, distance] = [0, 0];
  for (let p = 0; p < points.length; p += 3) {
    const r = Math.hypot(points[p] - center[0], points[p + 1] - center[1], points[p + 2] - center[2]);
    if (r > distance) [at, distance] = [p, r];
  }
  return { at, distance };
}

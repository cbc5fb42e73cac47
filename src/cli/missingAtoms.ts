import type { Region } from '../diffusion/cells';
import { assign } from '../motifs/match/assignment';
import { distancesTo, vectorsTo } from '../structures/nearestAtoms';
import { atomPositions } from '../structures/selection';
import type { Structure } from '../structures/structure';

/** Steps to the center of a ball; one of n points comes within 1 % of the smallest. */
const STEPS = 10_000;

/** The smallest ball about atoms, or the images of them that are nearest to the first, and so many Å more. */
export function ballAround(structure: Structure, atoms: readonly number[], margin: number): Region {
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
export function smallestBall(points: Float64Array): { center: Float64Array; radius: number } {
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

/**
 * Which true place (n × 3, Å) each placed atom (n × 3, Å) stands for, at the least sum of squares, and how far it is
 * from it or its nearest image, Å.
 */
export function matchPlaces(
  cell: Structure,
  truth: Float64Array,
  placed: Float64Array,
): { index: number; distance: number }[] {
  const images = { ...cell, positions: truth };
  const n = placed.length / 3;
  const distances = new Float64Array(n * n);
  for (let j = 0; j < n; j++) distances.set(distancesTo(images, placed.subarray(3 * j, 3 * j + 3)), n * j);
  const matched = assign(
    distances.map((r) => r * r),
    n,
    n,
  );
  return Array.from(matched, (index, j) => ({ index, distance: distances[n * j + index] }));
}

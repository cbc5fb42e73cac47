import { InputError, requireFinite, requireInteger } from '../core/errors';
import { inverse, reduceBasis, spanningBasis } from './lattice';
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
 * @param point 3 numbers, Å
 * @throws InputError if a number is not finite or the periodic cell vectors span no volume
 */
export function distancesTo(cell: Structure, point: ArrayLike<number>): Float64Array {
  const vectors = vectorsTo(cell, point);
  return Float64Array.from({ length: vectors.length / 3 }, (_, i) =>
    Math.hypot(vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]),
  );
}

/** From a point to the nearest image of each atom, N × 3, Å. Throws as {@link distancesTo}. */
export function vectorsTo(cell: Structure, point: ArrayLike<number>): Float64Array {
  requireFinite(point, 'point');
  const vectors = new Float64Array(cell.positions.length);
  setVectors(cell.positions, imagesOf(cell), point, 0, vectors);
  return vectors;
}

/**
 * The least of {@link distancesTo} for each of many points; Infinity where there are no atoms. Throws as that does.
 *
 * @param points 3 M numbers, Å
 */
export function distancesToNearest(cell: Structure, points: Float64Array): Float64Array {
  requireFinite(points, 'points');
  const images = imagesOf(cell);
  const vectors = new Float64Array(cell.positions.length);
  return Float64Array.from({ length: points.length / 3 }, (_, m) => {
    setVectors(cell.positions, images, points, 3 * m, vectors);
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

/** Atoms in groups: those closer than a distance, Å, to one of a group belong to it. */
export function nearbyGroups(structure: Structure, atoms: readonly number[], distance: number): number[][] {
  const rest = [...atoms];
  const groups: number[][] = [];
  while (rest.length > 0) {
    const group = [rest.shift() as number];
    for (const atom of group) {
      const distances = distancesTo(structure, structure.positions.subarray(3 * atom, 3 * atom + 3));
      for (const near of rest.filter((other) => distances[other] < distance)) {
        group.push(near);
        rest.splice(rest.indexOf(near), 1);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** What the nearest image of an atom is found by. */
interface Images {
  /** Short cell vectors, rows. */
  basis: Float64Array;
  /** Columns of coordinates along periodic directions, and 0 along free ones; 3 × 3. */
  toFractions: Float64Array;
  /** Lattice vectors that may lead from the image of least coordinates to a nearer one, shortest first, T × 3, Å. */
  shifts: Float64Array;
  /** Squares of their lengths, T. */
  squares: Float64Array;
}

function imagesOf(cell: Structure): Images {
  const { pbc, positions } = cell;
  requireFinite(positions, 'positions');
  const none = new Float64Array(0);
  if (!pbc.some(Boolean)) {
    return { basis: new Float64Array(9), toFractions: new Float64Array(9), shifts: none, squares: none };
  }
  const { basis } = reduceBasis(spanningBasis(cell), pbc);
  const inverted = inverse(basis);
  const toFractions = inverted.map((value, k) => (pbc[k % 3] ? value : 0));
  const shifts = isRightAngled(basis) ? [] : shortVectors(basis, inverted, pbc);
  return {
    basis,
    toFractions,
    shifts: Float64Array.from(shifts.flat()),
    squares: Float64Array.from(shifts, ([x, y, z]) => x * x + y * y + z * z),
  };
}

/** Whether least coordinates are least distances. */
function isRightAngled(basis: Float64Array): boolean {
  const rows = [0, 3, 6].map((k) => basis.subarray(k, k + 3));
  const dot = (a: Float64Array, b: Float64Array): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return [
    [0, 1],
    [0, 2],
    [1, 2],
  ].every(([k, l]) => Math.abs(dot(rows[k], rows[l])) <= ROUNDING * Math.hypot(...rows[k]) * Math.hypot(...rows[l]));
}

/** Lattice vectors no longer than the sum of the periodic basis: twice what least coordinates can leave. */
function shortVectors(basis: Float64Array, inverted: Float64Array, pbc: readonly boolean[]): number[][] {
  const longest = [0, 1, 2].reduce(
    (sum, k) => sum + (pbc[k] ? Math.hypot(basis[3 * k], basis[3 * k + 1], basis[3 * k + 2]) : 0),
    0,
  );
  const [ra, rb, rc] = [0, 1, 2].map((k) =>
    pbc[k] ? Math.floor(longest * Math.hypot(inverted[k], inverted[3 + k], inverted[6 + k])) : 0,
  );
  const found: number[][] = [];
  for (let a = -ra; a <= ra; a++) {
    for (let b = -rb; b <= rb; b++) {
      for (let c = -rc; c <= rc; c++) {
        const vector = [0, 1, 2].map((k) => a * basis[k] + b * basis[3 + k] + c * basis[6 + k]);
        if ((a || b || c) && Math.hypot(...vector) <= longest) found.push(vector);
      }
    }
  }
  return found.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}

/** From a point to the nearest image of each atom, 3 N. */
function setVectors(
  positions: Float64Array,
  { basis, toFractions: f, shifts, squares }: Images,
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
    vectors[k] = x - a * basis[0] - b * basis[3] - c * basis[6];
    vectors[k + 1] = y - a * basis[1] - b * basis[4] - c * basis[7];
    vectors[k + 2] = z - a * basis[2] - b * basis[5] - c * basis[8];
    if (squares.length > 0) shorten(vectors, k, shifts, squares);
  }
}

/** Moves a vector to its shortest image. */
function shorten(vectors: Float64Array, k: number, shifts: Float64Array, squares: Float64Array): void {
  const [x, y, z] = [vectors[k], vectors[k + 1], vectors[k + 2]];
  const start = x * x + y * y + z * z;
  let least = start;
  // A shift twice as long as the vector leads to no shorter one.
  for (let t = 0; t < squares.length && squares[t] < 4 * start; t++) {
    const [u, v, w] = [x + shifts[3 * t], y + shifts[3 * t + 1], z + shifts[3 * t + 2]];
    const square = u * u + v * v + w * w;
    if (square >= least) continue;
    least = square;
    vectors[k] = u;
    vectors[k + 1] = v;
    vectors[k + 2] = w;
  }
}

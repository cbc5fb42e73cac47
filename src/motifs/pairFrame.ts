/** Pairs of points and their axes, by which searches lay motifs on each other. Inputs are checked by the caller. */

/** Two points in axes of their own: the first on the first axis, the second in the plane of the first two. */
export interface PairFrame {
  /** 3×3, rows the axes. */
  axes: Float64Array;
  /** Distance of the first point, and coordinates of the second, Å; y > 0. */
  first: number;
  x: number;
  y: number;
}

/** A {@link PairFrame} to fill. */
export function pairFrame(): PairFrame {
  return { axes: new Float64Array(9), first: 0, x: 0, y: 0 };
}

/** Fills the frame of points i and j; false if they are collinear with the origin, or nearly so. */
export function fillPairFrame(points: Float64Array, i: number, j: number, frame: PairFrame): boolean {
  const { axes } = frame;
  const [ux, uy, uz] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
  const [vx, vy, vz] = [points[3 * j], points[3 * j + 1], points[3 * j + 2]];
  const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const first = Math.sqrt(ux * ux + uy * uy + uz * uz);
  const area = Math.sqrt(nx * nx + ny * ny + nz * nz);
  if (!(area > 1e-6 * first * Math.sqrt(vx * vx + vy * vy + vz * vz))) return false;
  axes[0] = ux / first;
  axes[1] = uy / first;
  axes[2] = uz / first;
  axes[6] = nx / area;
  axes[7] = ny / area;
  axes[8] = nz / area;
  axes[3] = axes[7] * axes[2] - axes[8] * axes[1];
  axes[4] = axes[8] * axes[0] - axes[6] * axes[2];
  axes[5] = axes[6] * axes[1] - axes[7] * axes[0];
  frame.first = first;
  frame.x = axes[0] * vx + axes[1] * vy + axes[2] * vz;
  frame.y = area / first;
  return true;
}

/** The pair of points whose weighted triangle with the origin is largest; (0, 0) for a single point. */
export function widestPair(x: Float64Array, weights: Float64Array): [number, number] {
  let pair: [number, number] = [0, 0];
  let widest = -1;
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < i; j++) {
      const area = dot(x, i, i) * dot(x, j, j) - dot(x, i, j) ** 2;
      if (weights[i] * weights[j] * area > widest) {
        widest = weights[i] * weights[j] * area;
        pair = [i, j];
      }
    }
  }
  return pair;
}

/** Inner product of points i and j, Å². */
export function dot(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

/**
 * The search over relabellings under `synchronize`: assignment and rotation in turn, from starts that do not depend on
 * chance. Inputs are checked by the caller.
 */
import { accumulateCovariance, type RotationWork, rotateInto, rotationWork, solveRotation } from './rotation';

const MAX_ROUNDS = 50;

/** A relabelled fit: reference row i against moving row labels[i], under `rotation`. */
export interface RelabelledFit {
  labels: Int32Array;
  rotation: Float64Array;
  /** Σ w |xᵢ − Q yᵢ|², Å². */
  squares: number;
  /** Whether those squares are rounding and nothing else, so that nothing can fit better. */
  perfect: boolean;
}

/**
 * The best fit found of n reference points by n of the m ≥ n moving ones.
 *
 * From each start: assign moving points to reference points at the least weighted sum of squares (Hungarian method),
 * rotate by that assignment, repeat until it stands. Neither step can worsen the fit, so each start ends in a fixed
 * point. Starts are the identity and every rotation that lays an ordered pair of moving points on the pair of
 * reference points spanning the largest triangle with the origin; for relabelled copies one of them is the answer.
 * With reflections, all of it once more on the inverted points −y, whose rotations are the improper ones of y.
 */
export function searchRelabelling(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  reflections: boolean,
): RelabelledFit {
  let best = new Search(x, y, weights).run();
  if (reflections && !best.perfect) {
    const inverted = new Search(
      x,
      y.map((c) => -c),
      weights,
    ).run();
    // A relative margin, so that rounding never picks a reflection where a rotation fits as well.
    if (inverted.squares < best.squares * (1 - 1e-12))
      best = { ...inverted, rotation: inverted.rotation.map((c) => -c) };
  }
  return best;
}

class Search {
  readonly #n: number;
  readonly #m: number;
  readonly #work: RotationWork = rotationWork();
  readonly #turned: Float64Array;
  readonly #costs: Float64Array[];
  readonly #scale: number;
  /** Assignments met so far, as numbers in base m: what follows from one is known. */
  readonly #met: Set<number> = new Set();
  readonly #frame: PairFrame = { axes: new Float64Array(9), first: 0, x: 0, y: 0 };
  readonly #moving: PairFrame = { axes: new Float64Array(9), first: 0, x: 0, y: 0 };
  #best: RelabelledFit;

  constructor(
    readonly x: Float64Array,
    readonly y: Float64Array,
    readonly weights: Float64Array,
  ) {
    this.#n = x.length / 3;
    this.#m = y.length / 3;
    this.#turned = new Float64Array(y.length);
    this.#costs = Array.from({ length: this.#n }, () => new Float64Array(this.#m));
    this.#scale = x.reduce((sum, c, k) => sum + weights[Math.floor(k / 3)] * c * c, 0);
    this.#best = { labels: new Int32Array(this.#n), rotation: new Float64Array(9), squares: Infinity, perfect: false };
  }

  run(): RelabelledFit {
    this.#work.rotation.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    this.#settle();
    const [a, b] = widestPair(this.x, this.weights);
    for (const [k, l] of this.#pairsByFit(a, b)) {
      if (this.#best.perfect) break;
      this.#alignPair(a, b, k, l);
      this.#settle();
    }
    return this.#best;
  }

  /** Ordered pairs of moving points, those whose triangle with the origin is most like that of (a, b) first. */
  #pairsByFit(a: number, b: number): [number, number][] {
    const pairs: { pair: [number, number]; misfit: number }[] = [];
    for (let k = 0; k < this.#m; k++) {
      for (let l = 0; l < this.#m; l++) {
        if (k === l) continue;
        const misfit =
          (dot(this.x, a, a) - dot(this.y, k, k)) ** 2 +
          (dot(this.x, b, b) - dot(this.y, l, l)) ** 2 +
          2 * (dot(this.x, a, b) - dot(this.y, k, l)) ** 2;
        pairs.push({ pair: [k, l], misfit });
      }
    }
    return pairs.sort((p, q) => p.misfit - q.misfit).map(({ pair }) => pair);
  }

  /** The rotation that lays moving points k and l best on a and b. */
  #alignPair(a: number, b: number, k: number, l: number): void {
    const [frame, moving] = [this.#frame, this.#moving];
    const { rotation, covariance } = this.#work;
    if (pairFrame(this.x, a, b, frame) && pairFrame(this.y, k, l, moving)) {
      // Both planes meet; the turn within them has this tangent.
      const cosine = frame.first * moving.first + frame.x * moving.x + frame.y * moving.y;
      const sine = frame.y * moving.x - frame.x * moving.y;
      const scale = 1 / Math.sqrt(cosine * cosine + sine * sine);
      const [c, s] = [cosine * scale, sine * scale];
      const [p, q] = [frame.axes, moving.axes];
      for (let r = 0; r < 3; r++) {
        const along = c * p[r] + s * p[3 + r];
        const across = c * p[3 + r] - s * p[r];
        for (let t = 0; t < 3; t++) rotation[3 * r + t] = along * q[t] + across * q[3 + t] + p[6 + r] * q[6 + t];
      }
      return;
    }
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        covariance[3 * r + c] = this.x[3 * a + r] * this.y[3 * k + c] + this.x[3 * b + r] * this.y[3 * l + c];
      }
    }
    solveRotation(this.#work, false);
  }

  /**
   * Assignment and rotation in turn from the current rotation until the assignment stands; keeps the best. An assignment
   * that an earlier start came through leads where that one led.
   */
  #settle(): void {
    let labels = this.#assign();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (this.#wasMet(labels)) return;
      accumulateCovariance(this.#work, this.x, 0, this.y, 0, this.#n, this.weights, labels);
      solveRotation(this.#work, false);
      const next = this.#assign();
      if (next.every((label, i) => label === labels[i])) break;
      labels = next;
    }
    const squares = this.#squares(labels);
    if (squares < this.#best.squares) {
      this.#best = { labels, rotation: this.#work.rotation.slice(), squares, perfect: squares <= 1e-26 * this.#scale };
    }
  }

  #wasMet(labels: Int32Array): boolean {
    const number = labels.reduce((sum, label) => sum * this.#m + label, 0);
    // Larger numbers are not exact.
    if (number > Number.MAX_SAFE_INTEGER) return false;
    const met = this.#met.has(number);
    this.#met.add(number);
    return met;
  }

  #assign(): Int32Array {
    rotateInto(this.#work.rotation, this.y, 0, this.#m, this.#turned, 0);
    for (let i = 0; i < this.#n; i++) {
      for (let j = 0; j < this.#m; j++) this.#costs[i][j] = this.weights[i] * this.#squaredDistance(i, j);
    }
    return assign(this.#costs);
  }

  #squares(labels: Int32Array): number {
    let squares = 0;
    for (let i = 0; i < this.#n; i++) squares += this.weights[i] * this.#squaredDistance(i, labels[i]);
    return squares;
  }

  #squaredDistance(i: number, j: number): number {
    const dx = this.x[3 * i] - this.#turned[3 * j];
    const dy = this.x[3 * i + 1] - this.#turned[3 * j + 1];
    const dz = this.x[3 * i + 2] - this.#turned[3 * j + 2];
    return dx * dx + dy * dy + dz * dz;
  }
}

/** Cheapest assignment of each row (n) to a column of its own (m ≥ n): the column of each row. */
export function assign(costs: Float64Array[]): Int32Array {
  const labels = new Int32Array(costs.length);
  if (assignCheapest(costs, labels)) return labels;
  hungarian ??= (require('munkres') as typeof import('munkres')).munkres;
  for (const [row, column] of hungarian(costs)) labels[row] = column;
  return labels;
}

let hungarian: typeof import('munkres').munkres | undefined;

/** Gives each row its cheapest column; true if no two want the same one, so that nothing is cheaper. */
function assignCheapest(costs: Float64Array[], labels: Int32Array): boolean {
  for (let i = 0; i < costs.length; i++) {
    const row = costs[i];
    let cheapest = 0;
    for (let j = 1; j < row.length; j++) if (row[j] < row[cheapest]) cheapest = j;
    for (let k = 0; k < i; k++) if (labels[k] === cheapest) return false;
    labels[i] = cheapest;
  }
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

function dot(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

/** Two points in axes of their own: the first on the first axis, the second in the plane of the first two. */
interface PairFrame {
  /** 3×3, rows the axes. */
  axes: Float64Array;
  /** Distance of the first point, and coordinates of the second, Å; y > 0. */
  first: number;
  x: number;
  y: number;
}

/** Fills the frame of points i and j; false if they are collinear with the origin, or nearly so. */
function pairFrame(points: Float64Array, i: number, j: number, frame: PairFrame): boolean {
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

/**
 * The search over relabellings under `synchronize`: assignment and rotation in turn, from starts that do not depend on
 * chance. Inputs are checked by the caller.
 */
import { type AssignmentWork, assignCheapest, assignmentWork } from './assignment';
import { solveRotationQuickly } from './quickRotation';
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

const NO_FIT: RelabelledFit = {
  labels: new Int32Array(0),
  rotation: new Float64Array(9),
  squares: Infinity,
  perfect: false,
};

/**
 * The best fit found of n reference points by n of the m ≥ n moving ones.
 *
 * From each start: assign moving points to reference points at the least weighted sum of squares, rotate by that
 * assignment, repeat until it stands. Neither step can worsen the fit, so each start ends in a fixed point. Starts are
 * the identity and every rotation that lays an ordered pair of moving points on the pair of reference points spanning
 * the largest triangle with the origin; for relabelled copies one of them is the answer. With reflections, all of it
 * once more on the inverted points −y, whose rotations are the improper ones of y.
 */
export function searchRelabelling(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  reflections: boolean,
): RelabelledFit {
  return new RelabellingSearch(x, weights, y.length / 3).find(y, reflections);
}

/** {@link searchRelabelling} of one set of n reference points by many sets of m moving ones. */
export class RelabellingSearch {
  readonly #n: number;
  readonly #work: RotationWork = rotationWork();
  readonly #turned: Float64Array;
  readonly #costs: Float64Array;
  readonly #assignment: AssignmentWork;
  /** The assignment in hand and the next one. */
  #labels: Int32Array;
  #next: Int32Array;
  /** Assignments met so far, as numbers in base m: what follows from one is known. */
  readonly #met: Set<number> = new Set();
  /** The pair of reference points on which pairs of moving ones are laid. */
  readonly #pair: [number, number];
  readonly #frame: PairFrame | undefined;
  readonly #moving: PairFrame = pairFrame();
  readonly #scale: number;
  #y: Float64Array = new Float64Array(0);
  #best: RelabelledFit;

  constructor(
    readonly x: Float64Array,
    readonly weights: Float64Array,
    readonly m: number,
  ) {
    this.#n = x.length / 3;
    this.#turned = new Float64Array(3 * m);
    this.#costs = new Float64Array(this.#n * m);
    this.#assignment = assignmentWork(this.#n, m);
    this.#labels = new Int32Array(this.#n);
    this.#next = new Int32Array(this.#n);
    this.#pair = widestPair(x, weights);
    const frame = pairFrame();
    if (fillPairFrame(x, ...this.#pair, frame)) this.#frame = frame;
    this.#scale = x.reduce((sum, c, k) => sum + weights[Math.floor(k / 3)] * c * c, 0);
    this.#best = NO_FIT;
  }

  find(y: Float64Array, reflections: boolean): RelabelledFit {
    const pairs = this.#pairsByFit(y);
    const best = this.#run(y, pairs);
    if (!reflections || best.perfect) return best;
    const inverted = this.#run(
      y.map((c) => -c),
      pairs,
    );
    // A relative margin, so that rounding never picks a reflection where a rotation fits as well.
    if (!(inverted.squares < best.squares * (1 - 1e-12))) return best;
    return { ...inverted, rotation: inverted.rotation.map((c) => -c) };
  }

  #run(y: Float64Array, pairs: Int32Array): RelabelledFit {
    this.#y = y;
    this.#met.clear();
    this.#best = NO_FIT;
    this.#work.rotation.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    this.#settle();
    for (let p = 0; p < pairs.length && !this.#best.perfect; p++) {
      this.#alignPair(Math.floor(pairs[p] / this.m), pairs[p] % this.m);
      this.#settle();
    }
    return this.#best;
  }

  /** Ordered pairs (k, l) of moving points as k m + l, those whose triangle with the origin is most like that of the pair first. */
  #pairsByFit(y: Float64Array): Int32Array {
    const [a, b] = this.#pair;
    const { x, m } = this;
    const [aa, bb, ab] = [dot(x, a, a), dot(x, b, b), dot(x, a, b)];
    const misfits = new Float64Array(m * m);
    for (let k = 0; k < m; k++) {
      for (let l = 0; l < m; l++) {
        misfits[m * k + l] = (aa - dot(y, k, k)) ** 2 + (bb - dot(y, l, l)) ** 2 + 2 * (ab - dot(y, k, l)) ** 2;
      }
    }
    const pairs = Int32Array.from(misfits.keys()).filter((pair) => pair % (m + 1) !== 0);
    return pairs.sort((p, q) => misfits[p] - misfits[q]);
  }

  /** The rotation that lays moving points k and l best on the pair. */
  #alignPair(k: number, l: number): void {
    const [frame, moving] = [this.#frame, this.#moving];
    const { rotation, covariance } = this.#work;
    if (frame !== undefined && fillPairFrame(this.#y, k, l, moving)) {
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
    const [a, b] = this.#pair;
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        covariance[3 * r + c] = this.x[3 * a + r] * this.#y[3 * k + c] + this.x[3 * b + r] * this.#y[3 * l + c];
      }
    }
    solveRotation(this.#work, false);
  }

  /**
   * Assignment and rotation in turn from the current rotation until the assignment stands; keeps the best. An assignment
   * that an earlier start came through leads where that one led.
   */
  #settle(): void {
    this.#assign();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      [this.#labels, this.#next] = [this.#next, this.#labels];
      if (this.#wasMet()) return;
      this.#accumulate();
      solveRotationQuickly(this.#work);
      this.#assign();
      if (this.#stands()) break;
    }
    // Most fits are clearly worse, and need no exact rotation.
    if (this.#squares() > this.#best.squares * (1 + 1e-9) + 1e-12 * this.#scale) return;
    this.#accumulate();
    solveRotation(this.#work, false);
    rotateInto(this.#work.rotation, this.#y, 0, this.m, this.#turned, 0);
    const squares = this.#squares();
    if (!(squares < this.#best.squares)) return;
    const perfect = squares <= 1e-26 * this.#scale;
    this.#best = { labels: this.#labels.slice(), rotation: this.#work.rotation.slice(), squares, perfect };
  }

  #accumulate(): void {
    accumulateCovariance(this.#work, this.x, 0, this.#y, 0, this.#n, this.weights, this.#labels);
  }

  #wasMet(): boolean {
    let number = 0;
    for (let i = 0; i < this.#n; i++) number = number * this.m + this.#labels[i];
    // Larger numbers are not exact.
    if (number > Number.MAX_SAFE_INTEGER) return false;
    const met = this.#met.has(number);
    this.#met.add(number);
    return met;
  }

  #stands(): boolean {
    for (let i = 0; i < this.#n; i++) if (this.#next[i] !== this.#labels[i]) return false;
    return true;
  }

  /** The cheapest assignment under the current rotation. */
  #assign(): void {
    rotateInto(this.#work.rotation, this.#y, 0, this.m, this.#turned, 0);
    for (let i = 0; i < this.#n; i++) {
      for (let j = 0; j < this.m; j++) this.#costs[this.m * i + j] = this.weights[i] * this.#squaredDistance(i, j);
    }
    assignCheapest(this.#costs, this.#n, this.m, this.#next, this.#assignment);
  }

  #squares(): number {
    let squares = 0;
    for (let i = 0; i < this.#n; i++) squares += this.weights[i] * this.#squaredDistance(i, this.#labels[i]);
    return squares;
  }

  #squaredDistance(i: number, j: number): number {
    const dx = this.x[3 * i] - this.#turned[3 * j];
    const dy = this.x[3 * i + 1] - this.#turned[3 * j + 1];
    const dz = this.x[3 * i + 2] - this.#turned[3 * j + 2];
    return dx * dx + dy * dy + dz * dz;
  }
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

function pairFrame(): PairFrame {
  return { axes: new Float64Array(9), first: 0, x: 0, y: 0 };
}

/** Fills the frame of points i and j; false if they are collinear with the origin, or nearly so. */
function fillPairFrame(points: Float64Array, i: number, j: number, frame: PairFrame): boolean {
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

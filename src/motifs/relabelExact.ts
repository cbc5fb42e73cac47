/** Branch and bound over relabellings: proves the best fit, or finds a better one. Inputs are checked by the caller. */
import type { RelabelledFit } from './relabel';
import { accumulateCovariance, type RotationWork, rotationWork, solveRotation } from './rotation';

/** What {@link proveRelabelling} found out. */
export interface ProvenFit {
  labels: Int32Array;
  rotation: Float64Array;
  /** Σ w |xᵢ − Q yᵢ|², Å². */
  squares: number;
  /** False if the search ran into its limit of nodes: then there may be a better fit. */
  proven: boolean;
}

/**
 * The best fit of n reference points by n of the m ≥ n moving ones over all relabellings and rotations.
 *
 * Points are labelled one after another, those farthest out first. A partial labelling is given up when its own best
 * fit plus what the other points lack at the least, (|xᵢ| − |yⱼ|)² with the most similar radius left, is no better than
 * the best complete one, `start`. About 200 nodes for 8 points with a noise of 0.4 Å, 2,000 for two unrelated motifs,
 * at about 2 µs each, against 8! = 40,320 relabellings.
 */
export function proveRelabelling(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  reflections: boolean,
  start: RelabelledFit,
  maxNodes: number,
): ProvenFit {
  const bound = new Bound(x, y, weights, reflections, start, maxNodes);
  bound.descend(0, 0);
  return bound.result();
}

class Bound {
  readonly #work: RotationWork = rotationWork();
  readonly #order: number[];
  readonly #rx: Float64Array;
  readonly #ry: Float64Array;
  readonly #labels: Int32Array;
  readonly #used: Uint8Array;
  /** Covariance of the first d labelled points, at 9d. */
  readonly #covariances: Float64Array;
  /** Differences below this are rounding. */
  readonly #tolerance: number;
  #best: Int32Array;
  #squares: number;
  #nodes = 0;

  constructor(
    readonly x: Float64Array,
    readonly y: Float64Array,
    readonly weights: Float64Array,
    readonly reflections: boolean,
    start: RelabelledFit,
    readonly maxNodes: number,
  ) {
    const n = x.length / 3;
    this.#rx = radii(x);
    this.#ry = radii(y);
    this.#order = Array.from({ length: n }, (_, i) => i);
    this.#order.sort((i, j) => weights[j] * this.#rx[j] ** 2 - weights[i] * this.#rx[i] ** 2);
    this.#labels = new Int32Array(n);
    this.#used = new Uint8Array(y.length / 3);
    this.#covariances = new Float64Array(9 * (n + 1));
    this.#best = start.labels;
    this.#squares = start.squares;
    this.#tolerance = 1e-12 * this.#rx.reduce((sum, r, i) => sum + weights[i] * r * r, 0);
  }

  result(): ProvenFit {
    const { x, y, weights, reflections } = this;
    accumulateCovariance(this.#work, x, 0, y, 0, weights.length, weights, this.#best);
    solveRotation(this.#work, reflections);
    const proven = this.#nodes <= this.maxNodes;
    return { labels: this.#best, rotation: this.#work.rotation, squares: this.#squares, proven };
  }

  /** Labels the point of rank `depth`, the earlier ones being labelled with Σ w (|xᵢ|² + |yᵢ|²) = `norms`. */
  descend(depth: number, norms: number): void {
    const i = this.#order[depth];
    const children: { label: number; norms: number; squares: number; least: number }[] = [];
    for (let label = 0; label < this.#used.length; label++) {
      if (this.#used[label] === 1) continue;
      if (++this.#nodes > this.maxNodes) return;
      const total = norms + this.weights[i] * (this.#rx[i] ** 2 + this.#ry[label] ** 2);
      this.#extend(depth, i, label);
      solveRotation(this.#work, this.reflections);
      const squares = Math.max(0, total - 2 * this.#work.overlap);
      this.#used[label] = 1;
      const least = squares + this.#rest(depth + 1);
      this.#used[label] = 0;
      children.push({ label, norms: total, squares, least });
    }
    children.sort((a, b) => a.least - b.least);
    for (const child of children) {
      if (child.least >= this.#squares - this.#tolerance) return;
      this.#labels[i] = child.label;
      if (depth + 1 === this.#order.length) {
        this.#squares = child.squares;
        this.#best = this.#labels.slice();
        return;
      }
      this.#extend(depth, i, child.label);
      this.#covariances.set(this.#work.covariance, 9 * (depth + 1));
      this.#used[child.label] = 1;
      this.descend(depth + 1, child.norms);
      this.#used[child.label] = 0;
    }
  }

  /** The covariance of the labelled points and of i with `label`, into the work. */
  #extend(depth: number, i: number, label: number): void {
    const { covariance } = this.#work;
    for (let r = 0; r < 3; r++) {
      const wx = this.weights[i] * this.x[3 * i + r];
      for (let c = 0; c < 3; c++) {
        covariance[3 * r + c] = this.#covariances[9 * depth + 3 * r + c] + wx * this.y[3 * label + c];
      }
    }
  }

  /** What the points from rank `depth` on must add to the sum of squares, whatever the rotation. */
  #rest(depth: number): number {
    let sum = 0;
    for (let d = depth; d < this.#order.length; d++) {
      const i = this.#order[d];
      let least = Infinity;
      for (let label = 0; label < this.#used.length; label++) {
        if (this.#used[label] === 0) least = Math.min(least, (this.#rx[i] - this.#ry[label]) ** 2);
      }
      sum += this.weights[i] * least;
    }
    return sum;
  }
}

function radii(x: Float64Array): Float64Array {
  return Float64Array.from({ length: x.length / 3 }, (_, i) => Math.hypot(x[3 * i], x[3 * i + 1], x[3 * i + 2]));
}

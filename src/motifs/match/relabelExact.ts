/** Branch and bound over relabellings: proves the best fit, or finds a better one. Inputs are checked by the caller. */
import { accumulateCovariance, type RotationWork, rotationWork, solveRotation } from '../rotation';
import { singularSum } from '../singularSum';

/** How {@link RelabellingTree.search} ended. */
export type TreeSearch = 'exhausted' | 'found' | 'given up';

/**
 * All relabellings of n reference points by n of m ≥ n moving ones, as a tree: points are labelled one after another,
 * those farthest out first.
 *
 * A partial labelling is given up when its own best fit plus what the other points lack at the least, (|xᵢ| − |yⱼ|)²
 * with the most similar radius left, is no better than the best complete one. About 200 nodes for 8 points with a noise
 * of 0.4 Å, 2,000 for two unrelated motifs, against 8! = 40,320 relabellings; at 0.2 µs each:
 * most are given up by a test of whether their fit can be good enough.
 */
export class RelabellingTree {
  /** The best labels found and their Σ w |xᵢ − Q yᵢ|², Å². */
  readonly labels: Int32Array;
  squares: number = Infinity;
  readonly #n: number;
  readonly #order: Int32Array;
  readonly #rx: Float64Array;
  readonly #ry: Float64Array;
  readonly #path: Int32Array;
  readonly #used: Uint8Array;
  /** w (|xᵢ| − |yⱼ|)², n×m, Å². */
  readonly #gaps: Float64Array;
  /** Covariance of the first d labelled points, at 9d. */
  readonly #covariances: Float64Array;
  /** Children of each depth in ascending order of what they cost at the least: label, overlap, that cost; m a depth. */
  readonly #children: Int32Array;
  readonly #overlaps: Float64Array;
  readonly #costs: Float64Array;
  /** What the points after that of a depth lack at the least, with a label gone: m a depth. */
  readonly #rests: Float64Array;
  readonly #work: RotationWork = rotationWork();
  /** An upper bound of the overlap, and what it must reach: see `singularSum`. */
  readonly #ends: Float64Array = new Float64Array(2);
  /** Differences below this are rounding. */
  readonly #tolerance: number;
  #y: Float64Array = new Float64Array(0);
  #reflections: boolean = false;
  #nodes = 0;
  #maxNodes = 0;
  #stopAtFirst = false;
  #stopped = false;

  constructor(
    readonly x: Float64Array,
    readonly weights: Float64Array,
    readonly m: number,
  ) {
    const n = weights.length;
    this.#n = n;
    this.#rx = new Float64Array(n);
    this.#ry = new Float64Array(m);
    fillRadii(x, this.#rx);
    this.#order = Int32Array.from({ length: n }, (_, i) => i);
    this.#order.sort((i, j) => weights[j] * this.#rx[j] ** 2 - weights[i] * this.#rx[i] ** 2);
    this.labels = new Int32Array(n);
    this.#path = new Int32Array(n);
    this.#used = new Uint8Array(m);
    this.#gaps = new Float64Array(n * m);
    this.#covariances = new Float64Array(9 * (n + 1));
    this.#children = new Int32Array(n * m);
    this.#overlaps = new Float64Array(n * m);
    this.#costs = new Float64Array(n * m);
    this.#rests = new Float64Array(n * m);
    this.#tolerance = 1e-12 * this.#rx.reduce((sum, r, i) => sum + weights[i] * r * r, 0);
  }

  /**
   * Looks for labels with a sum of squares below `limit`, the best of all or the first met. `maxNodes` bounds the work.
   * 'given up' says nothing; otherwise `labels` and `squares` are what was found, if anything was.
   */
  search(y: Float64Array, limit: number, reflections: boolean, maxNodes: number, stopAtFirst: boolean): TreeSearch {
    this.#y = y;
    this.#reflections = reflections;
    this.#maxNodes = maxNodes;
    this.#stopAtFirst = stopAtFirst;
    this.#stopped = false;
    this.#nodes = 0;
    this.#used.fill(0);
    this.squares = limit;
    fillRadii(y, this.#ry);
    for (let i = 0; i < this.#n; i++) {
      for (let j = 0; j < this.m; j++) this.#gaps[this.m * i + j] = this.weights[i] * (this.#rx[i] - this.#ry[j]) ** 2;
    }
    this.#descend(0, 0, 0);
    if (this.#nodes > this.#maxNodes) return 'given up';
    return this.squares < limit ? 'found' : 'exhausted';
  }

  /** Labels the point of rank `depth`; the earlier ones have Σ w (|xᵢ|² + |yᵢ|²) = `norms` and Σ w xᵢ·Q yᵢ = `overlap`. */
  #descend(depth: number, norms: number, overlap: number): void {
    const i = this.#order[depth];
    const from = this.m * depth;
    const count = this.#listChildren(depth, norms, overlap);
    for (let child = from; child < from + count && !this.#stopped; child++) {
      if (this.#costs[child] >= this.squares - this.#tolerance) return;
      const label = this.#children[child];
      this.#path[i] = label;
      if (depth + 1 === this.#n) {
        this.#keep();
        return;
      }
      this.#extend(depth, i, label, 9 * (depth + 1));
      this.#used[label] = 1;
      const more = this.weights[i] * (this.#rx[i] ** 2 + this.#ry[label] ** 2);
      this.#descend(depth + 1, norms + more, this.#overlaps[child]);
      this.#used[label] = 0;
    }
  }

  /** The labels of the point of rank `depth` that may lead to a better fit, cheapest first; gives their number. */
  #listChildren(depth: number, norms: number, overlap: number): number {
    const i = this.#order[depth];
    const from = this.m * depth;
    const ends = this.#ends;
    let count = 0;
    this.#listRests(depth);
    for (let label = 0; label < this.m; label++) {
      if (this.#used[label] === 1) continue;
      if (++this.#nodes > this.#maxNodes) {
        this.#stopped = true;
        return 0;
      }
      const [rx, ry] = [this.#rx[i], this.#ry[label]];
      const total = norms + this.weights[i] * (rx * rx + ry * ry) + this.#rests[from + label];
      ends[0] = overlap + this.weights[i] * rx * ry;
      ends[1] = (total - this.squares + this.#tolerance) / 2;
      if (!(ends[0] > ends[1])) continue;
      if (depth > 0 && !this.#canReach(depth, i, label)) continue;
      let at = from + count++;
      const cost = total - 2 * ends[0];
      for (; at > from && this.#costs[at - 1] > cost; at--) this.#copyChild(at - 1, at);
      this.#children[at] = label;
      this.#overlaps[at] = ends[0];
      this.#costs[at] = cost;
    }
    return count;
  }

  /** Puts the overlap of the labelled points and point i into the ends; false if it is known to be too small. */
  #canReach(depth: number, i: number, label: number): boolean {
    const at = 9 * (depth + 1);
    this.#extend(depth, i, label, at);
    return singularSum(this.#covariances, at, this.#reflections, this.#ends);
  }

  #copyChild(from: number, to: number): void {
    this.#children[to] = this.#children[from];
    this.#overlaps[to] = this.#overlaps[from];
    this.#costs[to] = this.#costs[from];
  }

  /** The covariance of the labelled points and of i with `label`. */
  #extend(depth: number, i: number, label: number, to: number): void {
    const covariances = this.#covariances;
    const [x, y] = [this.x, this.#y];
    for (let r = 0; r < 3; r++) {
      const wx = this.weights[i] * x[3 * i + r];
      for (let c = 0; c < 3; c++) {
        covariances[to + 3 * r + c] = covariances[9 * depth + 3 * r + c] + wx * y[3 * label + c];
      }
    }
  }

  /** What the points after rank `depth` must add to the sum of squares, whatever the rotation, for each label it may take. */
  #listRests(depth: number): void {
    const rests = this.#rests.subarray(this.m * depth, this.m * (depth + 1)).fill(0);
    for (let d = depth + 1; d < this.#n; d++) {
      const row = this.m * this.#order[d];
      let closest = 0;
      let least = Infinity;
      let second = Infinity;
      for (let label = 0; label < this.m; label++) {
        if (this.#used[label] === 1) continue;
        const gap = this.#gaps[row + label];
        if (gap < least) {
          second = least;
          least = gap;
          closest = label;
        } else if (gap < second) second = gap;
      }
      for (let label = 0; label < this.m; label++) rests[label] += label === closest ? second : least;
    }
  }

  /** Keeps the complete labelling if it truly is better, by the exact rotation. */
  #keep(): void {
    const { labels, weights } = this;
    accumulateCovariance(this.#work, this.x, 0, this.#y, 0, this.#n, weights, this.#path);
    solveRotation(this.#work, this.#reflections);
    let squares = -2 * this.#work.overlap;
    for (let i = 0; i < this.#n; i++) squares += weights[i] * (this.#rx[i] ** 2 + this.#ry[this.#path[i]] ** 2);
    if (!(squares < this.squares - this.#tolerance)) return;
    labels.set(this.#path);
    this.squares = squares;
    this.#stopped = this.#stopAtFirst;
  }
}

function fillRadii(x: Float64Array, radii: Float64Array): void {
  for (let i = 0; i < radii.length; i++) radii[i] = Math.hypot(x[3 * i], x[3 * i + 1], x[3 * i + 2]);
}

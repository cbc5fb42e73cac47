/**
 * The search under everything that relabels: the n of m ≥ n points, their order and the rotation of least
 * Σ w |xᵢ − Q y_π(i)|². Inputs are checked by the caller.
 *
 * Branch and bound: points are labelled one after another, largest w r² first. A partial labelling costs at least its
 * own best rotation, Σ w (|xᵢ|² + |y_π(i)|²) − 2s with s the sum of the singular values of the covariance, and the
 * other points at least w (|xᵢ| − |yⱼ|)², each with the label that is best for it. Most are given up by a test
 * of whether s can be large enough that needs no iteration.
 *
 * Where no limit is known, assignment and rotation in turn come first, from starts that lay the pairs of points most
 * alike on each other; neither step can worsen the fit. More such starts make up for a search that was cut short.
 */
import { accumulateCovariance, rotateInto, rotationWork, solveRotation } from '../rotation';
import { type AssignmentWork, assignCheapest, assignmentWork } from './assignment';
import { singularSum } from './singularSum';

/** What is to be matched, and how. */
export interface SearchSettings {
  reflections: boolean;
  /** n numbers of at least 0; 1 each if absent. */
  weights?: Float64Array;
  /** Species of the n points and of the m; unlike ones are never matched. */
  species?: readonly [ArrayLike<number>, ArrayLike<number>];
}

/** Pairs of points from which assignment and rotation start: for a first limit, and where the search was cut short. */
const FIRST_STARTS = 4;
const STARTS = 100;

/** Fewest points for which such a first limit pays. */
const FEWEST_POINTS = 5;

/** Rounds of assignment and rotation; most settle in four. */
const MOST_ROUNDS = 50;

/** Relabels n points (n×3, Å) by n of m, for many sets of these; holds the memory of the search. */
export class RelabellingSearch {
  /** The best labels found, and their Σ w |xᵢ − Q yᵢ|², Å². */
  readonly labels: Int32Array;
  squares: number = Infinity;
  readonly #n: number;
  readonly #reflections: boolean;
  readonly #weights: Float64Array;
  readonly #unlike: Uint8Array;
  readonly #order: Int32Array;
  readonly #rx: Float64Array;
  readonly #ry: Float64Array;
  readonly #path: Int32Array;
  readonly #used: Uint8Array;
  /** w (|xᵢ| − |yⱼ|)², n×m by rank, Å²; infinite for unlike species. */
  readonly #gaps: Float64Array;
  /** Covariance of the first d labelled points, at 9d. */
  readonly #covariances: Float64Array;
  /** Children of each depth in ascending order of what they cost at the least: label, overlap, that cost; m a depth. */
  readonly #children: Int32Array;
  readonly #overlaps: Float64Array;
  readonly #costs: Float64Array;
  /** What the points after that of a depth cost at the least, with a label gone: m a depth. */
  readonly #rests: Float64Array;
  /** An upper bound of the overlap, and what it must reach: see `singularSum`. */
  readonly #ends: Float64Array = new Float64Array(2);
  readonly #work = rotationWork();
  /** Differences below this are rounding. */
  readonly #tolerance: number;
  #y: Float64Array = new Float64Array(0);
  /** More than any labels of like points can cost. */
  #most = 0;
  #nodes = 0;

  constructor(
    readonly x: Float64Array,
    readonly m: number,
    { reflections, weights, species }: SearchSettings,
  ) {
    const n = x.length / 3;
    this.#n = n;
    this.#reflections = reflections;
    this.#weights = weights ?? new Float64Array(n).fill(1);
    this.#rx = new Float64Array(n);
    this.#ry = new Float64Array(m);
    fillRadii(x, this.#rx);
    this.#order = Int32Array.from({ length: n }, (_, i) => i);
    this.#order.sort((i, j) => this.#weights[j] * this.#rx[j] ** 2 - this.#weights[i] * this.#rx[i] ** 2);
    this.#unlike = new Uint8Array(n * m);
    if (species)
      this.#unlike.forEach((_, k) => {
        this.#unlike[k] = Number(species[0][Math.floor(k / m)] !== species[1][k % m]);
      });
    this.labels = new Int32Array(n);
    this.#path = new Int32Array(n);
    this.#used = new Uint8Array(m);
    this.#gaps = new Float64Array(n * m);
    this.#covariances = new Float64Array(9 * (n + 1));
    this.#children = new Int32Array(n * m);
    this.#overlaps = new Float64Array(n * m);
    this.#costs = new Float64Array(n * m);
    this.#rests = new Float64Array(n * m);
    this.#tolerance = 1e-12 * this.#rx.reduce((sum, r, i) => sum + this.#weights[i] * r * r, 0);
  }

  /**
   * Looks for the labels of least squares below `limit`; afterwards `squares` is theirs, or the limit if there are
   * none.
   *
   * @param most how often a point may be placed
   * @returns whether the search came to its end, so that nothing is better
   */
  find(y: Float64Array, limit: number = Infinity, most: number = Infinity): boolean {
    this.#take(y);
    this.#nodes = most;
    this.squares = limit;
    if (limit === Infinity && this.m >= FEWEST_POINTS) this.#settleAll(0, FIRST_STARTS);
    this.#descend(0, 0, 0);
    if (this.#nodes >= 0) return true;
    this.#settleAll(FIRST_STARTS, STARTS);
    return false;
  }

  #take(y: Float64Array): void {
    const { m } = this;
    this.#y = y;
    fillRadii(y, this.#ry);
    this.#used.fill(0);
    for (let rank = 0; rank < this.#n; rank++) {
      const i = this.#order[rank];
      for (let j = 0; j < m; j++) {
        const gap = this.#rx[i] - this.#ry[j];
        this.#gaps[m * rank + j] = this.#unlike[m * i + j] === 1 ? Infinity : this.#weights[i] * gap * gap;
      }
    }
  }

  /**
   * Labels the point of rank `depth`; the earlier ones have Σ w (|xᵢ|² + |yᵢ|²) = `norms` and Σ w xᵢ·Q yᵢ = `overlap`.
   */
  #descend(depth: number, norms: number, overlap: number): void {
    const i = this.#order[depth];
    const from = this.m * depth;
    const end = from + this.#listChildren(depth, norms, overlap);
    for (let child = from; child < end && this.#nodes >= 0; child++) {
      if (this.#costs[child] >= this.squares - this.#tolerance) return;
      const label = this.#children[child];
      this.#path[i] = label;
      if (depth + 1 === this.#n) {
        this.#keep();
        return;
      }
      this.#extend(depth, i, label);
      this.#used[label] = 1;
      const more = this.#weights[i] * (this.#rx[i] ** 2 + this.#ry[label] ** 2);
      this.#descend(depth + 1, norms + more, this.#overlaps[child]);
      this.#used[label] = 0;
    }
  }

  /** The labels of the point of rank `depth` that may lead to a better fit, cheapest first; returns their number. */
  #listChildren(depth: number, norms: number, overlap: number): number {
    const { m } = this;
    const i = this.#order[depth];
    const from = m * depth;
    const ends = this.#ends;
    const weight = this.#weights[i];
    const rx = this.#rx[i];
    const goal = this.squares - this.#tolerance;
    let count = 0;
    this.#listRests(depth);
    for (let label = 0; label < m; label++) {
      if (this.#used[label] === 1 || this.#gaps[from + label] === Infinity) continue;
      if (--this.#nodes < 0) return 0;
      const ry = this.#ry[label];
      const total = norms + weight * (rx * rx + ry * ry) + this.#rests[from + label];
      ends[0] = overlap + weight * rx * ry;
      ends[1] = (total - goal) / 2;
      if (!(ends[0] > ends[1])) continue;
      if (depth > 0) {
        this.#extend(depth, i, label);
        if (!singularSum(this.#covariances, 9 * (depth + 1), this.#reflections, ends)) continue;
      }
      const cost = total - 2 * ends[0];
      let at = from + count++;
      for (; at > from && this.#costs[at - 1] > cost; at--) {
        this.#children[at] = this.#children[at - 1];
        this.#overlaps[at] = this.#overlaps[at - 1];
        this.#costs[at] = this.#costs[at - 1];
      }
      this.#children[at] = label;
      this.#overlaps[at] = ends[0];
      this.#costs[at] = cost;
    }
    return count;
  }

  /**
   * What the points after rank `depth` add to the sum of squares at the least, whatever the rotation, for each label
   * that it may take: each point for itself, though two may want one label.
   */
  #listRests(depth: number): void {
    const { m } = this;
    const gaps = this.#gaps;
    const used = this.#used;
    const rests = this.#rests;
    const from = m * depth;
    let sum = 0;
    for (let label = 0; label < m; label++) rests[from + label] = 0;
    for (let row = from + m; row < gaps.length; row += m) {
      let closest = 0;
      let least = Infinity;
      let second = Infinity;
      for (let label = 0; label < m; label++) {
        if (used[label] === 1) continue;
        const gap = gaps[row + label];
        if (gap < least) {
          second = least;
          least = gap;
          closest = label;
        } else if (gap < second) second = gap;
      }
      sum += least;
      rests[from + closest] += second - least;
    }
    for (let label = 0; label < m; label++) rests[from + label] += sum;
  }

  /** The covariance of the labelled points and of i with `label`. */
  #extend(depth: number, i: number, label: number): void {
    const h = this.#covariances;
    const from = 9 * depth;
    const { x } = this;
    const y = this.#y;
    const w = this.#weights[i];
    const a = w * x[3 * i];
    const b = w * x[3 * i + 1];
    const c = w * x[3 * i + 2];
    const u = y[3 * label];
    const v = y[3 * label + 1];
    const z = y[3 * label + 2];
    h[from + 9] = h[from] + a * u;
    h[from + 10] = h[from + 1] + a * v;
    h[from + 11] = h[from + 2] + a * z;
    h[from + 12] = h[from + 3] + b * u;
    h[from + 13] = h[from + 4] + b * v;
    h[from + 14] = h[from + 5] + b * z;
    h[from + 15] = h[from + 6] + c * u;
    h[from + 16] = h[from + 7] + c * v;
    h[from + 17] = h[from + 8] + c * z;
  }

  /** Keeps the complete labelling if it truly is better; its rotation stays in `#work`. */
  #keep(): void {
    accumulateCovariance(this.#work, this.x, this.#y, this.#n, this.#weights, this.#path);
    solveRotation(this.#work, this.#reflections);
    let squares = -2 * this.#work.overlap;
    for (let i = 0; i < this.#n; i++) squares += this.#weights[i] * (this.#rx[i] ** 2 + this.#ry[this.#path[i]] ** 2);
    if (!(squares < this.squares - this.#tolerance)) return;
    this.labels.set(this.#path);
    this.squares = Math.max(0, squares);
  }

  /**
   * Assignment and rotation in turn, from the rotations that lay a telling pair of points on the pairs most like it.
   */
  #settleAll(first: number, end: number): void {
    const { x, m } = this;
    const y = this.#y;
    const work = this.#work;
    const [a, b] = this.#widestPair();
    this.#most =
      2 * (sumOfSquares(this.#rx) + sumOfSquares(this.#ry)) * this.#weights.reduce((p, w) => Math.max(p, w), 0);
    const misfits = new Float64Array(m * m);
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < m; k++) {
        const unlike = (j === k) !== (a === b) || this.#unlike[m * a + j] === 1 || this.#unlike[m * b + k] === 1;
        const own = (dot(x, a, x, a) - dot(y, j, y, j)) ** 2 + (dot(x, b, x, b) - dot(y, k, y, k)) ** 2;
        misfits[m * j + k] = unlike ? Infinity : own + 2 * (dot(x, a, x, b) - dot(y, j, y, k)) ** 2;
      }
    }
    const pairs = Array.from(misfits.keys()).filter((pair) => misfits[pair] < Infinity);
    pairs.sort((p, q) => misfits[p] - misfits[q]);
    const assignment = assignmentWork(this.#n, m);
    const turned = new Float64Array(3 * m);
    for (const pair of pairs.slice(first, end)) {
      for (const sign of this.#reflections ? [1, -1] : [1]) {
        const [j, k] = [Math.floor(pair / m), pair % m];
        for (let c = 0; c < 9; c++) {
          const [p, q] = [Math.floor(c / 3), c % 3];
          work.covariance[c] = sign * (x[3 * a + p] * y[3 * j + q] + x[3 * b + p] * y[3 * k + q]);
        }
        solveRotation(work, false);
        for (let c = 0; c < 9; c++) work.rotation[c] *= sign;
        this.#settle(turned, assignment);
      }
    }
  }

  /** The point of largest w r², and the one that spans the largest triangle with it and the origin. */
  #widestPair(): [number, number] {
    const a = this.#order[0];
    let b = a;
    let widest = -1;
    for (const i of this.#order.subarray(1)) {
      const area = this.#weights[i] * (this.#rx[a] ** 2 * this.#rx[i] ** 2 - dot(this.x, a, this.x, i) ** 2);
      if (area > widest) [widest, b] = [area, i];
    }
    return [a, b];
  }

  #settle(turned: Float64Array, assignment: AssignmentWork): void {
    const { x, m } = this;
    const unlike = 1e3 * this.#most || 1;
    const costs = new Float64Array(this.#n * m);
    const next = new Int32Array(this.#n);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      rotateInto(this.#work.rotation, this.#y, turned);
      for (let i = 0; i < this.#n; i++) {
        for (let j = 0; j < m; j++) {
          const [dx, dy, dz] = [
            x[3 * i] - turned[3 * j],
            x[3 * i + 1] - turned[3 * j + 1],
            x[3 * i + 2] - turned[3 * j + 2],
          ];
          costs[m * i + j] = this.#unlike[m * i + j] === 1 ? unlike : this.#weights[i] * (dx * dx + dy * dy + dz * dz);
        }
      }
      assignCheapest(costs, this.#n, m, next, assignment);
      let stands = round > 0;
      for (let i = 0; i < this.#n && stands; i++) stands = next[i] === this.#path[i];
      if (stands) return;
      this.#path.set(next);
      this.#keep();
    }
  }
}

function dot(x: Float64Array, i: number, y: Float64Array, j: number): number {
  return x[3 * i] * y[3 * j] + x[3 * i + 1] * y[3 * j + 1] + x[3 * i + 2] * y[3 * j + 2];
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function fillRadii(x: Float64Array, radii: Float64Array): void {
  for (let i = 0; i < radii.length; i++) {
    radii[i] = Math.sqrt(x[3 * i] * x[3 * i] + x[3 * i + 1] * x[3 * i + 1] + x[3 * i + 2] * x[3 * i + 2]);
  }
}

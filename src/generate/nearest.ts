/**
 * The quick fit under `nearestMotifInfills`: which of thousands of motifs are worth a full synchronization. Where
 * WebAssembly can run, assembly/ does it; this is what it must come to.
 */
import { widestPair } from '../motifs/pairFrame';
import { accumulateCovariance, rotationWork, solveRotation } from '../motifs/rotation';
import type { Motifs } from '../motifs/types';

/** Pairs of each motif that are tried: with two, the best of 20 is within 0.03 Å of the best of all nearly always. */
const TRIES = 2;
/** Motifs whose matches are rotated to their best fit, those that lie best before it; with 4,094 it takes a quarter longer, same best. */
export const REFINED = 256;
/** Sets of points that walk through the environments together: they share what is known of each, and fit in a cache. */
const TOGETHER = 64;

/**
 * For each set of points (k×3, Å) the `wanted` environments of which a quick fit lays some atoms best on it, best first.
 *
 * The quick fit: the two points that span the largest triangle with the origin are laid on the ordered pairs of the
 * motif's atoms most like them, in both mirror images; so are the next such two, without one of the first. Each further
 * point is matched with the closest atom left, and the best of these matches, where promising, is rotated to its best fit.
 */
export function rankByPairs(environments: Motifs, sets: readonly Float64Array[], wanted: number): number[][] {
  const { length } = environments;
  const motif = new Motif(environments);
  const ranked: number[][] = [];
  for (let first = 0; first < sets.length; first += TOGETHER) {
    const some = sets.slice(first, first + TOGETHER);
    const rankings = some.map((points) => new Ranking(points, motif, length, Math.max(wanted, REFINED)));
    for (let m = 0; m < length; m++) {
      motif.take(m);
      for (const ranking of rankings) ranking.measure(m);
    }
    for (const ranking of rankings) ranked.push(ranking.refine().slice(0, wanted));
  }
  return ranked;
}

/** The environment in hand, with the products of its atoms' positions, and these in the axes of pairs. */
class Motif {
  readonly count: number;
  /** n×3, Å. */
  readonly positions: Float64Array;
  /** n×n, Å². */
  readonly products: Float64Array;
  /** For each ordered pair of atoms n×3, Å, once asked for. */
  readonly turned: Float64Array;
  readonly #known: Uint8Array;
  readonly #frame: Float64Array = new Float64Array(9);
  readonly #all: Float64Array;

  constructor({ n: count, positions }: Motifs) {
    this.count = count;
    this.positions = new Float64Array(3 * count);
    this.products = new Float64Array(count * count);
    this.turned = new Float64Array(3 * count * count * count);
    this.#known = new Uint8Array(count * count);
    this.#all = positions;
  }

  take(m: number): void {
    const { count, positions, products } = this;
    for (let c = 0; c < 3 * count; c++) positions[c] = this.#all[3 * count * m + c];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) products[count * i + j] = products[count * j + i] = product(positions, i, j);
    }
    this.#known.fill(0);
  }

  /** Where in `turned` the motif lies in the axes of atoms i and j. */
  turn(i: number, j: number): number {
    const { count, positions } = this;
    const pair = count * i + j;
    const from = 3 * count * pair;
    if (this.#known[pair] === 1) return from;
    this.#known[pair] = 1;
    frameOf(positions, i, j, this.#frame);
    toFrame(this.#frame, positions, this.turned, from);
    return from;
  }
}

/** How well all environments fit one set of points. */
class Ranking {
  readonly #fits: QuickFit[];
  readonly #misfits: Float64Array;
  readonly #least: LeastOf;

  constructor(
    points: Float64Array,
    readonly motif: Motif,
    length: number,
    readonly refined: number,
  ) {
    this.#fits = pairsToFit(points).map((pair) => new QuickFit(points, motif, pair));
    this.#misfits = new Float64Array(length).fill(Infinity);
    this.#least = new LeastOf(refined);
  }

  /** Measures environment m, which is in hand: what is worse than enough others need not be known to the end. */
  measure(m: number): void {
    let least = this.#least.limit;
    let found = Infinity;
    for (const fit of this.#fits) {
      const misfit = fit.misfit(least);
      if (misfit < least) least = found = misfit;
    }
    this.#misfits[m] = found;
    this.#least.add(found);
  }

  /** The best environments, each rotated to its best fit, best first. */
  refine(): number[] {
    const misfits = this.#misfits;
    const best = Array.from(misfits, (_, m) => m)
      .sort((i, j) => compare(misfits[i], misfits[j]))
      .slice(0, this.refined);
    for (const m of best) {
      this.motif.take(m);
      misfits[m] = Math.min(...this.#fits.map((fit) => fit.refined()));
    }
    return best.sort((i, j) => misfits[i] - misfits[j]);
  }
}

/** The two points that span the largest triangle with the origin, and the next such two, without one of the first. */
export function pairsToFit(points: Float64Array): [number, number][] {
  const weights = new Float64Array(points.length / 3).fill(1);
  const pair = widestPair(points, weights);
  if (weights.length < 3) return [pair];
  weights[pair[0]] = 0;
  return [pair, widestPair(points, weights)];
}

/** Ascending, with equal infinities. */
export function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** The least of many numbers, as a heap with the largest of them on top. */
class LeastOf {
  readonly #heap: Float64Array;

  constructor(count: number) {
    this.#heap = new Float64Array(count).fill(Infinity);
  }

  /** The largest of the least; Infinity while they are not enough. */
  get limit(): number {
    return this.#heap[0];
  }

  add(value: number): void {
    const heap = this.#heap;
    if (!(value < heap[0])) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1] > heap[child]) child++;
      if (heap[child] <= value) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = value;
  }
}

class QuickFit {
  readonly #k: number;
  readonly #work = rotationWork();
  readonly #left: Int32Array;
  readonly #labels: Int32Array;
  readonly #best: Int32Array;
  /** The points in the axes of the chosen two, k×3. */
  readonly #framed: Float64Array;
  /** Whether one point is both of the chosen two, and is laid on single atoms. */
  readonly #single: boolean;
  /** Gram entries of the chosen two points: both squares, their product. */
  readonly #target: [number, number, number];
  readonly #pairs: Int32Array = new Int32Array(2 * TRIES);

  constructor(
    readonly points: Float64Array,
    readonly motif: Motif,
    [a, b]: [number, number],
  ) {
    const { count } = motif;
    this.#k = points.length / 3;
    this.#left = new Int32Array(count);
    this.#labels = new Int32Array(this.#k);
    this.#best = new Int32Array(this.#k);
    this.#framed = new Float64Array(3 * this.#k);
    this.#single = a === b;
    this.#target = [product(points, a, a), product(points, b, b), product(points, a, b)];
    const frame = new Float64Array(9);
    frameOf(points, a, b, frame);
    toFrame(frame, points, this.#framed, 0);
  }

  /** Least sum of squares of the matches as they lie, Å², if it is below `limit`, else Infinity. */
  misfit(limit: number): number {
    const least = this.#match(limit);
    return least < limit ? least : Infinity;
  }

  /** Least sum of squares of the best matches after their best rotation, Å². */
  refined(): number {
    this.#match(Infinity);
    const { motif, points } = this;
    accumulateCovariance(this.#work, points, 0, motif.positions, 0, this.#k, undefined, this.#best);
    if (this.#inverted) for (let c = 0; c < 9; c++) this.#work.covariance[c] *= -1;
    solveRotation(this.#work, false);
    let sum = -2 * this.#work.overlap;
    for (let p = 0; p < this.#k; p++) {
      sum += product(points, p, p) + motif.products[(motif.count + 1) * this.#best[p]];
    }
    return sum;
  }

  /** Whether the best matches are those of the inverted motif. */
  #inverted = false;

  /** Finds the best matches as they lie, if their sum of squares is below `limit`, and gives it, else `limit`. */
  #match(limit: number): number {
    let least = limit;
    this.#findLikePairs();
    for (let k = 0; k < TRIES; k++) {
      const from = this.motif.turn(this.#pairs[2 * k], this.#pairs[2 * k + 1]);
      for (let sign = 1; sign >= -1; sign -= 2) {
        const squares = this.#matchClosest(from, sign, least);
        if (squares >= least) continue;
        least = squares;
        this.#inverted = sign < 0;
        this.#best.set(this.#labels);
      }
    }
    return least;
  }

  /** Finds the two ordered pairs (i, j) of the motif most like the chosen two points, in their three Gram entries. */
  #findLikePairs(): void {
    const { count, products } = this.motif;
    const [aa, bb, ab] = this.#target;
    const pairs = this.#pairs;
    const single = this.#single;
    let least = Infinity;
    let second = Infinity;
    for (let i = 0; i < count; i++) {
      const ii = (products[(count + 1) * i] - aa) ** 2;
      if (ii >= second) continue;
      for (let j = 0; j < count; j++) {
        if ((i === j) !== single) continue;
        const misfit = ii + (products[(count + 1) * j] - bb) ** 2 + 2 * (products[count * i + j] - ab) ** 2;
        if (misfit >= second) continue;
        const rank = misfit < least ? 0 : 1;
        if (rank === 0) {
          second = least;
          least = misfit;
          pairs[2] = pairs[0];
          pairs[3] = pairs[1];
        } else second = misfit;
        pairs[2 * rank] = i;
        pairs[2 * rank + 1] = j;
      }
    }
  }

  /**
   * Sum of squares of the closest matches, Å², for sign −1 of the inverted motif, whose axes are −1, −2, +3: in them it
   * is the motif with the third coordinates reversed. Breaks off once it reaches `limit`.
   */
  #matchClosest(from: number, sign: number, limit: number): number {
    const framed = this.#framed;
    const { turned } = this.motif;
    const left = this.#left;
    const labels = this.#labels;
    let remaining = left.length;
    for (let i = 0; i < remaining; i++) left[i] = i;
    let sum = 0;
    for (let p = 0; p < labels.length && sum < limit; p++) {
      const x = framed[3 * p];
      const y = framed[3 * p + 1];
      const z = sign * framed[3 * p + 2];
      let closest = 0;
      let least = Infinity;
      for (let k = 0; k < remaining; k++) {
        const at = from + 3 * left[k];
        const dx = x - turned[at];
        const dy = y - turned[at + 1];
        const dz = z - turned[at + 2];
        const square = dx * dx + dy * dy + dz * dz;
        if (square < least) {
          least = square;
          closest = k;
        }
      }
      labels[p] = left[closest];
      left[closest] = left[--remaining];
      sum += least;
    }
    return sum;
  }
}

/** Writes the coordinates of points (rows) along three axes into `out`, beginning there. */
export function toFrame(frame: Float64Array, points: Float64Array, out: Float64Array, begin: number): void {
  const [a, b, c] = [frame[0], frame[1], frame[2]];
  const [d, e, f] = [frame[3], frame[4], frame[5]];
  const [g, h, k] = [frame[6], frame[7], frame[8]];
  for (let at = 0; at < points.length; at += 3) {
    const x = points[at];
    const y = points[at + 1];
    const z = points[at + 2];
    out[begin + at] = a * x + b * y + c * z;
    out[begin + at + 1] = d * x + e * y + f * z;
    out[begin + at + 2] = g * x + h * y + k * z;
  }
}

/**
 * Writes the axes of two directions u and v, as rows: u + v, u − v and their cross product, normalized; of collinear
 * ones, any axes that begin with u.
 */
export function frameOf(x: Float64Array, i: number, j: number, frame: Float64Array): void {
  const li = Math.sqrt(product(x, i, i)) || 1;
  const lj = Math.sqrt(product(x, j, j)) || 1;
  for (let c = 0; c < 3; c++) {
    const [u, v] = [x[3 * i + c] / li, x[3 * j + c] / lj];
    frame[c] = u + v;
    frame[3 + c] = u - v;
  }
  if (normalizeRow(frame, 0) < 1e-6 || normalizeRow(frame, 1) < 1e-6) {
    for (let c = 0; c < 3; c++) frame[c] = x[3 * i + c];
    normalizeRow(frame, 0);
    const sizes = [Math.abs(frame[0]), Math.abs(frame[1]), Math.abs(frame[2])];
    const least = sizes.indexOf(Math.min(...sizes));
    const along = frame[least];
    for (let c = 0; c < 3; c++) frame[3 + c] = (c === least ? 1 : 0) - along * frame[c];
    normalizeRow(frame, 1);
  }
  frame[6] = frame[1] * frame[5] - frame[2] * frame[4];
  frame[7] = frame[2] * frame[3] - frame[0] * frame[5];
  frame[8] = frame[0] * frame[4] - frame[1] * frame[3];
}

/** Scales a row of three to length 1, unless it is 0, and gives the length it had. */
function normalizeRow(frame: Float64Array, row: number): number {
  const [a, b, c] = [frame[3 * row], frame[3 * row + 1], frame[3 * row + 2]];
  const length = Math.sqrt(a * a + b * b + c * c);
  const scale = 1 / (length || 1);
  frame[3 * row] = a * scale;
  frame[3 * row + 1] = b * scale;
  frame[3 * row + 2] = c * scale;
  return length;
}

/** Inner product of rows i and j. */
export function product(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

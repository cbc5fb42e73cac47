/** The quick fit under `nearestMotifInfill`: which of thousands of motifs are worth a full synchronization. */
import { widestPair } from '../motifs/relabel';
import { accumulateCovariance, rotateInto, rotationWork, solveRotation } from '../motifs/rotation';
import type { Environments } from '../motifs/types';

/** Pairs of each motif that are tried: with two, the best of 20 is within 0.03 Å of the best of all nearly always. */
const TRIES = 2;
/** Motifs whose matches are rotated to their best fit, those that lie best before it; with 4,094 it takes a quarter longer, same best. */
const REFINED = 256;

/**
 * The `wanted` environments of which a quick fit lays some atoms best on `points` (k×3, Å), best first.
 *
 * The quick fit: the two points that span the largest triangle with the origin are laid on the ordered pairs of the
 * motif's atoms most like them, in both mirror images; so are the next such two, without one of the first. Each further
 * point is matched with the closest atom left, and the best of these matches, where promising, is rotated to its best fit.
 */
export function rankByPairs(environments: Environments, points: Float64Array, wanted: number): number[] {
  const { count, length, positions } = environments;
  const weights = new Float64Array(points.length / 3).fill(1);
  const pair = widestPair(points, weights);
  const fits = [new QuickFit(points, count, pair)];
  if (weights.length > 2) {
    weights[pair[0]] = 0;
    fits.push(new QuickFit(points, count, widestPair(points, weights)));
  }
  const misfits = new Float64Array(length).fill(Infinity);
  const measure = (m: number, limit: number, refine: boolean): void => {
    for (const fit of fits) {
      const misfit = fit.misfit(positions, 3 * count * m, Math.min(limit, misfits[m]), refine);
      misfits[m] = Math.min(misfits[m], misfit);
    }
  };
  const refined = Math.max(wanted, REFINED);
  const least = new LeastOf(refined);
  for (let m = 0; m < length; m++) {
    // What is worse than enough others need not be known to the end.
    measure(m, least.limit, false);
    least.add(misfits[m]);
  }
  const best = Array.from({ length }, (_, m) => m)
    .sort((i, j) => compare(misfits[i], misfits[j]))
    .slice(0, refined);
  for (const m of best) {
    misfits[m] = Infinity;
    measure(m, Infinity, true);
  }
  return best.sort((i, j) => misfits[i] - misfits[j]).slice(0, wanted);
}

/** Ascending, with equal infinities. */
function compare(a: number, b: number): number {
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
  readonly #a: number;
  readonly #b: number;
  readonly #work = rotationWork();
  readonly #motif: Float64Array;
  readonly #turned: Float64Array;
  readonly #used: Uint8Array;
  readonly #squares: Float64Array;
  readonly #labels: Int32Array;
  readonly #best: Int32Array;
  readonly #frame: Float64Array = new Float64Array(9);
  readonly #moving: Float64Array = new Float64Array(9);
  /** Gram entries of the chosen two points: both squares, their product. */
  readonly #target: [number, number, number];
  readonly #pairs: Int32Array = new Int32Array(2 * TRIES);
  readonly #misfits: Float64Array = new Float64Array(TRIES);

  constructor(
    readonly points: Float64Array,
    readonly count: number,
    pair: [number, number],
  ) {
    this.#k = points.length / 3;
    [this.#a, this.#b] = pair;
    this.#motif = new Float64Array(3 * count);
    this.#turned = new Float64Array(3 * count);
    this.#used = new Uint8Array(count);
    this.#squares = new Float64Array(count);
    this.#labels = new Int32Array(this.#k);
    this.#best = new Int32Array(this.#k);
    this.#target = [product(points, pair[0], pair[0]), product(points, pair[1], pair[1]), product(points, ...pair)];
    frameOf(points, pair[0], pair[1], this.#frame);
  }

  /**
   * Least sum of squares found, Å², if it is below `limit`, else Infinity: of the matches as they lie, or refined, after
   * their best rotation.
   */
  misfit(positions: Float64Array, from: number, limit: number, refine: boolean): number {
    this.#motif.set(positions.subarray(from, from + 3 * this.count));
    let least = refine ? Infinity : limit;
    let bestSign = 0;
    this.#findLikePairs();
    for (let k = 0; k < TRIES; k++) {
      frameOf(this.#motif, this.#pairs[2 * k], this.#pairs[2 * k + 1], this.#moving);
      for (let sign = 1; sign >= -1; sign -= 2) {
        this.#align(sign);
        const squares = this.#matchClosest(least);
        if (squares >= least) continue;
        least = squares;
        bestSign = sign;
        this.#best.set(this.#labels);
      }
    }
    if (bestSign === 0) return Infinity;
    return refine ? this.#fit(bestSign) : least;
  }

  /** Finds the ordered pairs (i, j) of the motif most like the chosen two points, in their three Gram entries. */
  #findLikePairs(): void {
    const { count } = this;
    const [aa, bb, ab] = this.#target;
    for (let i = 0; i < count; i++) this.#squares[i] = product(this.#motif, i, i);
    this.#misfits.fill(Infinity);
    for (let i = 0; i < count; i++) {
      const ii = (this.#squares[i] - aa) ** 2;
      if (ii >= this.#misfits[TRIES - 1]) continue;
      for (let j = 0; j < count; j++) {
        // A single point is both of the pair, and is laid on single atoms.
        if ((i === j) !== (this.#a === this.#b)) continue;
        const ends = ii + (this.#squares[j] - bb) ** 2;
        if (ends >= this.#misfits[TRIES - 1]) continue;
        this.#keepPair(i, j, ends + 2 * (product(this.#motif, i, j) - ab) ** 2);
      }
    }
  }

  #keepPair(i: number, j: number, misfit: number): void {
    let rank = TRIES;
    for (; rank > 0 && misfit < this.#misfits[rank - 1]; rank--) {
      if (rank === TRIES) continue;
      this.#misfits[rank] = this.#misfits[rank - 1];
      this.#pairs[2 * rank] = this.#pairs[2 * rank - 2];
      this.#pairs[2 * rank + 1] = this.#pairs[2 * rank - 1];
    }
    if (rank === TRIES) return;
    this.#misfits[rank] = misfit;
    this.#pairs[2 * rank] = i;
    this.#pairs[2 * rank + 1] = j;
  }

  /** Turns the motif, or for sign −1 its inverted image, so that the pair in hand points as the chosen two points do. */
  #align(sign: number): void {
    const moving = this.#moving;
    const { rotation } = this.#work;
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        // The inverted motif's frame is −1, −2, +3; turning the motif instead of it turns all signs around.
        rotation[3 * r + c] =
          this.#frame[r] * moving[c] + this.#frame[3 + r] * moving[3 + c] + sign * this.#frame[6 + r] * moving[6 + c];
      }
    }
    rotateInto(rotation, this.#motif, 0, this.count, this.#turned, 0);
  }

  /** Sum of squares of the closest matches, Å²; breaks off once it reaches `limit`. */
  #matchClosest(limit: number): number {
    const { points, count } = this;
    const [turned, used] = [this.#turned, this.#used];
    used.fill(0);
    let sum = 0;
    for (let p = 0; p < this.#k && sum < limit; p++) {
      const [x, y, z] = [points[3 * p], points[3 * p + 1], points[3 * p + 2]];
      let closest = 0;
      let least = Infinity;
      for (let i = 0; i < count; i++) {
        if (used[i] === 1) continue;
        const dx = x - turned[3 * i];
        const dy = y - turned[3 * i + 1];
        const dz = z - turned[3 * i + 2];
        const square = dx * dx + dy * dy + dz * dz;
        if (square < least) {
          least = square;
          closest = i;
        }
      }
      used[closest] = 1;
      this.#labels[p] = closest;
      sum += least;
    }
    return sum;
  }

  /** Sum of squares of the best rotation of the best matches, of the inverted motif for sign −1, Å². */
  #fit(sign: number): number {
    const { covariance } = this.#work;
    accumulateCovariance(this.#work, this.points, 0, this.#motif, 0, this.#k, undefined, this.#best);
    for (let c = 0; c < 9; c++) covariance[c] *= sign;
    solveRotation(this.#work, false);
    let sum = -2 * this.#work.overlap;
    for (let p = 0; p < this.#k; p++) sum += product(this.points, p, p) + this.#squares[this.#best[p]];
    return sum;
  }
}

/**
 * Writes the axes of two directions u and v, as rows: u + v, u − v and their cross product, normalized; of collinear
 * ones, any axes that begin with u.
 */
function frameOf(x: Float64Array, i: number, j: number, frame: Float64Array): void {
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

function product(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

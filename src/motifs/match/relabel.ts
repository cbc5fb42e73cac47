/**
 * The search over relabellings under `synchronize`: assignment and rotation in turn, from starts that do not depend on
 * chance. Inputs are checked by the caller.
 */

import { dot, fillPairFrame, type PairFrame, pairFrame, widestPair } from '../pairFrame';
import { solveRotationQuickly } from '../quickRotation';
import { accumulateCovariance, type RotationWork, rotateInto, rotationWork, solveRotation } from '../rotation';
import { type AssignmentWork, assignCheapest, assignmentWork } from './assignment';
import { RelabellingTree } from './relabelExact';

const MAX_ROUNDS = 50;
/** Starts from pairs before the first try to prove the fit; nine in ten have led to the best fit by then. */
const FIRST_STARTS = 2;
/** Nodes of branch and bound that take as long as all starts; good fits need 100. */
const MOST_NODES = 800;

/** A relabelled fit: reference row i against moving row labels[i], under `rotation`. */
export interface RelabelledFit {
  labels: Int32Array;
  rotation: Float64Array;
  /** Σ w |xᵢ − Q yᵢ|², Å². */
  squares: number;
  /** Whether those squares are rounding and nothing else, so that nothing can fit better. */
  perfect: boolean;
}

/** The moving points or their mirror image, and what is known of their fits. */
interface Image {
  /** m×3, Å. */
  y: Float64Array;
  best: RelabelledFit;
  /** Assignments met so far, as numbers in base m: what follows from one is known. */
  met: Set<number>;
}

/**
 * Finds the best fit of n reference points by n of the m ≥ n moving ones, for many sets of these.
 *
 * From each start: assign moving points to reference points at the least weighted sum of squares, rotate by that
 * assignment, repeat until it stands. Neither step can worsen the fit, so each start ends in a fixed point. Starts are
 * the identity and every rotation that lays an ordered pair of moving points on the pair of reference points spanning
 * the largest triangle with the origin; for relabelled copies one of them is the answer. With reflections, the same on
 * the inverted points −y, whose rotations are the improper ones of y.
 *
 * After the first starts, which lay the pairs most alike on each other, branch and bound tries to prove that nothing fits
 * better; then the other starts, which could not change the answer, are left out.
 */
export class RelabellingSearch {
  readonly #n: number;
  readonly #work: RotationWork = rotationWork();
  readonly #turned: Float64Array;
  readonly #costs: Float64Array;
  readonly #assignment: AssignmentWork;
  /** The assignment in hand and the next one. */
  #labels: Int32Array;
  #next: Int32Array;
  /** The pair of reference points on which pairs of moving ones are laid, and its frame, if it has one. */
  readonly #pair: [number, number];
  readonly #frame: PairFrame | undefined;
  readonly #moving: PairFrame = pairFrame();
  readonly #tree: RelabellingTree;
  readonly #scale: number;

  constructor(
    readonly x: Float64Array,
    readonly weights: Float64Array,
    readonly m: number,
    readonly reflections: boolean,
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
    this.#tree = new RelabellingTree(x, weights, m);
    this.#scale = x.reduce((sum, c, k) => sum + weights[Math.floor(k / 3)] * c * c, 0);
  }

  /** @param y m×3, Å */
  find(y: Float64Array): RelabelledFit {
    const images = [imageOf(y)];
    if (this.reflections) images.push(imageOf(y.map((c) => -c)));
    for (const image of images) {
      this.#work.rotation.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
      this.#settle(image);
    }
    const unlike = this.#unlikeness(y);
    let tried = Infinity;
    for (let p = 0, next = FIRST_STARTS; p < this.m * (this.m - 1) && !images[0].best.perfect; p++) {
      if (p === next) {
        const { squares } = bestOf(images);
        if (squares < tried && this.#isBest(images)) break;
        tried = squares;
        next *= 2;
      }
      const pair = leastOf(unlike);
      unlike[pair] = Infinity;
      for (const image of images) {
        if (image.best.perfect) continue;
        this.#align(image.y, Math.floor(pair / this.m), pair % this.m);
        this.#settle(image);
      }
    }
    const best = bestOf(images);
    return best === images[0].best ? best : { ...best, rotation: best.rotation.map((c) => -c) };
  }

  /** Whether no labels fit better, and, if the best fit is a reflection, no rotation as well. */
  #isBest(images: Image[]): boolean {
    const best = bestOf(images);
    const { y } = images[0];
    if (this.#tree.search(y, best.squares, this.reflections, MOST_NODES, true) !== 'exhausted') return false;
    if (best === images[0].best) return true;
    const limit = best.squares * (1 + 1e-9) + 4e-12 * this.#scale;
    return this.#tree.search(y, limit, false, MOST_NODES, true) === 'exhausted';
  }

  /** How unlike the pair's triangle with the origin those of ordered pairs (k, l) of moving points are, at k m + l. */
  #unlikeness(y: Float64Array): Float64Array {
    const [a, b] = this.#pair;
    const { x, m } = this;
    const [aa, bb, ab] = [dot(x, a, a), dot(x, b, b), dot(x, a, b)];
    const misfits = new Float64Array(m * m).fill(Infinity);
    for (let k = 0; k < m; k++) {
      const kk = (aa - dot(y, k, k)) ** 2;
      for (let l = 0; l < m; l++) {
        if (k !== l) misfits[m * k + l] = kk + (bb - dot(y, l, l)) ** 2 + 2 * (ab - dot(y, k, l)) ** 2;
      }
    }
    return misfits;
  }

  /** The rotation that lays moving points k and l best on the pair. */
  #align(y: Float64Array, k: number, l: number): void {
    const [frame, moving] = [this.#frame, this.#moving];
    const { rotation, covariance } = this.#work;
    if (frame !== undefined && fillPairFrame(y, k, l, moving)) {
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
        covariance[3 * r + c] = this.x[3 * a + r] * y[3 * k + c] + this.x[3 * b + r] * y[3 * l + c];
      }
    }
    solveRotation(this.#work, false);
  }

  /**
   * Assignment and rotation in turn from the current rotation until the assignment stands; keeps the best. An assignment
   * that an earlier start came through leads where that one led.
   */
  #settle(image: Image): void {
    const { y, best } = image;
    this.#assign(y);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      [this.#labels, this.#next] = [this.#next, this.#labels];
      if (this.#wasMet(image.met)) return;
      this.#accumulate(y);
      solveRotationQuickly(this.#work);
      this.#assign(y);
      if (this.#stands()) break;
    }
    // Most fits are clearly worse, and need no exact rotation.
    if (this.#squares() > best.squares * (1 + 1e-9) + 1e-12 * this.#scale) return;
    this.#accumulate(y);
    solveRotation(this.#work, false);
    rotateInto(this.#work.rotation, y, 0, this.m, this.#turned, 0);
    const squares = this.#squares();
    if (!(squares < best.squares)) return;
    const perfect = squares <= 1e-26 * this.#scale;
    image.best = { labels: this.#labels.slice(), rotation: this.#work.rotation.slice(), squares, perfect };
  }

  #accumulate(y: Float64Array): void {
    accumulateCovariance(this.#work, this.x, 0, y, 0, this.#n, this.weights, this.#labels);
  }

  #wasMet(met: Set<number>): boolean {
    let number = 0;
    for (let i = 0; i < this.#n; i++) number = number * this.m + this.#labels[i];
    // Larger numbers are not exact.
    if (number > Number.MAX_SAFE_INTEGER) return false;
    if (met.has(number)) return true;
    met.add(number);
    return false;
  }

  #stands(): boolean {
    for (let i = 0; i < this.#n; i++) if (this.#next[i] !== this.#labels[i]) return false;
    return true;
  }

  /** The cheapest assignment under the current rotation. */
  #assign(y: Float64Array): void {
    const { x, weights, m } = this;
    const [turned, costs] = [this.#turned, this.#costs];
    rotateInto(this.#work.rotation, y, 0, m, turned, 0);
    for (let i = 0, at = 0; i < weights.length; i++) {
      const [w, p, q, r] = [weights[i], x[3 * i], x[3 * i + 1], x[3 * i + 2]];
      for (let j = 0; j < turned.length; j += 3) {
        const dx = p - turned[j];
        const dy = q - turned[j + 1];
        const dz = r - turned[j + 2];
        costs[at++] = w * (dx * dx + dy * dy + dz * dz);
      }
    }
    assignCheapest(costs, this.#n, m, this.#next, this.#assignment);
  }

  /** Σ w |xᵢ − Q yᵢ|² of the labels in hand, the moving points being turned. */
  #squares(): number {
    const { x, weights } = this;
    const turned = this.#turned;
    let squares = 0;
    for (let i = 0; i < this.#n; i++) {
      const j = this.#labels[i];
      const dx = x[3 * i] - turned[3 * j];
      const dy = x[3 * i + 1] - turned[3 * j + 1];
      const dz = x[3 * i + 2] - turned[3 * j + 2];
      squares += weights[i] * (dx * dx + dy * dy + dz * dz);
    }
    return squares;
  }
}

function leastOf(values: Float64Array): number {
  let least = 0;
  for (let k = 1; k < values.length; k++) if (values[k] < values[least]) least = k;
  return least;
}

function imageOf(y: Float64Array): Image {
  const none = { labels: new Int32Array(0), rotation: new Float64Array(9), squares: Infinity, perfect: false };
  return { y, best: none, met: new Set() };
}

/** The best fit of the points themselves, or of their mirror image if it is better. */
function bestOf([{ best }, inverted]: Image[]): RelabelledFit {
  // A relative margin, so that rounding never picks a reflection where a rotation fits as well.
  return inverted !== undefined && inverted.best.squares < best.squares * (1 - 1e-12) ? inverted.best : best;
}

/** The quick fit under `nearestMotifInfill`: which of thousands of motifs are worth a full synchronization. */
import { widestPair } from '../motifs/relabel';
import { accumulateCovariance, rotateInto, rotationWork, solveRotation } from '../motifs/rotation';
import type { Environments } from '../motifs/types';

/** Pairs of each motif that are tried: with two, the best of 20 is within 0.03 Å of the best of all nearly always. */
const TRIES = 2;

/**
 * Environments in the order of how well a quick fit lays some of their atoms on `points` (k×3, Å), best first.
 *
 * The quick fit: the two points that span the largest triangle with the origin are laid on the ordered pairs of the
 * motif's atoms most like them, in both mirror images; so are the next such two, without one of the first. Each further
 * point is matched with the closest atom left, and the best of these matches is rotated to its best fit.
 */
export function rankByPairs(environments: Environments, points: Float64Array): number[] {
  const { count, length, positions } = environments;
  const weights = new Float64Array(points.length / 3).fill(1);
  const pair = widestPair(points, weights);
  const fits = [new QuickFit(points, count, pair)];
  if (weights.length > 2) {
    weights[pair[0]] = 0;
    fits.push(new QuickFit(points, count, widestPair(points, weights)));
  }
  const misfits = Float64Array.from({ length }, (_, m) =>
    Math.min(...fits.map((fit) => fit.misfit(positions, 3 * count * m))),
  );
  return Array.from({ length }, (_, m) => m).sort((a, b) => misfits[a] - misfits[b]);
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
  readonly #frame: Float64Array;

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
    this.#frame = frameOf(points, ...pair);
  }

  /** Least sum of squares found, Å². */
  misfit(positions: Float64Array, from: number): number {
    this.#motif.set(positions.subarray(from, from + 3 * this.count));
    let least = Infinity;
    let bestSign = 1;
    for (const [i, j] of this.#likePairs()) {
      for (const sign of [1, -1]) {
        this.#align(i, j, sign);
        const squares = this.#matchClosest();
        if (squares >= least) continue;
        least = squares;
        bestSign = sign;
        this.#best.set(this.#labels);
      }
    }
    return this.#fit(bestSign);
  }

  /** The ordered pairs (i, j) of the motif most like the chosen two points, in their three Gram entries. */
  #likePairs(): [number, number][] {
    const { points, count } = this;
    const [aa, bb, ab] = [
      product(points, this.#a, this.#a),
      product(points, this.#b, this.#b),
      product(points, this.#a, this.#b),
    ];
    for (let i = 0; i < count; i++) this.#squares[i] = product(this.#motif, i, i);
    const pairs: [number, number][] = new Array(TRIES).fill([0, 0]);
    const misfits = new Array(TRIES).fill(Infinity);
    for (let i = 0; i < count; i++) {
      const ii = (this.#squares[i] - aa) ** 2;
      for (let j = 0; j < count; j++) {
        // A single point is both of the pair, and is laid on single atoms.
        if ((i === j) !== (this.#a === this.#b)) continue;
        const misfit = ii + (this.#squares[j] - bb) ** 2 + 2 * (product(this.#motif, i, j) - ab) ** 2;
        let rank = TRIES;
        while (rank > 0 && misfit < misfits[rank - 1]) rank--;
        if (rank === TRIES) continue;
        misfits.splice(rank, 0, misfit);
        pairs.splice(rank, 0, [i, j]);
        misfits.length = pairs.length = TRIES;
      }
    }
    return pairs;
  }

  /** Turns the motif, or for sign −1 its inverted image, so that atoms i and j point as the chosen two points do. */
  #align(i: number, j: number, sign: number): void {
    const moving = frameOf(this.#motif, i, j);
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

  #matchClosest(): number {
    this.#used.fill(0);
    let sum = 0;
    for (let p = 0; p < this.#k; p++) {
      let closest = 0;
      let least = Infinity;
      for (let i = 0; i < this.count; i++) {
        if (this.#used[i] === 1) continue;
        const dx = this.points[3 * p] - this.#turned[3 * i];
        const dy = this.points[3 * p + 1] - this.#turned[3 * i + 1];
        const dz = this.points[3 * p + 2] - this.#turned[3 * i + 2];
        const square = dx * dx + dy * dy + dz * dz;
        if (square < least) {
          least = square;
          closest = i;
        }
      }
      this.#used[closest] = 1;
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
 * Axes of two directions u and v, as rows: u + v, u − v and their cross product, normalized; of collinear ones, any
 * axes that begin with u.
 */
function frameOf(x: Float64Array, i: number, j: number): Float64Array {
  const [u, v] = [i, j].map((atom) => {
    const length = Math.sqrt(product(x, atom, atom)) || 1;
    return [x[3 * atom] / length, x[3 * atom + 1] / length, x[3 * atom + 2] / length];
  });
  let first = [u[0] + v[0], u[1] + v[1], u[2] + v[2]];
  let second = [u[0] - v[0], u[1] - v[1], u[2] - v[2]];
  if (Math.min(Math.hypot(...first), Math.hypot(...second)) < 1e-6) {
    first = u;
    const least = u.map(Math.abs).indexOf(Math.min(...u.map(Math.abs)));
    second = cross(
      u,
      [0, 1, 2].map((axis) => (axis === least ? 1 : 0)),
    );
  }
  const frame = new Float64Array(9);
  [first, second, cross(first, second)].forEach((axis, row) => {
    const length = Math.hypot(axis[0], axis[1], axis[2]) || 1;
    for (let c = 0; c < 3; c++) frame[3 * row + c] = axis[c] / length;
  });
  return frame;
}

function cross(a: number[], b: number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function product(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

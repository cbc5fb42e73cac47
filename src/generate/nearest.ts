/** The quick fit under `nearestMotifInfill`: which of thousands of motifs are worth a full synchronization. */
import { widestPair } from '../motifs/relabel';
import { accumulateCovariance, rotateInto, rotationWork, solveRotation } from '../motifs/rotation';
import type { Environments } from '../motifs/types';

/** Pairs of each motif that are tried. */
const TRIES = 2;

/**
 * Environments in the order of how well a quick fit lays some of their atoms on `points` (k×3, Å), best first.
 *
 * The quick fit: the two points that span the largest triangle with the origin are laid on the two ordered pairs of the
 * motif's atoms most like them, in both mirror images, each further point is matched with the closest atom
 * left, and the matches are rotated to their best fit.
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
  }

  /** Least sum of squares found, Å². */
  misfit(positions: Float64Array, from: number): number {
    this.#motif.set(positions.subarray(from, from + 3 * this.count));
    const pairs = this.#likePairs();
    let least = Infinity;
    for (const sign of [1, -1]) {
      for (let c = 0; c < this.#motif.length; c++) this.#motif[c] *= sign;
      for (const [i, j] of pairs) {
        this.#align(i, j);
        this.#matchClosest();
        least = Math.min(least, this.#fit());
      }
    }
    return least;
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

  #align(i: number, j: number): void {
    const { covariance, rotation } = this.#work;
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        covariance[3 * r + c] =
          this.points[3 * this.#a + r] * this.#motif[3 * i + c] + this.points[3 * this.#b + r] * this.#motif[3 * j + c];
      }
    }
    solveRotation(this.#work, false);
    rotateInto(rotation, this.#motif, 0, this.count, this.#turned, 0);
  }

  #matchClosest(): void {
    this.#used.fill(0);
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
    }
  }

  /** Sum of squares of the best rotation of those matches, Å². */
  #fit(): number {
    accumulateCovariance(this.#work, this.points, 0, this.#motif, 0, this.#k, undefined, this.#labels);
    solveRotation(this.#work, false);
    let sum = -2 * this.#work.overlap;
    for (let p = 0; p < this.#k; p++) sum += product(this.points, p, p) + this.#squares[this.#labels[p]];
    return sum;
  }
}

function product(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}

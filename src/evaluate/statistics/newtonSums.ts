import { laneKernel } from './laneKernel';

/** Rows that wait to be added to the Hessian, whose entries then stay in registers for so many. */
const CHUNK = 32;

/**
 * Gradient and Hessian of the weighted log-likelihood of logistic regression with a ridge penalty, row by row; the
 * weight of the intercept is the last.
 */
export class NewtonSums {
  readonly #size: number;
  /** The size, rounded up to four numbers. */
  readonly #width: number;
  readonly #gradient: Float64Array;
  /** size × width. */
  readonly #hessian: Float64Array;
  /** Rows that wait, CHUNK × width, and as columns times their curvature, size × CHUNK. */
  readonly #rows: Float64Array;
  readonly #curved: Float64Array;
  #waiting = 0;

  /** @param size number of features plus one for the intercept */
  constructor(size: number) {
    this.#size = size;
    this.#width = 4 * Math.ceil(size / 4);
    this.#gradient = new Float64Array(size);
    this.#hessian = new Float64Array(size * this.#width);
    this.#rows = new Float64Array(CHUNK * this.#width);
    this.#curved = new Float64Array(size * CHUNK);
  }

  /** Begins with the penalties: of the weights `ridge` / 2 times their squares, of the intercept's curvature alone. */
  begin(weights: Float64Array, ridge: number, interceptRidge: number): void {
    const last = this.#size - 1;
    this.#hessian.fill(0);
    for (let d = 0; d <= last; d++) {
      this.#gradient[d] = d < last ? ridge * weights[d] : 0;
      this.#hessian[d * this.#width + d] = d < last ? ridge : interceptRidge;
    }
  }

  /** Adds row i, which has this probability of label 1, its label and its weight. */
  add(rows: Float64Array, i: number, probability: number, label: number, weight: number): void {
    const last = this.#size - 1;
    const slope = weight * (probability - label);
    const curvature = weight * probability * (1 - probability);
    const at = this.#waiting * this.#width;
    for (let d = 0, p = i * last; d <= last; d++, p++) {
      const x = d < last ? rows[p] : 1;
      this.#gradient[d] += slope * x;
      this.#rows[at + d] = x;
      this.#curved[d * CHUNK + this.#waiting] = curvature * x;
    }
    if (++this.#waiting === CHUNK) this.#addWaiting();
  }

  /** The sums, size and size × size. */
  finish(): { gradient: Float64Array; hessian: Float64Array } {
    this.#addWaiting();
    const hessian = new Float64Array(this.#size * this.#size);
    for (let d = 0; d < this.#size; d++) {
      hessian.set(this.#hessian.subarray(d * this.#width, d * this.#width + this.#size), d * this.#size);
    }
    return { gradient: this.#gradient, hessian };
  }

  #addWaiting(): void {
    const kernel = laneKernel();
    if (kernel) kernel.addProducts(this.#size, this.#waiting, this.#hessian, this.#curved, this.#rows);
    else addProducts(this.#size, this.#waiting, this.#hessian, this.#curved, this.#rows);
    this.#waiting = 0;
  }
}

/** Adds left (size × stride, the first `count` of each row) times right (count × width) to a matrix, size × width. */
export function addProducts(
  size: number,
  count: number,
  matrix: Float64Array,
  left: Float64Array,
  right: Float64Array,
): void {
  const [width, stride] = [matrix.length / size, left.length / size];
  for (let d = 0; d < size; d++) {
    for (let e = 0; e < width; e++) {
      let sum = matrix[d * width + e];
      for (let r = 0; r < count; r++) sum += left[d * stride + r] * right[r * width + e];
      matrix[d * width + e] = sum;
    }
  }
}

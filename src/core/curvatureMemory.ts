/** Cosine between a step and the change of the gradient below which there is no curvature to learn. */
const FLAT = 1e-8;

/**
 * The inverse Hessian of limited-memory BFGS: the latest steps and the changes of the gradient along them.
 *
 * Liu & Nocedal, Math. Program. 45, 503 (1989), doi:10.1007/BF01589116; two-loop recursion, Nocedal & Wright, Numerical
 * Optimization, 2nd ed. (2006), algorithm 7.4. Keeps its arrays: one serves many minimizations.
 */
export class CurvatureMemory {
  readonly #pairs: number;
  readonly #capacity: number;
  readonly #steps: Float64Array;
  readonly #changes: Float64Array;
  readonly #products: Float64Array;
  readonly #weights: Float64Array;
  #held = 0;
  #newest = 0;

  /**
   * @param capacity most coordinates
   * @param pairs steps that are remembered
   */
  constructor(capacity: number, pairs: number) {
    this.#pairs = pairs;
    this.#capacity = capacity;
    this.#steps = new Float64Array(pairs * capacity);
    this.#changes = new Float64Array(pairs * capacity);
    this.#products = new Float64Array(pairs);
    this.#weights = new Float64Array(pairs);
  }

  /** Number of steps remembered. */
  get held(): number {
    return this.#held;
  }

  forget(): void {
    this.#held = 0;
  }

  /** Remembers a step from one place to another and the gradients there, unless it brings no curvature. */
  remember(from: Float64Array, to: Float64Array, before: Float64Array, after: Float64Array): void {
    let [product, square, changed] = [0, 0, 0];
    for (let c = 0; c < from.length; c++) {
      const step = to[c] - from[c];
      const change = after[c] - before[c];
      product += step * change;
      square += step * step;
      changed += change * change;
    }
    // Without curvature along the step the matrix would not stay positive.
    if (!(product > FLAT * Math.sqrt(square * changed))) return;
    const row = (this.#newest + 1) % this.#pairs;
    const at = row * this.#capacity;
    for (let c = 0; c < from.length; c++) {
      this.#steps[at + c] = to[c] - from[c];
      this.#changes[at + c] = after[c] - before[c];
    }
    this.#products[row] = product;
    this.#newest = row;
    this.#held = Math.min(this.#held + 1, this.#pairs);
  }

  /**
   * Sets `direction` to −H g.
   *
   * @param first scale of H as long as nothing is remembered
   * @returns its product with the gradient, the slope
   */
  descend(gradient: Float64Array, direction: Float64Array, first: number): number {
    for (let c = 0; c < gradient.length; c++) direction[c] = -gradient[c];
    for (let age = 0; age < this.#held; age++) {
      const row = this.#row(age);
      this.#weights[row] = this.#along(this.#steps, row, direction) / this.#products[row];
      this.#shift(this.#changes, row, -this.#weights[row], direction);
    }
    const scale = this.#held === 0 ? first : this.#products[this.#newest] / this.#square(direction.length);
    for (let c = 0; c < direction.length; c++) direction[c] *= scale;
    for (let age = this.#held - 1; age >= 0; age--) {
      const row = this.#row(age);
      const back = this.#along(this.#changes, row, direction) / this.#products[row];
      this.#shift(this.#steps, row, this.#weights[row] - back, direction);
    }
    let slope = 0;
    for (let c = 0; c < direction.length; c++) slope += direction[c] * gradient[c];
    return slope;
  }

  #row(age: number): number {
    return (this.#newest - age + this.#pairs) % this.#pairs;
  }

  #along(rows: Float64Array, row: number, direction: Float64Array): number {
    const at = row * this.#capacity;
    let sum = 0;
    for (let c = 0; c < direction.length; c++) sum += rows[at + c] * direction[c];
    return sum;
  }

  #shift(rows: Float64Array, row: number, factor: number, direction: Float64Array): void {
    const at = row * this.#capacity;
    for (let c = 0; c < direction.length; c++) direction[c] += factor * rows[at + c];
  }

  #square(size: number): number {
    const at = this.#newest * this.#capacity;
    let sum = 0;
    for (let c = at; c < at + size; c++) sum += this.#changes[c] * this.#changes[c];
    return sum;
  }
}

/** Cosine between a step and the change of the gradient below which there is no curvature to learn. */
const FLAT = 1e-8;

/** A step, the change of the gradient along it, and their product. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
  product: number;
}

/**
 * The inverse Hessian of limited-memory BFGS: the latest steps and the changes of the gradient along them.
 *
 * Liu & Nocedal, Math. Program. 45, 503 (1989), doi:10.1007/BF01589116; two-loop recursion, Nocedal & Wright, Numerical
 * Optimization, 2nd ed. (2006), algorithm 7.4. Keeps its arrays: one serves many minimizations.
 */
export class CurvatureMemory {
  /** Oldest first, those in use at the end. */
  readonly #pairs: Pair[];
  readonly #weights: Float64Array;
  #held = 0;

  /**
   * @param capacity most coordinates
   * @param pairs steps that are remembered
   */
  constructor(capacity: number, pairs: number) {
    const room = (): Float64Array => new Float64Array(capacity);
    this.#pairs = Array.from({ length: pairs }, () => ({ step: room(), change: room(), product: 0 }));
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
    const pair = this.#pairs.shift() as Pair;
    for (let c = 0; c < from.length; c++) {
      pair.step[c] = to[c] - from[c];
      pair.change[c] = after[c] - before[c];
    }
    pair.product = product;
    this.#pairs.push(pair);
    this.#held = Math.min(this.#held + 1, this.#pairs.length);
  }

  /**
   * Sets `direction` to −H g.
   *
   * @param first scale of H as long as nothing is remembered
   * @returns its product with the gradient, the slope
   */
  descend(gradient: Float64Array, direction: Float64Array, first: number): number {
    const size = direction.length;
    const pairs = this.#pairs;
    const [newest, oldest] = [pairs.length - 1, pairs.length - this.#held];
    for (let c = 0; c < size; c++) direction[c] = -gradient[c];
    for (let k = newest; k >= oldest; k--) {
      const { step, change, product } = pairs[k];
      const weight = dot(step, direction, size) / product;
      this.#weights[k] = weight;
      for (let c = 0; c < size; c++) direction[c] += -weight * change[c];
    }
    const { change, product } = pairs[newest];
    const scale = this.#held === 0 ? first : product / dot(change, change, size);
    for (let c = 0; c < size; c++) direction[c] *= scale;
    for (let k = oldest; k <= newest; k++) {
      const { step, change, product } = pairs[k];
      const weight = this.#weights[k] - dot(change, direction, size) / product;
      for (let c = 0; c < size; c++) direction[c] += weight * step[c];
    }
    return dot(direction, gradient, size);
  }
}

function dot(a: Float64Array, b: Float64Array, size: number): number {
  let sum = 0;
  for (let c = 0; c < size; c++) sum += a[c] * b[c];
  return sum;
}

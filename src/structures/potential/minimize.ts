/** When {@link Minimizer} stops, and how far it goes at once. */
export interface MinimizeOptions {
  /** Most steps. */
  steps: number;
  /** Done once no atom's gradient is longer, eV/Å. */
  forceTolerance: number;
  /** Longest way of an atom in one step, Å. */
  largestStep: number;
  /** Asked after each step, with the square of the gradient: whether to give up. */
  stop?: (energy: number, square: number, step: number) => boolean;
}

/** What {@link Minimizer} came to; the positions given hold the place. */
export interface Minimum {
  energy: number;
  steps: number;
  /** Evaluations of energy and gradient. */
  calls: number;
  /** Length of the longest gradient of an atom, eV/Å. */
  largestForce: number;
  converged: boolean;
}

/** Energy (eV) at positions (M × 3, Å), setting its gradient. */
export type Objective = (positions: Float64Array, gradient: Float64Array) => number;

/** Step along the force without knowledge of the curvature, Å²/eV: that of a bond of silicon. */
const FIRST_STEP = 0.03;
/** Sufficient decrease of Armijo's rule. */
const DECREASE = 1e-4;
/** Relative rounding of an energy that sums many terms. */
const ROUNDING = 1e-13;

/**
 * L-BFGS with the step limited and the energy never rising: Liu & Nocedal, Math. Program. 45, 503 (1989),
 * doi:10.1007/BF01589116. Keeps its arrays: make one for many minimizations.
 */
export class Minimizer {
  private readonly memory: number;
  private readonly capacity: number;
  private readonly steps: Float64Array;
  private readonly changes: Float64Array;
  private readonly products: Float64Array;
  private readonly weights: Float64Array;
  private readonly direction: Float64Array;
  private readonly trial: Float64Array;
  private gradient: Float64Array;
  private next: Float64Array;
  private held = 0;
  private newest = 0;

  /** @param atoms most atoms that will be moved */
  constructor(atoms: number, memory = 8) {
    this.memory = memory;
    this.capacity = 3 * atoms;
    this.steps = new Float64Array(memory * this.capacity);
    this.changes = new Float64Array(memory * this.capacity);
    this.products = new Float64Array(memory);
    this.weights = new Float64Array(memory);
    this.direction = new Float64Array(this.capacity);
    this.trial = new Float64Array(this.capacity);
    this.gradient = new Float64Array(this.capacity);
    this.next = new Float64Array(this.capacity);
  }

  /** Moves `positions` downhill. */
  run(positions: Float64Array, objective: Objective, options: MinimizeOptions): Minimum {
    const size = positions.length;
    const trial = this.trial.subarray(0, size);
    let gradient = this.gradient.subarray(0, size);
    let next = this.next.subarray(0, size);
    this.held = 0;
    let energy = objective(positions, gradient);
    let calls = 1;
    let steps = 0;
    let force = longest(gradient);
    while (force > options.forceTolerance && steps < options.steps) {
      const slope = this.descend(gradient, options.largestStep);
      const limit = ROUNDING * Math.abs(energy);
      let length = 1;
      let found = false;
      for (let halving = 0; halving < 12 && !found; halving++) {
        for (let c = 0; c < size; c++) trial[c] = positions[c] + length * this.direction[c];
        const there = objective(trial, next);
        calls++;
        found = there <= energy + DECREASE * length * slope + limit;
        if (found) energy = there;
        else length *= Math.min(0.5, Math.max(0.1, (-0.5 * length * slope) / (there - energy - length * slope) || 0.1));
      }
      if (!found) {
        // The way down was none: forget the curvature, or be content with rounding's bottom.
        if (this.held === 0) break;
        this.held = 0;
        continue;
      }
      this.remember(positions, trial, gradient, next);
      positions.set(trial);
      [gradient, next] = [next, gradient];
      force = longest(gradient);
      steps++;
      if (options.stop?.(energy, dot(gradient, gradient), steps)) break;
    }
    return { energy, steps, calls, largestForce: force, converged: force <= options.forceTolerance };
  }

  /** Sets the step; returns its product with the gradient, below 0. */
  private descend(gradient: Float64Array, largestStep: number): number {
    const { direction, held, memory, weights, products } = this;
    const size = gradient.length;
    for (let c = 0; c < size; c++) direction[c] = -gradient[c];
    for (let h = 0; h < held; h++) {
      const row = (this.newest - h + memory) % memory;
      weights[row] = this.along(this.steps, row, size) / products[row];
      this.shift(this.changes, row, -weights[row], size);
    }
    const scale = held === 0 ? FIRST_STEP : products[this.newest] / this.square(this.newest, size);
    for (let c = 0; c < size; c++) direction[c] *= scale;
    for (let h = held - 1; h >= 0; h--) {
      const row = (this.newest - h + memory) % memory;
      this.shift(this.steps, row, weights[row] - this.along(this.changes, row, size) / products[row], size);
    }
    let slope = 0;
    for (let c = 0; c < size; c++) slope += direction[c] * gradient[c];
    if (!(slope < 0) && held > 0) {
      this.held = 0;
      return this.descend(gradient, largestStep);
    }
    const way = longest(direction.subarray(0, size));
    const cut = way > largestStep ? largestStep / way : 1;
    if (cut < 1) for (let c = 0; c < size; c++) direction[c] *= cut;
    return cut * slope;
  }

  private remember(from: Float64Array, to: Float64Array, before: Float64Array, after: Float64Array): void {
    let product = 0;
    let square = 0;
    for (let c = 0; c < from.length; c++) {
      const step = to[c] - from[c];
      product += step * (after[c] - before[c]);
      square += step * step;
    }
    // Without curvature along the step the matrix would not stay positive.
    if (!(product > 1e-8 * square)) return;
    const row = (this.newest + 1) % this.memory;
    const at = row * this.capacity;
    for (let c = 0; c < from.length; c++) {
      this.steps[at + c] = to[c] - from[c];
      this.changes[at + c] = after[c] - before[c];
    }
    this.products[row] = product;
    this.newest = row;
    this.held = Math.min(this.held + 1, this.memory);
  }

  private along(rows: Float64Array, row: number, size: number): number {
    const { direction } = this;
    const at = row * this.capacity;
    let sum = 0;
    for (let c = 0; c < size; c++) sum += rows[at + c] * direction[c];
    return sum;
  }

  private shift(rows: Float64Array, row: number, factor: number, size: number): void {
    const { direction } = this;
    const at = row * this.capacity;
    for (let c = 0; c < size; c++) direction[c] += factor * rows[at + c];
  }

  private square(row: number, size: number): number {
    const at = row * this.capacity;
    let sum = 0;
    for (let c = at; c < at + size; c++) sum += this.changes[c] * this.changes[c];
    return sum;
  }
}

/** Length of the longest row of three. */
export function longest(rows: Float64Array): number {
  let most = 0;
  for (let c = 0; c < rows.length; c += 3) {
    const square = rows[c] * rows[c] + rows[c + 1] * rows[c + 1] + rows[c + 2] * rows[c + 2];
    if (square > most) most = square;
  }
  return Math.sqrt(most);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
  return sum;
}

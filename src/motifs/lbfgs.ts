/** A function to minimize: its value at `x`, and its gradient written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Where a minimization has got to; `minimize` goes on from it. */
export interface Minimum {
  x: Float64Array;
  value: number;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  iterations: number;
  /** No coordinate moves further in one step. */
  longest: number;
  /** Stops when a step gains less than this part of the value. */
  tolerance: number;
}

/** Steps that are remembered. */
const MEMORY = 10;
/** Halvings of a step before it is given up. */
const HALVINGS = 15;

/**
 * Minimizes from `start` by limited-memory BFGS with a backtracking line search (Nocedal & Wright, Numerical
 * Optimization, 2nd ed. (2006), algorithms 7.4, 7.5 and 3.1). Never ends above where it started.
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Minimum {
  const size = start.length;
  const history = new History(size);
  const direction = new Float64Array(size);
  let [x, trial, gradient, next]: Float64Array[] = [start.slice(), ...[0, 1, 2].map(() => new Float64Array(size))];
  let value = objective(x, gradient);
  for (let iteration = 0; iteration < options.iterations && value > 0; iteration++) {
    let slope = history.descend(gradient, direction);
    if (!(slope < 0)) {
      history.forget();
      slope = history.descend(gradient, direction);
      if (!(slope < 0)) break;
    }
    const found = search(objective, { x, value }, direction, slope, options.longest, trial, next);
    if (Number.isNaN(found)) break;
    history.remember(x, trial, gradient, next);
    const gain = value - found;
    value = found;
    [x, trial] = [trial, x];
    [gradient, next] = [next, gradient];
    if (gain < options.tolerance * value) break;
  }
  return { x, value };
}

/** Past steps and the changes of the gradient along them, in rows that are used again. */
class History {
  readonly #size: number;
  readonly #steps: Float64Array[];
  readonly #changes: Float64Array[];
  readonly #curvatures = new Float64Array(MEMORY);
  readonly #factors = new Float64Array(MEMORY);
  #held = 0;
  #newest = 0;

  constructor(size: number) {
    this.#size = size;
    this.#steps = Array.from({ length: MEMORY }, () => new Float64Array(size));
    this.#changes = Array.from({ length: MEMORY }, () => new Float64Array(size));
  }

  forget(): void {
    this.#held = 0;
  }

  remember(from: Float64Array, to: Float64Array, before: Float64Array, after: Float64Array): void {
    let [curvature, square] = [0, 0];
    for (let k = 0; k < this.#size; k++) {
      curvature += (to[k] - from[k]) * (after[k] - before[k]);
      square += (after[k] - before[k]) ** 2;
    }
    // Without curvature along a step, H would not stay positive.
    if (!(curvature > 1e-12 * square)) return;
    const row = (this.#newest + 1) % MEMORY;
    for (let k = 0; k < this.#size; k++) {
      this.#steps[row][k] = to[k] - from[k];
      this.#changes[row][k] = after[k] - before[k];
    }
    this.#curvatures[row] = curvature;
    this.#newest = row;
    this.#held = Math.min(this.#held + 1, MEMORY);
  }

  /** Writes −H g by the two-loop recursion; returns its product with g, the slope. */
  descend(gradient: Float64Array, direction: Float64Array): number {
    for (let k = 0; k < this.#size; k++) direction[k] = -gradient[k];
    for (let age = 0; age < this.#held; age++) {
      const row = (this.#newest - age + MEMORY) % MEMORY;
      this.#factors[row] = dot(this.#steps[row], direction) / this.#curvatures[row];
      add(direction, -this.#factors[row], this.#changes[row]);
    }
    const last = this.#changes[this.#newest];
    // Without a curvature to go by, the line search finds the length.
    const scale = this.#held > 0 ? this.#curvatures[this.#newest] / dot(last, last) : 1;
    for (let k = 0; k < this.#size; k++) direction[k] *= scale;
    for (let age = this.#held - 1; age >= 0; age--) {
      const row = (this.#newest - age + MEMORY) % MEMORY;
      add(direction, this.#factors[row] - dot(this.#changes[row], direction) / this.#curvatures[row], this.#steps[row]);
    }
    return dot(gradient, direction);
  }
}

/** Sets `x` and `gradient` to the first of ever shorter steps that gains enough (Armijo's condition); the value there, or NaN. */
function search(
  objective: Objective,
  from: Minimum,
  direction: Float64Array,
  slope: number,
  longest: number,
  x: Float64Array,
  gradient: Float64Array,
): number {
  let most = 0;
  for (let k = 0; k < direction.length; k++) most = Math.max(most, Math.abs(direction[k]));
  let length = Math.min(1, longest / most);
  for (let halving = 0; halving < HALVINGS; halving++, length /= 2) {
    for (let k = 0; k < x.length; k++) x[k] = from.x[k] + length * direction[k];
    const value = objective(x, gradient);
    if (value <= from.value + 1e-4 * length * slope) return value;
  }
  return Number.NaN;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function add(target: Float64Array, factor: number, other: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k] += factor * other[k];
}

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
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = objective(x, gradient);
  let pairs: Pair[] = [];
  for (let iteration = 0; iteration < options.iterations && value > 0; iteration++) {
    let direction = descentDirection(gradient, pairs);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      pairs = [];
      direction = gradient.map((g) => -g);
      slope = dot(gradient, direction);
      if (!(slope < 0)) break;
    }
    const next = search(objective, { x, value }, direction, slope, options.longest);
    if (next === null) break;
    const step = next.x.map((c, k) => c - x[k]);
    const change = next.gradient.map((g, k) => g - gradient[k]);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) pairs = [...pairs, { step, change, curvature }].slice(-MEMORY);
    const gain = value - next.value;
    ({ x, value, gradient } = next);
    if (gain < options.tolerance * value) break;
  }
  return { x, value };
}

/** A step, the change of the gradient along it, and their product. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
  curvature: number;
}

/** −H g by the two-loop recursion. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const factors = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    factors[i] = dot(pairs[i].step, direction) / pairs[i].curvature;
    add(direction, -factors[i], pairs[i].change);
  }
  const last = pairs[pairs.length - 1];
  // Without a curvature to go by, the line search finds the length.
  const scale = last ? last.curvature / dot(last.change, last.change) : 1;
  for (let k = 0; k < direction.length; k++) direction[k] *= scale;
  pairs.forEach(({ step, change, curvature }, i) => {
    add(direction, factors[i] - dot(change, direction) / curvature, step);
  });
  return direction;
}

/** The first of ever shorter steps that gains enough (Armijo's condition). */
function search(
  objective: Objective,
  from: Minimum,
  direction: Float64Array,
  slope: number,
  longest: number,
): (Minimum & { gradient: Float64Array }) | null {
  const gradient = new Float64Array(from.x.length);
  let length = Math.min(1, longest / direction.reduce((most, d) => Math.max(most, Math.abs(d)), 0));
  for (let halving = 0; halving < HALVINGS; halving++, length /= 2) {
    const x = from.x.map((c, k) => c + length * direction[k]);
    const value = objective(x, gradient);
    if (value <= from.value + 1e-4 * length * slope) return { x, value, gradient };
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function add(target: Float64Array, factor: number, other: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k] += factor * other[k];
}

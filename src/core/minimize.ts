import { CurvatureMemory } from './curvatureMemory';

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
  const curvature = new CurvatureMemory(size, MEMORY);
  const direction = new Float64Array(size);
  let [x, trial, gradient, next]: Float64Array[] = [start.slice(), ...[0, 1, 2].map(() => new Float64Array(size))];
  let value = objective(x, gradient);
  for (let iteration = 0; iteration < options.iterations && value > 0; iteration++) {
    let slope = curvature.descend(gradient, direction, 1);
    if (!(slope < 0)) {
      curvature.forget();
      slope = curvature.descend(gradient, direction, 1);
      if (!(slope < 0)) break;
    }
    const found = search(objective, { x, value }, direction, slope, options.longest, trial, next);
    if (Number.isNaN(found)) break;
    curvature.remember(x, trial, gradient, next);
    const gain = value - found;
    value = found;
    [x, trial] = [trial, x];
    [gradient, next] = [next, gradient];
    if (gain < options.tolerance * value) break;
  }
  return { x, value };
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

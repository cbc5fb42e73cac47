import { CurvatureMemory } from './curvatureMemory';

/** A function to minimize: its value at `x`, and its gradient written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** When {@link Minimizer} stops, and how far it goes at once. */
export interface MinimizeOptions {
  /** Most steps. */
  steps: number;
  /** Longest move of a vector in one step. */
  largestStep: number;
  /** Converged once no vector of the gradient is longer; 0 if absent. */
  gradientTolerance?: number;
  /** Coordinates of one vector: 3 for points in space; 1 if absent, so that lengths are those of single coordinates. */
  width?: number;
  /** Step along the gradient, as a multiple of it, while the curvature is unknown; 1 if absent. */
  firstStep?: number;
  /** Called after each step with the value there; returning false ends the minimization. */
  onStep?: (value: number, step: number) => unknown;
}

/** Result of a minimization. */
export interface Minimum {
  value: number;
  steps: number;
  /** Evaluations of the objective. */
  calls: number;
  /** Length of the longest vector of the gradient. */
  largestGradient: number;
  converged: boolean;
}

/** Sufficient decrease of Armijo's rule. */
const DECREASE = 1e-4;
/** Relative rounding of a value that sums many terms. */
const ROUNDING = 1e-13;
/** Shorter and shorter steps that are tried along one direction. */
const TRIALS = 12;

/**
 * Limited-memory BFGS with a bounded step and a value that never rises by more than rounding: Liu & Nocedal, Math.
 * Program. 45, 503 (1989), doi:10.1007/BF01589116, with backtracking line search (Nocedal & Wright, Numerical
 * Optimization, 2nd ed. (2006), section 3.5). One instance serves many minimizations and reuses its arrays.
 */
export class Minimizer {
  readonly #curvature: CurvatureMemory;
  readonly #arrays: Float64Array[];

  /**
   * @param capacity most coordinates
   * @param memory steps that are remembered
   */
  constructor(capacity: number, memory = 8) {
    this.#curvature = new CurvatureMemory(capacity, memory);
    this.#arrays = Array.from({ length: 4 }, () => new Float64Array(capacity));
  }

  /** Moves `x` downhill, in place. */
  run(x: Float64Array, objective: Objective, options: MinimizeOptions): Minimum {
    const { steps: most, largestStep, gradientTolerance = 0, width = 1, firstStep = 1 } = options;
    const curvature = this.#curvature;
    const [direction, trial, ...gradients] = this.#arrays.map((array) => array.subarray(0, x.length));
    let [gradient, next] = gradients;
    curvature.forget();
    let value = objective(x, gradient);
    let calls = 1;
    let steps = 0;
    let largestGradient = longest(gradient, width);
    while (largestGradient > gradientTolerance && steps < most) {
      let slope = curvature.descend(gradient, direction, firstStep);
      if (!(slope < 0) && curvature.held > 0) {
        curvature.forget();
        slope = curvature.descend(gradient, direction, firstStep);
      }
      slope *= shorten(direction, largestStep, width);
      const limit = ROUNDING * Math.abs(value);
      let length = 1;
      let found = false;
      for (let k = 0; k < TRIALS && !found; k++) {
        for (let c = 0; c < x.length; c++) trial[c] = x[c] + length * direction[c];
        const there = objective(trial, next);
        calls++;
        found = there <= value + DECREASE * length * slope + limit;
        if (found) value = there;
        else length *= Math.min(0.5, Math.max(0.1, (-0.5 * length * slope) / (there - value - length * slope) || 0.1));
      }
      if (!found) {
        // Not downhill after all: forget the curvature, or accept the bottom that rounding allows.
        if (curvature.held === 0) break;
        curvature.forget();
        continue;
      }
      curvature.remember(x, trial, gradient, next);
      x.set(trial);
      [gradient, next] = [next, gradient];
      largestGradient = longest(gradient, width);
      steps++;
      if (options.onStep?.(value, steps) === false) break;
    }
    return { value, steps, calls, largestGradient, converged: largestGradient <= gradientTolerance };
  }
}

/** Shortens a step whose longest vector is longer than allowed; returns the factor. */
function shorten(direction: Float64Array, largestStep: number, width: number): number {
  const move = longest(direction, width);
  const cut = move > largestStep ? largestStep / move : 1;
  if (cut < 1) for (let c = 0; c < direction.length; c++) direction[c] *= cut;
  return cut;
}

/** Length of the longest vector. */
function longest(vectors: Float64Array, width: number): number {
  let most = 0;
  for (let c = 0; c < vectors.length; c += width) {
    let square = 0;
    for (let k = c; k < c + width; k++) square += vectors[k] * vectors[k];
    if (square > most) most = square;
  }
  return Math.sqrt(most);
}

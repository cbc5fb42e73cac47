import { CurvatureMemory } from '../../core/curvatureMemory';

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
  private readonly curvature: CurvatureMemory;
  private readonly direction: Float64Array;
  private readonly trial: Float64Array;
  private gradient: Float64Array;
  private next: Float64Array;

  /** @param atoms most atoms that will be moved */
  constructor(atoms: number, memory = 8) {
    this.curvature = new CurvatureMemory(3 * atoms, memory);
    this.direction = new Float64Array(3 * atoms);
    this.trial = new Float64Array(3 * atoms);
    this.gradient = new Float64Array(3 * atoms);
    this.next = new Float64Array(3 * atoms);
  }

  /** Moves `positions` downhill. */
  run(positions: Float64Array, objective: Objective, options: MinimizeOptions): Minimum {
    const size = positions.length;
    const trial = this.trial.subarray(0, size);
    let gradient = this.gradient.subarray(0, size);
    let next = this.next.subarray(0, size);
    this.curvature.forget();
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
        if (this.curvature.held === 0) break;
        this.curvature.forget();
        continue;
      }
      this.curvature.remember(positions, trial, gradient, next);
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
    const direction = this.direction.subarray(0, gradient.length);
    const slope = this.curvature.descend(gradient, direction, FIRST_STEP);
    if (!(slope < 0) && this.curvature.held > 0) {
      this.curvature.forget();
      return this.descend(gradient, largestStep);
    }
    const way = longest(direction);
    const cut = way > largestStep ? largestStep / way : 1;
    if (cut < 1) for (let c = 0; c < direction.length; c++) direction[c] *= cut;
    return cut * slope;
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

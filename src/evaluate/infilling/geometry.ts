import { requireKnownOptions, requirePositive } from '../../core';
import type { InfillTest } from './infilling';
import { type InfillResults, judged, requireTests } from './infillRivals';

/** Descents of a fit, each by the mean of what its bonds lack. */
const STEPS = 60;
/** Atoms are fitted to those within so many bond lengths. */
const REACH = 1.5;

/**
 * Infills without learning, as if every missing atom were bonded to the center: opposite to the bonds that the center
 * has, and known atoms beyond these that are bonded to no known neighbor hang on it.
 *
 * @param options.bonds bond cutoff, Å
 * @throws InputError without tests, or for a bad option
 */
export function infillByGeometry(
  tests: readonly InfillTest[],
  options: { bonds: number },
): InfillResults<{ positions: Float64Array }> {
  requireKnownOptions(options, ['bonds']);
  const bonds = requirePositive(options.bonds, 'option bonds');
  requireTests(tests);
  const near = tests.flatMap(({ problem }) => points(problem.positions).filter((x) => Math.hypot(...x) < bonds));
  const length = near.reduce((sum, x) => sum + Math.hypot(...x) / near.length, 0) || bonds;
  const answers = tests.map(({ problem, missing, positions }) => {
    const known = points(problem.positions);
    const bonded = known.filter((x) => Math.hypot(...x) < bonds);
    const orphans = known.filter((x) => !bonded.includes(x) && bonded.every((y) => apart(x, y) >= bonds));
    const whole = positions.slice();
    for (const row of missing) {
      const start = opposite(bonded).map((x) => length * x);
      const anchors = orphans.filter((x) => apart(x, start) < REACH * length);
      const place = bestFit(start, [[0, 0, 0], ...anchors], length);
      for (const x of anchors) orphans.splice(orphans.indexOf(x), 1);
      bonded.push(place);
      whole.set(place, 3 * row);
    }
    return [{ positions: whole }];
  });
  return judged(tests, answers);
}

/** The point that is a bond length from its anchors in the sense of least squares. */
function bestFit(start: number[], anchors: number[][], length: number): number[] {
  let point = start;
  for (let step = 0; step < STEPS; step++) {
    const bonds = anchors.map((x) => x.map((value, c) => value - point[c]));
    for (const v of bonds) {
      const excess = (1 - length / Math.max(Math.hypot(...v), 1e-9)) / anchors.length;
      point = point.map((x, c) => x + excess * v[c]);
    }
  }
  return point;
}

/** Unit vector opposite to the sum of the directions of bonds; with none, or where these cancel, along x. */
function opposite(bonds: readonly number[][]): number[] {
  const sum = [0, 1, 2].map((c) => bonds.reduce((total, x) => total - x[c] / Math.hypot(...x), 0));
  const size = Math.hypot(...sum);
  return size > 1e-9 ? sum.map((x) => x / size) : [1, 0, 0];
}

function points(positions: ArrayLike<number>): number[][] {
  return Array.from({ length: positions.length / 3 }, (_, i) => [0, 1, 2].map((c) => positions[3 * i + c]));
}

function apart(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

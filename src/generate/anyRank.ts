import type { Vae } from '../model/vae';
import { type InfillOptions, resolveInfillOptions } from './infill';
import { type Placement, solvePlaced } from './placements';
import { type CheckedProblem, checkProblem, type InfillProblem } from './problem';
import type { InfillSolution } from './solution';

/**
 * {@link infillMany} where nobody knows which of the n nearest neighbors are missing, for models of neighbors sorted by
 * distance: to these, the rows of the known atoms would give the ranks of the missing ones away.
 *
 * The known atoms are put, in order of distance, in every increasing set of rows, C(n, k) for k known atoms, and the
 * distinct solutions of all are ranked together. Their rows are those of the problem.
 *
 * @param options `restarts` is for each set of rows, 4 if absent
 * @returns the solutions of each problem, best first
 * @throws InputError as `infill` does
 */
export function infillAnyRank(
  vae: Vae,
  problems: readonly InfillProblem[],
  options: InfillOptions = {},
): InfillSolution[][] {
  const settings = resolveInfillOptions({ restarts: 4, ...options });
  const placed = problems.map((each, k) => {
    const problem = checkProblem(each, vae.config.atoms, `problems[${k}]`);
    return { problem, placements: placementsOf(problem) };
  });
  return solvePlaced(vae, placed, settings);
}

function placementsOf({ n: count, known, unknown, positions }: CheckedProblem): Placement[] {
  const radius = (row: number): number => Math.hypot(...positions.subarray(3 * row, 3 * row + 3));
  const sorted = Array.from(known).sort((a, b) => radius(a) - radius(b));
  return subsets(count, known.length).map((rows) => {
    const others = Array.from({ length: count }, (_, row) => row).filter((row) => !rows.includes(row));
    const labels = new Array<number>(count);
    const given = new Float64Array(3 * count);
    sorted.forEach((atom, k) => {
      labels[atom] = rows[k];
      for (let c = 0; c < 3; c++) given[3 * rows[k] + c] = positions[3 * atom + c];
    });
    unknown.forEach((atom, k) => {
      labels[atom] = others[k];
    });
    const problem = { n: count, known: Int32Array.from(rows), unknown: Int32Array.from(others), positions: given };
    return { problem, labels };
  });
}

/** All increasing lists of k numbers below n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (k > n) return [];
  return [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((rows) => [...rows, n - 1])];
}

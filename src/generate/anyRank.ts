import type { Vae } from '../model/vae';
import { permuteGram, permutePositions } from '../motifs/permutations';
import { DISTINCT, distinctSolutions } from './distinct';
import { type InfillOptions, infillMany } from './infill';
import { type CheckedProblem, checkProblem, type InfillProblem, takeRows } from './problem';
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
  const checked = problems.map((problem, k) => checkProblem(problem, vae.config.atoms, `problems[${k}]`));
  const placements = checked.map(placementsOf);
  const posed = placements.flat().map(({ problem }) => problem);
  const found = infillMany(vae, posed, { restarts: 4, ...options });
  let next = 0;
  return checked.map((problem, k) => {
    const solutions = placements[k].flatMap(({ labels }) =>
      found[next++].map((solution) => ({
        ...solution,
        gram: permuteGram(solution.gram, labels),
        positions: permutePositions(solution.positions, labels),
      })),
    );
    solutions.sort((a, b) => a.objective - b.objective);
    return distinctSolutions(problem, solutions, options.distinct ?? DISTINCT);
  });
}

interface Placement {
  problem: InfillProblem;
  /** The row of the placed motif that is each row of the problem's. */
  labels: number[];
}

function placementsOf({ count, known, unknown, positions }: CheckedProblem): Placement[] {
  const radius = (row: number): number => Math.hypot(...positions.subarray(3 * row, 3 * row + 3));
  const sorted = Array.from(known).sort((a, b) => radius(a) - radius(b));
  const given = takeRows(positions, sorted);
  return subsets(count, known.length).map((rows) => {
    const others = Array.from({ length: count }, (_, row) => row).filter((row) => !rows.includes(row));
    const labels = new Array<number>(count);
    sorted.forEach((atom, k) => {
      labels[atom] = rows[k];
    });
    unknown.forEach((atom, k) => {
      labels[atom] = others[k];
    });
    return { problem: { known: rows, positions: given }, labels };
  });
}

/** All increasing lists of k numbers below n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (k > n) return [];
  return [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((rows) => [...rows, n - 1])];
}

import { neighborCodes, type Vae } from '../model/vae';
import { solve } from './descents';
import { keepDistinct } from './distinct';
import { type InfillOptions, infillMany, resolveInfillOptions } from './infill';
import { type CheckedProblem, checkProblem, type InfillProblem } from './problem';
import { relabelled, takenBack } from './relabelled';
import type { InfillSolution } from './solution';

/**
 * {@link infillMany} with unknown ranks of the missing neighbors among the n nearest, for models of neighbors sorted by
 * distance: the rows of the known atoms would reveal the ranks of the missing ones. The same as {@link infillMany} for
 * a model that finds labels by itself.
 *
 * The known atoms are put, in order of distance, in every increasing set of rows of their element, C(n, k) for k known
 * atoms of one element, and the distinct solutions of all are ranked together. Their rows are those of the problem.
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
  if (vae.reference || vae.prior) return infillMany(vae, problems, options);
  const settings = resolveInfillOptions({ restarts: 4, ...options });
  const codes = neighborCodes(vae);
  const checked = problems.map((each, k) => checkProblem(each, vae.config.atoms, `problems[${k}]`));
  const labellings = checked.map((problem) => labellingsOf(problem, codes));
  const placed = checked.flatMap((problem, p) => labellings[p].map((labels) => relabelled(problem, labels)));
  const solved = solve(vae, placed, settings);
  let next = 0;
  return checked.map((problem, p) => {
    const all = labellings[p].flatMap((labels) => solved[next++].map((solution) => takenBack(solution, labels)));
    return keepDistinct(all, problem, settings.distinct, codes);
  });
}

/** The rows in which the atoms are to be tried; unknown atoms of an element ascend in both. */
function labellingsOf({ n, known, unknown, positions }: CheckedProblem, codes?: readonly number[]): number[][] {
  const radius = (row: number): number => Math.hypot(...positions.subarray(3 * row, 3 * row + 3));
  const sorted = Array.from(known).sort((a, b) => radius(a) - radius(b));
  let labellings: number[][] = [new Array<number>(n)];
  for (const code of new Set(codes ?? [0])) {
    const own = (atom: number): boolean => codes === undefined || codes[atom] === code;
    const rows = Array.from({ length: n }, (_, row) => row).filter(own);
    const [given, others] = [sorted.filter(own), Array.from(unknown).filter(own)];
    labellings = labellings.flatMap((before) =>
      subsets(rows.length, given.length).map((chosen) => {
        const labels = before.slice();
        given.forEach((atom, k) => {
          labels[atom] = rows[chosen[k]];
        });
        rows
          .filter((_, k) => !chosen.includes(k))
          .forEach((row, k) => {
            labels[others[k]] = row;
          });
        return labels;
      }),
    );
  }
  return labellings;
}

/** All increasing lists of k numbers below n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (k > n) return [];
  return [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((rows) => [...rows, n - 1])];
}

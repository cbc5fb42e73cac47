import { neighborCodes, type Vae } from '../model/vae';
import { type InfillOptions, resolveInfillOptions } from './infill';
import { type Placement, solvePlaced } from './placements';
import { type CheckedProblem, checkProblem, type InfillProblem } from './problem';
import type { InfillSolution } from './solution';

/**
 * {@link infillMany} with unknown ranks of the missing neighbors among the n nearest, for models of neighbors sorted by
 * distance: the rows of the known atoms would reveal the ranks of the missing ones.
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
  const settings = resolveInfillOptions({ restarts: 4, ...options });
  const placed = problems.map((each, k) => {
    const problem = checkProblem(each, vae.config.atoms, `problems[${k}]`);
    return { problem, placements: placementsOf(problem, neighborCodes(vae)) };
  });
  return solvePlaced(vae, placed, settings);
}

function placementsOf(checked: CheckedProblem, codes?: readonly number[]): Placement[] {
  const { n, known, unknown, positions } = checked;
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
  return labellings.map((labels) => ({ problem: placed(checked, labels), labels }));
}

/** The problem with its atoms in the rows `labels`. */
function placed({ n, known, unknown, positions }: CheckedProblem, labels: readonly number[]): CheckedProblem {
  const given = new Float64Array(3 * n);
  for (const atom of known) given.set(positions.subarray(3 * atom, 3 * atom + 3), 3 * labels[atom]);
  const rows = (atoms: Int32Array): Int32Array => Int32Array.from(atoms, (atom) => labels[atom]).sort();
  return { n, known: rows(known), unknown: rows(unknown), positions: given };
}

/** All increasing lists of k numbers below n. */
function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (k > n) return [];
  return [...subsets(n - 1, k), ...subsets(n - 1, k - 1).map((rows) => [...rows, n - 1])];
}

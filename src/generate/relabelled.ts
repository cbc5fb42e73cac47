import { takeRows } from '../core/rows';
import { gramIndex } from '../motifs/gram';
import type { CheckedProblem } from './problem';
import type { InfillSolution } from './solution';

/** The problem with its atoms in the rows `labels`. */
export function relabelled(
  { n, known, unknown, positions }: CheckedProblem,
  labels: readonly number[],
): CheckedProblem {
  const given = new Float64Array(3 * n);
  for (const atom of known) given.set(positions.subarray(3 * atom, 3 * atom + 3), 3 * labels[atom]);
  const rows = (atoms: Int32Array): Int32Array => Int32Array.from(atoms, (atom) => labels[atom]).sort();
  return { n, known: rows(known), unknown: rows(unknown), positions: given };
}

/** The solution of a relabelled problem in the rows of the first. */
export function takenBack(solution: InfillSolution, labels: readonly number[]): InfillSolution {
  const n = labels.length;
  const gram = labels.flatMap((i, k) => labels.slice(k).map((j) => solution.gram[gramIndex(i, j, n)]));
  return { ...solution, gram: Float64Array.from(gram), positions: takeRows(solution.positions, 3, labels) };
}

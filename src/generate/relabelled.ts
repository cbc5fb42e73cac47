import { takeRows } from '../core/rows';
import { gramIndex } from '../motifs/gram';
import type { CheckedProblem } from './problem';
import type { InfillSolution } from './solution';

/**
 * Rows of a motif for all atoms of a problem: those found for the known ones, in their order, and for the others the
 * free rows of their element.
 */
export function labelsOf(
  { known, unknown }: CheckedProblem,
  found: ArrayLike<number>,
  species: ArrayLike<number>,
): number[] {
  const labels = new Array<number>(species.length);
  const free = new Set(labels.keys());
  known.forEach((atom, k) => {
    labels[atom] = found[k];
    free.delete(found[k]);
  });
  for (const atom of unknown) {
    labels[atom] = [...free].find((row) => species[row] === species[atom]) as number;
    free.delete(labels[atom]);
  }
  return labels;
}

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

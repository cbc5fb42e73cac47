import { coordinatesFromGram } from '../motifs/coordinates';
import { gramVector } from '../motifs/gram';
import { matchPoints, synchronize } from '../motifs/synchronize';
import { type CheckedProblem, takeRows } from './problem';
import type { InfillSolution } from './solution';

/** Least difference of two solutions' infilled atoms, rms, Å, unless an option says otherwise. */
export const DISTINCT = 0.3;

/** Å. */
const ROUNDING = 1e-9;

/**
 * The first of every group of like solutions, best first; the others are counted in its `restarts`.
 *
 * Like: the infilled atoms, which bear no labels, lie within `threshold` (rms, Å) of each other. Where the known atoms
 * leave a rotation or reflection open, whole motifs are compared up to that.
 *
 * @param solutions best first
 */
export function distinctSolutions(
  problem: CheckedProblem,
  solutions: InfillSolution[],
  threshold: number,
): InfillSolution[] {
  const { unknown } = problem;
  const framed = settlesFrame(problem);
  const rows = solutions.map((solution) => takeRows(solution.positions, unknown));
  const centers = rows.map(centerOf);
  const kept: number[] = [];
  solutions.forEach((solution, k) => {
    const like = kept.find((other) => {
      if (framed) {
        // No matching brings points closer, rms, than their centers are.
        if (distance(centers[other], centers[k]) > threshold + ROUNDING) return false;
        return matchPoints(rows[other], rows[k]).rmsd < threshold;
      }
      const options = { reflections: true, permute: 'search' } as const;
      const { rmsd } = synchronize(solutions[other].positions, solution.positions, options);
      return rmsd * Math.sqrt(problem.count / unknown.length) < threshold;
    });
    if (like === undefined) kept.push(k);
    else solutions[like].restarts += solutions[k].restarts;
  });
  return kept.map((k) => solutions[k]);
}

function centerOf(points: Float64Array): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < points.length; k++) sums[k % 3] += points[k];
  const n = points.length / 3;
  return [sums[0] / n, sums[1] / n, sums[2] / n];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Whether the known atoms and the central one span space, so that no rotation or reflection leaves them in place. */
function settlesFrame({ known, positions }: CheckedProblem): boolean {
  if (known.length < 3) return false;
  const { eigenvalues } = coordinatesFromGram(gramVector(takeRows(positions, known), known.length), known.length);
  return eigenvalues[2] > 1e-6 * eigenvalues[0];
}

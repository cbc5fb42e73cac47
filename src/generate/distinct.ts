import { takeRows } from '../core/rows';
import { coordinatesFromGram } from '../motifs/coordinates';
import { gramVector } from '../motifs/gram';
import { match } from '../motifs/match/match';
import { matchPoints } from '../motifs/synchronize';
import type { CheckedProblem } from './problem';
import type { InfillSolution } from './solution';

/** Å. */
const ROUNDING = 1e-9;

/**
 * The distinct ones of some solutions, best first: of every group of like ones the best, with the descents of all.
 *
 * Where the known atoms and the central one span space, so that no rotation or reflection leaves them in place,
 * solutions are alike whose infilled atoms lie within `threshold` (rms, Å) of each other; those of an element bear no
 * labels. Elsewhere whole motifs are compared, up to rotation and reflection.
 *
 * @param codes the elements of the n atoms as numbers; all alike if absent
 */
export function keepDistinct(
  solutions: readonly InfillSolution[],
  problem: CheckedProblem,
  threshold: number,
  codes: readonly number[] | undefined,
): InfillSolution[] {
  const { n, unknown } = problem;
  const framed = settlesFrame(problem);
  const own = codes && (framed ? Array.from(unknown, (atom) => codes[atom]) : codes);
  const options = { species: own && ([own, own] as const) };
  const points = (solution: InfillSolution): Float64Array =>
    framed ? takeRows(solution.positions, 3, unknown) : solution.positions;
  const kept: { solution: InfillSolution; x: Float64Array; center: Float64Array }[] = [];
  for (const solution of [...solutions].sort((a, b) => a.objective - b.objective)) {
    const x = points(solution);
    const center = centerOf(x);
    const like = kept.find((other) =>
      framed
        ? // No matching brings points closer, rms, than their centers are.
          distance(other.center, center) <= threshold + ROUNDING && matchPoints(other.x, x, options).rmsd < threshold
        : match(other.x, x, { reflections: true, ...options }).rmsd * Math.sqrt(n / unknown.length) < threshold,
    );
    if (like) like.solution.restarts += solution.restarts;
    else kept.push({ solution, x, center });
  }
  return kept.map(({ solution }) => solution);
}

function centerOf(x: Float64Array): Float64Array {
  const center = new Float64Array(3);
  for (let k = 0; k < x.length; k++) center[k % 3] += (3 * x[k]) / x.length;
  return center;
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);
}

function settlesFrame({ known, positions }: CheckedProblem): boolean {
  if (known.length < 3) return false;
  const { eigenvalues } = coordinatesFromGram(gramVector(takeRows(positions, 3, known), known.length), known.length);
  return eigenvalues[2] > 1e-6 * eigenvalues[0];
}

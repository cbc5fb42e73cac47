import { coordinatesFromGram } from '../motifs/coordinates';
import { gramVector } from '../motifs/gram';
import { assignCheapest, assignmentWork } from '../motifs/match/assignment';
import { type MatchOptions, match } from '../motifs/match/match';
import { type CheckedProblem, takeRows } from './problem';

/** Least difference of two solutions' infilled atoms, rms, Å, unless an option sets another. */
export const DISTINCT = 0.3;

/** Å. */
const ROUNDING = 1e-9;
/** Å², what matching atoms of unlike elements costs: more than any motif is wide. */
const UNLIKE = 1e6;

/** Whether solutions a and b, by number, count as one. */
export type Likeness = (a: number, b: number) => boolean;

/**
 * The first of every group of like solutions; the others' restarts are added to its own.
 *
 * @param solutions numbers, best first
 * @param restarts of each number
 */
export function keepDistinct(solutions: readonly number[], alike: Likeness, restarts: Int32Array): number[] {
  const kept: number[] = [];
  for (const solution of solutions) {
    const like = kept.find((other) => alike(other, solution));
    if (like === undefined) kept.push(solution);
    else restarts[like] += restarts[solution];
  }
  return kept;
}

/** Whether the known atoms and the central one span space, so that no rotation or reflection leaves them in place. */
export function settlesFrame({ known, positions }: CheckedProblem): boolean {
  if (known.length < 3) return false;
  const { eigenvalues } = coordinatesFromGram(gramVector(takeRows(positions, known), known.length), known.length);
  return eigenvalues[2] > 1e-6 * eigenvalues[0];
}

/**
 * Likeness of infilled atoms where the known ones settle the frame: those of an element bear no labels, and lie within
 * `threshold` (rms) of each other.
 *
 * @param points k×3 for each solution, Å
 * @param codes the elements of the k atoms as numbers; all alike if absent
 */
export function likeWithinFrame(
  points: Float64Array,
  k: number,
  threshold: number,
  codes?: readonly number[],
): Likeness {
  const centers = centersOf(points, k);
  const labels = new Int32Array(k);
  const costs = new Float64Array(k * k);
  const work = assignmentWork(k, k);
  // No matching brings points closer, rms, than their centers are.
  const apart = (threshold + ROUNDING) ** 2;
  return (a, b) => {
    if (squaredDistance(centers, a, centers, b) > apart) return false;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        costs[k * i + j] =
          codes && codes[i] !== codes[j] ? UNLIKE : squaredDistance(points, k * a + i, points, k * b + j);
      }
    }
    assignCheapest(costs, k, k, labels, work);
    let squares = 0;
    for (let i = 0; i < k; i++) squares += costs[k * i + labels[i]];
    return Math.sqrt(squares / k) < threshold;
  };
}

/**
 * Likeness where the known atoms leave a rotation or reflection open: of whole motifs, up to that.
 *
 * @param motifOf the positions of a solution, n×3, Å
 * @param k infilled atoms
 * @param codes the elements of the n atoms as numbers; all alike if absent
 */
export function likeAsMotifs(
  motifOf: (solution: number) => Float64Array,
  k: number,
  threshold: number,
  codes?: readonly number[],
): Likeness {
  const species: MatchOptions['species'] = codes && [codes, codes];
  return (a, b) => {
    const motif = motifOf(a);
    const { rmsd } = match(motif, motifOf(b), { reflections: true, species });
    return rmsd * Math.sqrt(motif.length / 3 / k) < threshold;
  };
}

function centersOf(points: Float64Array, k: number): Float64Array {
  const centers = new Float64Array(points.length / k);
  for (let at = 0; at < points.length; at += 3) {
    const to = 3 * Math.floor(at / (3 * k));
    for (let c = 0; c < 3; c++) centers[to + c] += points[at + c] / k;
  }
  return centers;
}

function squaredDistance(x: Float64Array, i: number, y: Float64Array, j: number): number {
  const dx = x[3 * i] - y[3 * j];
  const dy = x[3 * i + 1] - y[3 * j + 1];
  const dz = x[3 * i + 2] - y[3 * j + 2];
  return dx * dx + dy * dy + dz * dz;
}

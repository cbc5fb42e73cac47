import { InputError, requireInteger } from '../../core';
import type { MotifPath } from '../../generate';
import { motifDistance } from '../../motifs/match/nearest';
import { shortestDistances } from '../structure/motifs';

/** A path of motifs, frame by frame. */
export interface PathStatistics {
  /** Shortest distance between any two atoms of each frame, Å. */
  shortest: Float64Array;
  /** Largest move of an atom from each frame to the next, Å: one fewer than there are frames. */
  steps: Float64Array;
  /** Third minus fourth eigenvalue of each decoded Gram matrix, Å²: where it nears 0, the projection may jump. */
  gaps: Float64Array;
}

/** How smoothly a path of K frames goes, and whether its atoms stay apart. Throws {@link InputError} for n < 4. */
export function pathStatistics(path: Pick<MotifPath, 'n' | 'positions' | 'eigenvalues'>): PathStatistics {
  const { positions, eigenvalues, n: count } = path;
  requireInteger(count, 'path count', 4);
  const shortest = shortestDistances(positions, count);
  const gaps = shortest.map((_, k) => eigenvalues[count * k + 2] - eigenvalues[count * k + 3]);
  const steps = new Float64Array(Math.max(0, shortest.length - 1));
  for (let i = 0; i < count * steps.length; i++) {
    const [from, to] = [3 * i, 3 * (i + count)];
    const move = Math.hypot(...[0, 1, 2].map((c) => positions[to + c] - positions[from + c]));
    const k = Math.floor(i / count);
    steps[k] = Math.max(steps[k], move);
  }
  return { shortest, steps, gaps };
}

/** One frame of each of many paths. */
export interface PathFrames {
  /** M×n×3, Å. */
  positions: Float64Array;
  /** Length of each latent vector, M. */
  latentLengths: Float64Array;
  /** Distance of each decoded Gram matrix from rank 3 as a share of its norm, ‖G − G₃‖_F / ‖G‖_F, M. */
  offRank: Float64Array;
}

/**
 * The frames with the same place in M paths, so that they can be judged as a set.
 *
 * @throws InputError if a path has no such frame, or the paths differ in n
 */
export function framesOf(paths: readonly MotifPath[], frame: number): PathFrames {
  const n = paths.length > 0 ? paths[0].n : 0;
  const frames: PathFrames = {
    positions: new Float64Array(3 * n * paths.length),
    latentLengths: new Float64Array(paths.length),
    offRank: new Float64Array(paths.length),
  };
  paths.forEach((path, m) => {
    if (path.n !== n) throw new InputError(`paths[${m}] count`, String(path.n), `${n}, as the first`);
    if (!(frame in path.fractions)) throw new InputError('frame', String(frame), `0 … ${path.length - 1}`);
    const size = path.latents.length / path.length;
    const norm = Math.hypot(...path.eigenvalues.subarray(n * frame, n * (frame + 1)));
    frames.positions.set(path.positions.subarray(3 * n * frame, 3 * n * (frame + 1)), 3 * n * m);
    frames.latentLengths[m] = Math.hypot(...path.latents.subarray(size * frame, size * (frame + 1)));
    frames.offRank[m] = norm === 0 ? 0 : path.residuals[frame] / norm;
  });
  return frames;
}

/**
 * The motif half-way between two (n×3, Å) without a model: the second relabelled, laid on the first
 * ({@link motifDistance}), and each atom in the middle.
 */
export function halfwayMotif(first: Float64Array, second: Float64Array): Float64Array {
  const { moved } = motifDistance(first, second);
  return first.map((x, k) => (x + moved[k]) / 2);
}

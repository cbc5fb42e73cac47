import { InputError, requireKnownOptions } from '../../core';
import { coordinatesFromGram, type DensityGridOptions, densityGrid, gramSize, peaks } from '../../motifs';

/** How well atoms are read off a density. */
export interface DensityRecovery {
  /** Fraction of motifs with as many peaks as atoms. */
  complete: number;
  /** Mean number of peaks per motif. */
  peaks: number;
  /** Median distance of a peak from the atom closest to it, Å; NaN if there are no peaks. */
  displacement: number;
  /** Mean number of grid points per motif. */
  points: number;
}

/**
 * What of M motifs survives the way over a density grid: densityGrid, then peaks, against the atoms that the density
 * was made of.
 *
 * @param grams M·n(n+1)/2 numbers, Å²
 * @param options as densityGrid has them, and the threshold of peaks
 * @throws InputError if there is no motif, or as densityGrid and peaks do
 */
export function densityRecovery(
  grams: ArrayLike<number>,
  n: number,
  options: DensityGridOptions & { threshold?: number } = {},
): DensityRecovery {
  requireKnownOptions(options, ['width', 'spacing', 'margin', 'threshold']);
  const size = gramSize(n);
  const motifs = grams.length / size;
  if (!Number.isInteger(motifs) || motifs === 0) {
    throw new InputError('grams', `${grams.length} numbers`, `${size} for each of at least one motif`);
  }
  const { threshold, ...gridOptions } = options;
  const displacements: number[] = [];
  let [complete, points] = [0, 0];
  for (let m = 0; m < motifs; m++) {
    const gram = Float64Array.from({ length: size }, (_, k) => grams[m * size + k]);
    const grid = densityGrid(gram, n, gridOptions);
    const found = peaks(grid, { threshold });
    const { positions } = coordinatesFromGram(gram, n);
    for (let p = 0; p < found.count; p++) displacements.push(closest(positions, found.positions.subarray(3 * p)));
    if (found.count === n) complete++;
    points += grid.values.length;
  }
  displacements.sort((a, b) => a - b);
  return {
    complete: complete / motifs,
    peaks: displacements.length / motifs,
    displacement: displacements[Math.floor(displacements.length / 2)] ?? Number.NaN,
    points: points / motifs,
  };
}

/** Distance from the first point of `from` to the closest of `points`. */
function closest(points: Float64Array, from: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i += 3) {
    least = Math.min(least, Math.hypot(points[i] - from[0], points[i + 1] - from[1], points[i + 2] - from[2]));
  }
  return least;
}

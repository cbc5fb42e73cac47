import { InputError, requireFinite, requireKnownOptions, requirePositive } from '../core/errors';
import { coordinatesFromGram } from './coordinates';

/** How a density is laid on a grid. */
export interface DensityGridOptions {
  /** Standard deviation of each atom's Gaussian, Å; 0.4 if absent. */
  width?: number;
  /** Edge of a voxel, Å; 0.2 if absent. */
  spacing?: number;
  /** Space around the outermost atoms, Å; three widths if absent. */
  margin?: number;
}

/** A sum of Gaussians, one an atom, sampled on a grid in the environment's principal frame. */
export interface DensityGrid {
  /** Σᵢ exp(−|r − xᵢ|² / 2w²) at each grid point, the last index running fastest: an atom by itself has height 1. */
  values: Float64Array;
  /** Points along the three axes. */
  shape: [number, number, number];
  /** Position of the first point, Å. */
  origin: [number, number, number];
  /** Distance between points, Å. */
  spacing: number;
  /** Standard deviation of the Gaussians, Å. */
  width: number;
}

/** The atoms read off a density. */
export interface DensityPeaks {
  /** Number of peaks; not always the number of atoms. */
  count: number;
  /** count×3, highest first, Å, in the frame of the grid. */
  positions: Float64Array;
  /** Height of each: about 1 for an atom by itself, more for atoms run together. */
  heights: Float64Array;
}

/** Grids larger than this are a mistake in the options: 1 GiB. */
const MOST_POINTS = 2 ** 27;

/**
 * The density of a decoded fingerprint: atoms as Gaussians on a grid, in the principal frame of the Gram matrix.
 *
 * The density-grid way back to atoms, whose second half is {@link peaks}. What it costs: (extent/spacing)³ values, some
 * 10⁵ for eight neighbors, against 24 coordinates. Where it fails: two atoms closer than two widths have one peak
 * between them, so a generated motif with atoms too close together looks like one with fewer atoms; and labels are
 * lost.
 *
 * @param gram n(n+1)/2 numbers, Å²; projected by coordinatesFromGram
 * @throws InputError if lengths or options are out of range
 */
export function densityGrid(gram: ArrayLike<number>, n: number, options: DensityGridOptions = {}): DensityGrid {
  requireKnownOptions(options, ['width', 'spacing', 'margin']);
  const width = requirePositive(options.width ?? 0.4, 'option width');
  const spacing = requirePositive(options.spacing ?? 0.2, 'option spacing');
  const margin = options.margin ?? 3 * width;
  if (!(margin >= 0)) throw new InputError('option margin', String(margin), 'at least 0');
  const { positions } = coordinatesFromGram(gram, n);
  const origin: [number, number, number] = [0, 0, 0];
  const shape: [number, number, number] = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) {
    const along = positions.filter((_, k) => k % 3 === axis);
    origin[axis] = Math.min(...along) - margin;
    shape[axis] = Math.ceil((Math.max(...along) + margin - origin[axis]) / spacing) + 1;
  }
  const points = shape[0] * shape[1] * shape[2];
  if (!(points <= MOST_POINTS)) {
    throw new InputError('option spacing', `${spacing} (${shape.join('×')} points)`, `at most ${MOST_POINTS} points`);
  }
  const grid = { values: new Float64Array(points), shape, origin, spacing, width };
  for (let first = 0; first < 3 * n; first += 3) addGaussian(grid, positions.subarray(first, first + 3));
  return grid;
}

/** A Gaussian is the product of its three axes, so exp is taken along the edges only. */
function addGaussian({ values, shape, origin, spacing, width }: DensityGrid, position: Float64Array): void {
  const [x, y, z] = shape.map((points, axis) =>
    Float64Array.from({ length: points }, (_, k) => {
      const distance = origin[axis] + k * spacing - position[axis];
      return Math.exp(-(distance ** 2) / (2 * width * width));
    }),
  );
  for (let i = 0, at = 0; i < shape[0]; i++) {
    for (let j = 0; j < shape[1]; j++) {
      const xy = x[i] * y[j];
      for (let k = 0; k < shape[2]; k++) values[at++] += xy * z[k];
    }
  }
}

/**
 * Local maxima of a density: grid points above all 26 around them, refined between grid points.
 *
 * Refinement takes the vertex of the parabola through the logarithms of a point and its two neighbors along each axis,
 * which is exact for a Gaussian by itself.
 *
 * @param options.threshold least height of a peak, in heights of a single atom; 0.5 if absent
 * @throws InputError if the grid is not of its shape or the threshold is not above 0
 */
export function peaks(grid: DensityGrid, options: { threshold?: number } = {}): DensityPeaks {
  requireKnownOptions(options, ['threshold']);
  const threshold = requirePositive(options.threshold ?? 0.5, 'option threshold');
  const { shape, values } = grid;
  if (values.length !== shape[0] * shape[1] * shape[2]) {
    throw new InputError('grid.values length', String(values.length), `${shape.join('·')}`);
  }
  requireFinite(values, 'grid.values');
  const found: { position: number[]; height: number }[] = [];
  for (let i = 1; i < shape[0] - 1; i++) {
    for (let j = 1; j < shape[1] - 1; j++) {
      for (let k = 1; k < shape[2] - 1; k++) {
        const at = (i * shape[1] + j) * shape[2] + k;
        if (values[at] >= threshold && isMaximum(grid, at)) found.push(refine(grid, [i, j, k], at));
      }
    }
  }
  found.sort((a, b) => b.height - a.height);
  return {
    count: found.length,
    positions: Float64Array.from(found.flatMap((peak) => peak.position)),
    heights: Float64Array.from(found, (peak) => peak.height),
  };
}

/** Of equal neighboring points the first one is the maximum, so that an atom halfway between two is found once. */
function isMaximum({ values, shape }: DensityGrid, at: number): boolean {
  for (let i = -1; i <= 1; i++) {
    for (let j = -1; j <= 1; j++) {
      for (let k = -1; k <= 1; k++) {
        const step = (i * shape[1] + j) * shape[2] + k;
        if (step < 0 && values[at + step] >= values[at]) return false;
        if (step > 0 && values[at + step] > values[at]) return false;
      }
    }
  }
  return true;
}

function refine(grid: DensityGrid, index: number[], at: number): { position: number[]; height: number } {
  const { values, shape, origin, spacing } = grid;
  const strides = [shape[1] * shape[2], shape[2], 1];
  const middle = Math.log(values[at]);
  let height = middle;
  const position = index.map((k, axis) => {
    const below = Math.log(values[at - strides[axis]]);
    const above = Math.log(values[at + strides[axis]]);
    const curvature = above + below - 2 * middle;
    // Next to a Gaussian far narrower than a voxel the density is 0, its logarithm infinite: nothing to refine by.
    const shift = curvature < 0 && curvature > -Infinity ? (below - above) / (2 * curvature) : 0;
    if (shift !== 0) height += 0.25 * (above - below) * shift;
    return origin[axis] + (k + shift) * spacing;
  });
  return { position, height: Math.exp(height) };
}

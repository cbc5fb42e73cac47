import { requireWithin } from '../core/errors';
import { inverse, reduceBasis, spanningBasis } from './lattice';
import type { Structure } from './structure';

/** More images than this would not fit into memory. */
const MOST_IMAGES = 2 ** 24;
/**
 * Bins along c to the cutoff. Bins of one column are searched as one run from the atom's own bin to the cutoff, so fine
 * ones cost nothing and leave fewer atoms to measure: 4 takes a quarter less time than 1 on 512 atoms at 4 Å.
 */
const BINS_TO_CUTOFF = [1, 1, 4];
/** Relative and absolute slack on reaches that rounding of fractional coordinates cannot exceed. */
export const SLACK = 1e-9;

/** Atoms wrapped into a cell of short vectors, and the images of that cell that the cutoff can touch. */
export interface Frame {
  count: number;
  cutoff: number;
  /** Cartesian positions after wrapping, 3N, Å. */
  wrapped: Float64Array;
  /** Fractional coordinates of these, in [0, 1] along periodic directions, 3N. */
  fractional: Float64Array;
  /** Cell vectors, as given, that wrapping subtracted, 3N. */
  cells: Int32Array;
  /** Unit normal of the planes of equal coordinate along c. */
  normal: Float64Array;
  /** Width of the cutoff in fractional coordinates, with slack. */
  reach: Float64Array;
  /** Images are (a, b, c) with |a| ≤ range[0] and so on, numbered by a, then b, then c; 0 along free directions. */
  range: Int32Array;
  /** Displacement of each image, Å. Image n and image last − n are opposite. */
  shifts: Float64Array;
  /** Each image in cell vectors as given. */
  images: Int32Array;
  /** Whether images in order of number are in order of `images`. */
  ordered: boolean;
}

/**
 * Atoms and their images within reach of the cell, sorted by bin: those of bin b are entries starts[b] to starts[b +
 * 1].
 */
export interface Bins {
  shape: Int32Array;
  low: Float64Array;
  scale: Float64Array;
  starts: Int32Array;
  atoms: Int32Array;
  codes: Int32Array;
  /** Cartesian positions, Å. */
  points: Float64Array;
}

/**
 * Wraps the atoms and lists the images of the cell.
 *
 * @throws InputError if the periodic cell vectors span no volume, or the images would not fit into memory.
 */
export function frameOf({ lattice, pbc, positions }: Structure, cutoff: number): Frame {
  const { basis, transform } = reduceBasis(spanningBasis({ lattice, pbc }), pbc);
  const reciprocal = inverse(basis);
  const planes = Float64Array.of(0, 1, 2).map((k) => Math.hypot(reciprocal[k], reciprocal[3 + k], reciprocal[6 + k]));
  const reach = planes.map((p) => cutoff * p * (1 + SLACK) + SLACK);
  const range = Array.from(reach, (r, k) => (pbc[k] ? Math.floor(r) + 1 : 0));
  const { wrapped, fractional, cells } = wrapAtoms(positions, pbc, basis, reciprocal, transform);
  const { shifts, images } = listImages(range, basis, transform);
  return {
    count: positions.length / 3,
    cutoff,
    wrapped,
    fractional,
    cells,
    normal: Float64Array.of(reciprocal[2], reciprocal[5], reciprocal[8]).map((x) => x / planes[2]),
    reach,
    range: Int32Array.from(range),
    shifts,
    images,
    ordered: transform.every((t, k) => t === (k % 4 === 0 ? 1 : 0)),
  };
}

function wrapAtoms(
  positions: Float64Array,
  pbc: readonly boolean[],
  basis: Float64Array,
  reciprocal: Float64Array,
  transform: Float64Array,
): Pick<Frame, 'wrapped' | 'fractional' | 'cells'> {
  const wrapped = positions.slice();
  const fractional = new Float64Array(positions.length);
  const cells = new Int32Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const f =
        positions[i] * reciprocal[k] + positions[i + 1] * reciprocal[3 + k] + positions[i + 2] * reciprocal[6 + k];
      const cell = pbc[k] ? Math.floor(f) : 0;
      fractional[i + k] = f - cell;
      if (cell === 0) continue;
      for (let c = 0; c < 3; c++) {
        wrapped[i + c] -= cell * basis[3 * k + c];
        cells[i + c] += cell * transform[3 * k + c];
      }
    }
  }
  return { wrapped, fractional, cells };
}

function listImages(range: number[], basis: Float64Array, transform: Float64Array): Pick<Frame, 'shifts' | 'images'> {
  const [ra, rb, rc] = range;
  const count = (2 * ra + 1) * (2 * rb + 1) * (2 * rc + 1);
  requireWithin(count, MOST_IMAGES, 'images of the cell within reach', 'option cutoff');
  const shifts = new Float64Array(3 * count);
  const images = new Int32Array(3 * count);
  let at = 0;
  for (let a = -ra; a <= ra; a++) {
    for (let b = -rb; b <= rb; b++) {
      for (let c = -rc; c <= rc; c++) {
        for (let k = 0; k < 3; k++) {
          shifts[at] = a * basis[k] + b * basis[3 + k] + c * basis[6 + k];
          images[at++] = a * transform[k] + b * transform[3 + k] + c * transform[6 + k];
        }
      }
    }
  }
  return { shifts, images };
}

/** Sorts the atoms, and the images of them within reach of the cell, into bins. */
export function fillBins(frame: Frame): Bins {
  const { wrapped, shifts } = frame;
  const grid = layGrid(frame);
  const found = enumerateImages(frame, grid);
  const total = found.atoms.length;
  const starts = new Int32Array(grid.shape[0] * grid.shape[1] * grid.shape[2] + 1);
  for (let m = 0; m < total; m++) starts[found.bins[m]]++;
  accumulate(starts);
  const atoms = new Int32Array(total);
  const codes = new Int32Array(total);
  const points = new Float64Array(3 * total);
  // From the back, so that each start moves down to where its bin begins.
  for (let m = total - 1; m >= 0; m--) {
    const to = --starts[found.bins[m]];
    const atom = found.atoms[m];
    const code = found.codes[m];
    atoms[to] = atom;
    codes[to] = code;
    points[3 * to] = wrapped[3 * atom] + shifts[3 * code];
    points[3 * to + 1] = wrapped[3 * atom + 1] + shifts[3 * code + 1];
    points[3 * to + 2] = wrapped[3 * atom + 2] + shifts[3 * code + 2];
  }
  const { shape, low, scale } = grid;
  return { shape, low, scale, starts, atoms, codes, points };
}

/**
 * The bin along direction k of a fractional coordinate. Rises with it, whatever the rounding: all points between two
 * coordinates lie in the bins between theirs.
 */
export function binAlong({ shape, low, scale }: Pick<Bins, 'shape' | 'low' | 'scale'>, k: number, f: number): number {
  const bin = Math.floor((f - low[k]) * scale[k]);
  return bin <= 0 ? 0 : Math.min(bin, shape[k] - 1);
}

/** Replaces counts by running totals: entry b becomes the sum of entries 0 to b. */
export function accumulate(counts: Int32Array): void {
  let total = 0;
  for (let b = 0; b < counts.length; b++) {
    total += counts[b];
    counts[b] = total;
  }
}

type Grid = Pick<Bins, 'shape' | 'low' | 'scale'>;

function layGrid({ count, fractional, reach, range }: Frame): Grid {
  const low = reach.map((r, k) => (range[k] ? -r : Infinity));
  const high = reach.map((r, k) => (range[k] ? 1 + r : -Infinity));
  for (let k = 0; k < 3; k++) {
    if (range[k]) continue;
    for (let i = k; i < 3 * count; i += 3) {
      low[k] = Math.min(low[k], fractional[i]);
      high[k] = Math.max(high[k], fractional[i]);
    }
  }
  const wanted = Array.from(reach, (r, k) => Math.max(1, Math.floor((BINS_TO_CUTOFF[k] * (high[k] - low[k])) / r)));
  // Wider bins where atoms are sparse: the grid must not outgrow the atoms.
  while (wanted[0] * wanted[1] * wanted[2] > 64 + 32 * count) {
    const widest = wanted.indexOf(Math.max(...wanted));
    wanted[widest] = Math.ceil(wanted[widest] / 2);
  }
  const shape = Int32Array.from(wanted);
  const scale = high.map((h, k) => (h > low[k] ? shape[k] / (h - low[k]) : 0));
  return { shape, low, scale };
}

/** Every image within reach, unsorted, with its bin. */
function enumerateImages(frame: Frame, grid: Grid): { atoms: Int32Array; codes: Int32Array; bins: Int32Array } {
  const { count, fractional, range } = frame;
  const { bounds, total } = imageBounds(frame);
  const atoms = new Int32Array(total);
  const codes = new Int32Array(total);
  const bins = new Int32Array(total);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let a = bounds[6 * i]; a <= bounds[6 * i + 1]; a++) {
      const binA = binAlong(grid, 0, fractional[3 * i] + a) * grid.shape[1];
      const codeA = (a + range[0]) * (2 * range[1] + 1) + range[1];
      for (let b = bounds[6 * i + 2]; b <= bounds[6 * i + 3]; b++) {
        const binB = (binA + binAlong(grid, 1, fractional[3 * i + 1] + b)) * grid.shape[2];
        const codeB = (codeA + b) * (2 * range[2] + 1) + range[2];
        for (let c = bounds[6 * i + 4]; c <= bounds[6 * i + 5]; c++) {
          atoms[at] = i;
          codes[at] = codeB + c;
          bins[at++] = binB + binAlong(grid, 2, fractional[3 * i + 2] + c);
        }
      }
    }
  }
  return { atoms, codes, bins };
}

/** First and last image along each direction of each atom, 6N, and how many images that makes in all. */
function imageBounds({ count, fractional, reach, range }: Frame): { bounds: Int32Array; total: number } {
  const bounds = new Int32Array(6 * count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    let images = 1;
    for (let k = 0; k < 3; k++) {
      if (range[k] === 0) continue;
      const f = fractional[3 * i + k];
      const first = Math.ceil(-reach[k] - f);
      const last = Math.floor(1 + reach[k] - f);
      bounds[6 * i + 2 * k] = first;
      bounds[6 * i + 2 * k + 1] = last;
      images *= last - first + 1;
    }
    total += images;
  }
  requireWithin(total, MOST_IMAGES, 'images of atoms within reach', 'option cutoff');
  return { bounds, total };
}

import { InputError, requirePositive } from '../core/errors';
import { inverse, spanningBasis } from './lattice';
import type { Structure } from './structure';

/**
 * Neighbors of every atom: those of atom i are entries `offsets[i]` to `offsets[i + 1]` of the other arrays, sorted by
 * neighbor index, then by image. P entries in all; each pair occurs twice, once from either atom.
 */
export interface NeighborList {
  /** Start of each atom's entries, length N + 1. */
  offsets: Int32Array;
  /** Index j of the neighbor, length P. */
  indices: Int32Array;
  /** Which image of j: cell vectors to add to its position as given, P×3 integers, row-major. */
  images: Int32Array;
  /** From atom i to that image of j, P×3 row-major, Å. */
  vectors: Float64Array;
  /** Length of the vector, P, Å. */
  distances: Float64Array;
}

/** Slack that rounding in fractional coordinates cannot exceed; pairs found with it are measured again exactly. */
const SLACK = 1e-9;

/** More images than this would not fit into memory. */
const MOST_IMAGES = 2 ** 27;

/**
 * Every pair of atoms closer than the cutoff, periodic images included, by a cell list.
 *
 * Any cell: triclinic, thin, shorter than the cutoff, left-handed, periodic in some directions or none; atoms may lie
 * outside it. An atom is no neighbor of itself but is one of its own images; coincident atoms are neighbors at
 * distance 0.
 *
 * @param cutoff Å; neighbors are at a distance below it.
 * @throws InputError if the cutoff is not a positive number, a position is not finite (naming the atom), or the
 *   periodic cell vectors span no volume.
 */
export function neighborList(structure: Structure, cutoff: number): NeighborList {
  requirePositive(cutoff, 'option cutoff');
  const count = structure.species.length;
  requireFinitePositions(structure.positions, count);
  if (count === 0) {
    return {
      offsets: new Int32Array(1),
      indices: new Int32Array(0),
      images: new Int32Array(0),
      vectors: new Float64Array(0),
      distances: new Float64Array(0),
    };
  }
  const frame = wrapAtoms(structure, cutoff, count);
  const images = enumerateImages(frame);
  const bins = sortIntoBins(frame, images);
  return assemble(frame, searchBins(frame, bins));
}

/** Atoms wrapped into the cell, and how far images of it must reach. */
interface Frame {
  count: number;
  cutoff: number;
  /** Cartesian positions after wrapping, 3N, Å. */
  wrapped: Float64Array;
  /** Fractional coordinates of these, in [0, 1] along periodic directions, 3N. */
  fractional: Float64Array;
  /** Cell vectors subtracted by wrapping, 3N. */
  cells: Int32Array;
  /** Width of the cutoff in fractional coordinates, with slack. */
  reach: number[];
  /** Images are (a, b, c) with |a| ≤ range[0] and so on; 0 along free directions. */
  range: number[];
  /** Displacement of each image, Å; images are numbered by a, then b, then c, so that order by number is order by image. */
  shifts: Float64Array;
}

/** The images within reach of the cell, the atoms themselves among them. */
interface Images {
  grid: Grid;
  atoms: Int32Array;
  codes: Int32Array;
  bins: Int32Array;
  /** Bin of each atom itself, N. */
  home: Int32Array;
}

/** Bins at least as wide as the cutoff, surrounded by one layer that stays empty. */
interface Grid {
  shape: number[];
  low: number[];
  scale: number[];
}

/** Images sorted by bin: those of bin b are entries starts[b] to starts[b + 1]. */
interface Bins {
  shape: number[];
  starts: Int32Array;
  home: Int32Array;
  atoms: Int32Array;
  codes: Int32Array;
  points: Float64Array;
}

/** Found pairs: those of atom i are entries starts[i] to starts[i + 1]. */
interface Hits {
  starts: Int32Array;
  atoms: Int32Array;
  codes: Int32Array;
}

function wrapAtoms({ lattice, pbc, positions }: Structure, cutoff: number, count: number): Frame {
  const basis = spanningBasis({ lattice, pbc });
  const reciprocal = inverse(basis);
  const reach = [0, 1, 2].map((k) => {
    const planesPerLength = Math.hypot(reciprocal[k], reciprocal[3 + k], reciprocal[6 + k]);
    return cutoff * planesPerLength * (1 + SLACK) + SLACK;
  });
  const range = reach.map((r, k) => (pbc[k] ? Math.floor(r) + 1 : 0));
  const wrapped = new Float64Array(positions);
  const fractional = new Float64Array(3 * count);
  const cells = new Int32Array(3 * count);
  for (let i = 0; i < 3 * count; i += 3) {
    for (let k = 0; k < 3; k++) {
      const f =
        positions[i] * reciprocal[k] + positions[i + 1] * reciprocal[3 + k] + positions[i + 2] * reciprocal[6 + k];
      const cell = pbc[k] ? Math.floor(f) : 0;
      fractional[i + k] = f - cell;
      if (cell === 0) continue;
      cells[i + k] = cell;
      for (let c = 0; c < 3; c++) wrapped[i + c] -= cell * basis[3 * k + c];
    }
  }
  return { count, cutoff, wrapped, fractional, cells, reach, range, shifts: imageShifts(basis, range) };
}

function imageShifts(basis: Float64Array, range: number[]): Float64Array {
  const [ra, rb, rc] = range;
  const images = (2 * ra + 1) * (2 * rb + 1) * (2 * rc + 1);
  if (images > MOST_IMAGES) tooManyImages(images);
  const shifts = new Float64Array(3 * images);
  let at = 0;
  for (let a = -ra; a <= ra; a++) {
    for (let b = -rb; b <= rb; b++) {
      for (let c = -rc; c <= rc; c++) {
        for (let k = 0; k < 3; k++) shifts[at++] = a * basis[k] + b * basis[3 + k] + c * basis[6 + k];
      }
    }
  }
  return shifts;
}

function layGrid({ count, fractional, reach, range }: Frame): Grid {
  const low = range.map((r, k) => (r ? -reach[k] : Infinity));
  const high = range.map((r, k) => (r ? 1 + reach[k] : -Infinity));
  for (let k = 0; k < 3; k++) {
    if (range[k]) continue;
    for (let i = k; i < 3 * count; i += 3) {
      low[k] = Math.min(low[k], fractional[i]);
      high[k] = Math.max(high[k], fractional[i]);
    }
  }
  const inner = reach.map((r, k) => Math.max(1, Math.floor((high[k] - low[k]) / r)));
  // Wider bins where atoms are sparse: the grid must not outgrow the atoms.
  const most = 64 + 8 * count;
  while (inner[0] * inner[1] * inner[2] > most) {
    const widest = inner.indexOf(Math.max(...inner));
    inner[widest] = Math.ceil(inner[widest] / 2);
  }
  const scale = inner.map((n, k) => (high[k] > low[k] ? n / (high[k] - low[k]) : 0));
  return { shape: inner.map((n) => n + 2), low, scale };
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
  if (total > MOST_IMAGES) tooManyImages(total);
  return { bounds, total };
}

function enumerateImages(frame: Frame): Images {
  const { count, fractional, range } = frame;
  const grid = layGrid(frame);
  const { bounds, total } = imageBounds(frame);
  const atoms = new Int32Array(total);
  const codes = new Int32Array(total);
  const bins = new Int32Array(total);
  const home = new Int32Array(count);
  const { shape, low, scale } = grid;
  const bin = (f: number, k: number): number =>
    1 + Math.min(shape[k] - 3, Math.max(0, Math.floor((f - low[k]) * scale[k])));
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let a = bounds[6 * i]; a <= bounds[6 * i + 1]; a++) {
      const binA = bin(fractional[3 * i] + a, 0) * shape[1];
      const codeA = (a + range[0]) * (2 * range[1] + 1) + range[1];
      for (let b = bounds[6 * i + 2]; b <= bounds[6 * i + 3]; b++) {
        const binB = (binA + bin(fractional[3 * i + 1] + b, 1)) * shape[2];
        const codeB = (codeA + b) * (2 * range[2] + 1) + range[2];
        for (let c = bounds[6 * i + 4]; c <= bounds[6 * i + 5]; c++) {
          const binC = binB + bin(fractional[3 * i + 2] + c, 2);
          if (a === 0 && b === 0 && c === 0) home[i] = binC;
          atoms[at] = i;
          codes[at] = codeB + c;
          bins[at++] = binC;
        }
      }
    }
  }
  return { grid, atoms, codes, bins, home };
}

function sortIntoBins({ wrapped, shifts }: Frame, { grid, home, ...images }: Images): Bins {
  const { shape } = grid;
  const total = images.atoms.length;
  const starts = new Int32Array(shape[0] * shape[1] * shape[2] + 1);
  for (let m = 0; m < total; m++) starts[images.bins[m]]++;
  accumulate(starts);
  const atoms = new Int32Array(total);
  const codes = new Int32Array(total);
  const points = new Float64Array(3 * total);
  // From the back, so that each start moves down to where its bin begins and images keep their order.
  for (let m = total - 1; m >= 0; m--) {
    const to = --starts[images.bins[m]];
    const atom = images.atoms[m];
    const code = images.codes[m];
    atoms[to] = atom;
    codes[to] = code;
    for (let k = 0; k < 3; k++) points[3 * to + k] = wrapped[3 * atom + k] + shifts[3 * code + k];
  }
  return { shape, starts, home, atoms, codes, points };
}

/** Replaces counts by running totals: entry b becomes the sum of entries 0 to b. */
function accumulate(counts: Int32Array): void {
  let total = 0;
  for (let b = 0; b < counts.length; b++) {
    total += counts[b];
    counts[b] = total;
  }
}

function searchBins(frame: Frame, bins: Bins): Hits {
  const { count, wrapped, shifts } = frame;
  const { shape, starts, home, points } = bins;
  const limit = frame.cutoff * frame.cutoff;
  const roughLimit = limit * (1 + SLACK) + SLACK;
  const self = (shifts.length / 3 - 1) / 2;
  const found = new Int32Array(count + 1);
  let capacity = Math.ceil(1.2 * estimatePairs(frame, bins)) + 64;
  let atoms: Int32Array = new Int32Array(capacity);
  let codes: Int32Array = new Int32Array(capacity);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const x = wrapped[3 * i];
    const y = wrapped[3 * i + 1];
    const z = wrapped[3 * i + 2];
    for (let da = -1; da <= 1; da++) {
      for (let db = -1; db <= 1; db++) {
        // Bins that differ in their last coordinate only lie side by side: one run of three.
        const middle = home[i] + (da * shape[1] + db) * shape[2];
        const from = starts[middle - 1];
        const to = starts[middle + 2];
        if (at + to - from > capacity) {
          capacity = 2 * capacity + to - from;
          atoms = grown(atoms, capacity);
          codes = grown(codes, capacity);
        }
        for (let m = from; m < to; m++) {
          const dx = points[3 * m] - x;
          const dy = points[3 * m + 1] - y;
          const dz = points[3 * m + 2] - z;
          if (dx * dx + dy * dy + dz * dz > roughLimit) continue;
          const j = bins.atoms[m];
          const code = bins.codes[m];
          if (j === i && code === self) continue;
          // Measured as it is reported, which is the same to the last bit from either atom of the pair.
          const ex = wrapped[3 * j] - x + shifts[3 * code];
          const ey = wrapped[3 * j + 1] - y + shifts[3 * code + 1];
          const ez = wrapped[3 * j + 2] - z + shifts[3 * code + 2];
          if (ex * ex + ey * ey + ez * ez >= limit) continue;
          atoms[at] = j;
          codes[at++] = code;
        }
      }
    }
    found[i + 1] = at;
  }
  return { starts: found, atoms, codes };
}

/** Pairs to expect if the atoms filled their bins evenly. */
function estimatePairs({ count }: Frame, { shape, atoms }: Bins): number {
  const inner = (shape[0] - 2) * (shape[1] - 2) * (shape[2] - 2);
  const perBin = atoms.length / inner;
  const sphereInBins = (4 / 3) * Math.PI;
  return Math.min(count * perBin * sphereInBins, 2 ** 26);
}

function grown(values: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(values);
  return larger;
}

/** Turns hits of ascending i into rows sorted by neighbor: each hit (i, j, image) is the entry (j, i, −image) of row j. */
function assemble(frame: Frame, hits: Hits): NeighborList {
  const { count } = frame;
  const total = hits.starts[count];
  const last = frame.shifts.length / 3 - 1;
  const offsets = hits.starts;
  const indices = new Int32Array(total);
  const codes = new Int32Array(total);
  const next = offsets.slice(0, count);
  for (let i = 0; i < count; i++) {
    for (let m = offsets[i]; m < offsets[i + 1]; m++) {
      const to = next[hits.atoms[m]]++;
      indices[to] = i;
      codes[to] = last - hits.codes[m];
    }
  }
  sortImages(offsets, indices, codes);
  return { offsets, indices, ...measure(frame, offsets, indices, codes) };
}

/** Sorts the images of neighbors that occur more than once in a row. */
function sortImages(offsets: Int32Array, indices: Int32Array, codes: Int32Array): void {
  for (let i = 0; i + 1 < offsets.length; i++) {
    let from = offsets[i];
    for (let m = from + 1; m <= offsets[i + 1]; m++) {
      if (m < offsets[i + 1] && indices[m] === indices[from]) continue;
      if (m - from > 1) codes.subarray(from, m).sort();
      from = m;
    }
  }
}

function measure(
  { wrapped, cells, range, shifts }: Frame,
  offsets: Int32Array,
  indices: Int32Array,
  codes: Int32Array,
): Pick<NeighborList, 'images' | 'vectors' | 'distances'> {
  const total = indices.length;
  const images = new Int32Array(3 * total);
  const vectors = new Float64Array(3 * total);
  const distances = new Float64Array(total);
  const imageCells = listImages(range);
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let m = offsets[i]; m < offsets[i + 1]; m++) {
      const j = indices[m];
      const code = codes[m];
      const x = wrapped[3 * j] - wrapped[3 * i] + shifts[3 * code];
      const y = wrapped[3 * j + 1] - wrapped[3 * i + 1] + shifts[3 * code + 1];
      const z = wrapped[3 * j + 2] - wrapped[3 * i + 2] + shifts[3 * code + 2];
      vectors[3 * m] = x;
      vectors[3 * m + 1] = y;
      vectors[3 * m + 2] = z;
      distances[m] = Math.sqrt(x * x + y * y + z * z);
      images[3 * m] = imageCells[3 * code] + cells[3 * i] - cells[3 * j];
      images[3 * m + 1] = imageCells[3 * code + 1] + cells[3 * i + 1] - cells[3 * j + 1];
      images[3 * m + 2] = imageCells[3 * code + 2] + cells[3 * i + 2] - cells[3 * j + 2];
    }
  }
  return { images, vectors, distances };
}

/** The integers (a, b, c) of each image, in the order of their numbers. */
function listImages([ra, rb, rc]: number[]): Int32Array {
  const images: number[] = [];
  for (let a = -ra; a <= ra; a++) {
    for (let b = -rb; b <= rb; b++) {
      for (let c = -rc; c <= rc; c++) images.push(a, b, c);
    }
  }
  return Int32Array.from(images);
}

function requireFinitePositions(positions: Float64Array, count: number): void {
  if (positions.length !== 3 * count) {
    throw new InputError('positions', `${positions.length} numbers`, `3 for each of ${count} atoms`);
  }
  for (let i = 0; i < positions.length; i++) {
    if (Number.isFinite(positions[i])) continue;
    throw new InputError(`atom ${Math.floor(i / 3)}`, `position ${positions[i]}`, 'finite coordinates');
  }
}

function tooManyImages(images: number): never {
  throw new InputError('option cutoff', `${images} images of atoms within reach`, `at most ${MOST_IMAGES}`);
}

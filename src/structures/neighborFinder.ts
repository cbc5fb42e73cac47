import { requireFinite, requirePositive } from '../core/errors';
import { type Bins, binAlong, type Frame, fillBins, frameOf, SLACK } from './images';
import type { NeighborList } from './neighborList';
import type { Structure } from './structure';

/** Neighbors of points, 3 M numbers, Å, among the atoms that a finder was made for. */
export type NeighborFinder = (points: Float64Array) => Pick<NeighborList, 'offsets' | 'indices' | 'vectors'>;

/**
 * Finds the atoms closer than the cutoff to points that need not be atoms, periodic images included.
 *
 * Entries of a point, and vectors to the bit, are those that `neighborList` has for an atom there with respect to these
 * atoms. The atoms are sorted once: a point then takes 5 µs at 5 Å in silicon.
 *
 * @param cutoff Å; neighbors are at a distance below it
 * @throws InputError as `neighborList` does
 */
export function neighborFinder(structure: Structure, cutoff: number): NeighborFinder {
  requirePositive(cutoff, 'option cutoff');
  const frame = frameOf(structure, cutoff);
  const bins = fillBins(frame);
  return (points) => {
    requireFinite(points, 'points');
    const { wrapped, fractional } = frameOf({ ...structure, positions: points }, cutoff);
    const count = points.length / 3;
    const offsets = new Int32Array(count + 1);
    const found: number[] = [];
    for (let p = 0; p < count; p++) {
      const near = entriesNear(frame, bins, wrapped.subarray(3 * p, 3 * p + 3), fractional.subarray(3 * p, 3 * p + 3));
      found.push(...near.sort((a, b) => order(frame, bins, a, b)));
      offsets[p + 1] = found.length;
    }
    const vectors = new Float64Array(3 * found.length);
    for (let p = 0; p < count; p++) {
      for (let e = offsets[p]; e < offsets[p + 1]; e++) measure(frame, bins, found[e], wrapped, p, vectors, e);
    }
    return { offsets, indices: Int32Array.from(found, (entry) => bins.atoms[entry]), vectors };
  };
}

/** Entries of the bins closer than the cutoff to a point in the cell. */
function entriesNear(frame: Frame, bins: Bins, point: Float64Array, fractional: Float64Array): number[] {
  const { shape, starts } = bins;
  const [first, last] = [-1, 1].map((side) =>
    [0, 1, 2].map((k) => binAlong(bins, k, fractional[k] + side * (frame.reach[k] + SLACK))),
  );
  const limit = frame.cutoff ** 2;
  const vector = new Float64Array(3);
  const near: number[] = [];
  for (let a = first[0]; a <= last[0]; a++) {
    for (let b = first[1]; b <= last[1]; b++) {
      const column = (a * shape[1] + b) * shape[2];
      const to = starts[column + last[2] + 1];
      for (let entry = starts[column + first[2]]; entry < to; entry++) {
        measure(frame, bins, entry, point, 0, vector, 0);
        const [x, y, z] = vector;
        if (x * x + y * y + z * z < limit) near.push(entry);
      }
    }
  }
  return near;
}

/** Vector from point p to the atom of an entry, with the operations of `neighborList`, into row e. */
function measure(
  { wrapped, shifts }: Frame,
  { atoms, codes }: Bins,
  entry: number,
  points: Float64Array,
  p: number,
  vectors: Float64Array,
  e: number,
): void {
  const j = atoms[entry];
  const code = codes[entry];
  for (let c = 0; c < 3; c++) vectors[3 * e + c] = wrapped[3 * j + c] - points[3 * p + c] + shifts[3 * code + c];
}

/** By atom, then by image. */
function order({ ordered, images }: Frame, { atoms, codes }: Bins, a: number, b: number): number {
  if (atoms[a] !== atoms[b] || ordered) return atoms[a] - atoms[b] || codes[a] - codes[b];
  for (let k = 0; k < 3; k++) {
    const difference = images[3 * codes[a] + k] - images[3 * codes[b] + k];
    if (difference !== 0) return difference;
  }
  return 0;
}

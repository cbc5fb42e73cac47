import { neighborList } from '../neighborList';
import type { Structure } from '../structure';

/**
 * Neighbors within cutoff + skin (Å), good until an atom has moved by more than half the skin.
 *
 * Neighbor m of atom i, from `offsets[i]` to `offsets[i + 1]`, is at `positions[indices[m]] + shifts[m]`, of a lattice
 * vector in Å, for positions that are moved on from those given and never wrapped again.
 */
export class VerletList {
  offsets: Int32Array = new Int32Array(1);
  indices: Int32Array = new Int32Array(0);
  /** P × 3, Å. */
  shifts: Float64Array = new Float64Array(0);
  private built: Float64Array = new Float64Array(0);
  private readonly structure: Structure;
  private readonly range: number;
  private readonly allowed: number;

  /** Throws InputError as `neighborList` does, when first updated. */
  constructor(structure: Structure, cutoff: number, skin: number) {
    this.structure = structure;
    this.range = cutoff + skin;
    this.allowed = (skin / 2) ** 2;
  }

  /** Rebuilds the list if it is no longer valid for these positions (N × 3, Å); returns whether it did. */
  update(positions: Float64Array): boolean {
    if (this.holds(positions)) return false;
    const { lattice } = this.structure;
    const { offsets, indices, images } = neighborList({ ...this.structure, positions }, this.range);
    const shifts = new Float64Array(images.length);
    for (let m = 0; m < images.length; m += 3) {
      for (let k = 0; k < 3; k++) {
        if (images[m + k] === 0) continue;
        for (let c = 0; c < 3; c++) shifts[m + c] += images[m + k] * lattice[3 * k + c];
      }
    }
    this.offsets = offsets;
    this.indices = indices;
    this.shifts = shifts;
    this.built = positions.slice();
    return true;
  }

  private holds(positions: Float64Array): boolean {
    const { built, allowed } = this;
    if (built.length !== positions.length) return false;
    for (let i = 0; i < built.length; i += 3) {
      const x = positions[i] - built[i];
      const y = positions[i + 1] - built[i + 1];
      const z = positions[i + 2] - built[i + 2];
      // Written so that a coordinate that is no number fails it.
      if (!(x * x + y * y + z * z <= allowed)) return false;
    }
    return true;
  }
}

import { neighborList } from '../../../src/structures/neighborList';
import type { Structure } from '../../../src/structures/structure';
import { ReferenceBins } from './referenceBins';

/** Images are numbered a + 1024 b + 1024² c, so that the number of a sum is the sum of the numbers. */
const BASE = 1024;

/** The number of an image. */
export function imageNumber(a: number, b: number, c: number): number {
  return a + BASE * (b + BASE * c);
}

/** Displacement of a numbered image, Å, into `shifts` from `at` on. */
export function setShift(image: number, lattice: Float64Array, shifts: Float64Array, at: number): void {
  const c = Math.round(image / (BASE * BASE));
  const rest = image - c * BASE * BASE;
  const b = Math.round(rest / BASE);
  const a = rest - b * BASE;
  for (let k = 0; k < 3; k++) shifts[at + k] = a * lattice[k] + b * lattice[3 + k] + c * lattice[6 + k];
}

/**
 * Atoms within cutoff + skin (Å) of each other, put right atom by atom: what it costs to move some atoms does not
 * depend on how many there are.
 *
 * Holds for all pairs closer than the cutoff as long as no atom is farther than half the skin from its reference, the
 * place at which it was last listed. Entries of atom i are from `i * capacity` on, `counts[i]` of them.
 */
export class NearbyAtoms {
  capacity = 32;
  readonly counts: Int32Array;
  indices: Int32Array;
  /** Number of the image of each entry. */
  images: Int32Array;
  /** Its displacement, Å, three an entry. */
  shifts: Float64Array;
  /** Atoms whose entries have changed since somebody cleared this. */
  readonly changed: Set<number> = new Set();
  private readonly structure: Structure;
  private readonly range: number;
  private readonly allowed: number;
  private readonly reference: Float64Array;
  private readonly bins: ReferenceBins | undefined;

  /** @throws InputError as `neighborList` does */
  constructor(structure: Structure, cutoff: number, skin: number) {
    const atoms = structure.species.length;
    this.structure = structure;
    this.range = cutoff + skin;
    this.allowed = (skin / 2) ** 2;
    this.counts = new Int32Array(atoms);
    this.indices = new Int32Array(this.capacity * atoms);
    this.images = new Int32Array(this.capacity * atoms);
    this.shifts = new Float64Array(3 * this.capacity * atoms);
    this.reference = structure.positions.slice();
    this.listAll();
    this.bins = ReferenceBins.of(structure.lattice, this.reference, this.range);
  }

  /** Sees to it that the list holds for these positions of some atoms, or all; whether it did not. */
  update(positions: Float64Array, atoms?: Int32Array): boolean {
    let changed = false;
    const count = atoms?.length ?? this.counts.length;
    for (let m = 0; m < count; m++) {
      const i = atoms ? atoms[m] : m;
      if (this.near(i, positions)) continue;
      changed = true;
      if (this.bins === undefined) {
        this.reference.set(positions);
        this.listAll();
        break;
      }
      this.relist(i, positions);
    }
    return changed;
  }

  private near(i: number, positions: Float64Array): boolean {
    const { reference } = this;
    const x = positions[3 * i] - reference[3 * i];
    const y = positions[3 * i + 1] - reference[3 * i + 1];
    const z = positions[3 * i + 2] - reference[3 * i + 2];
    return x * x + y * y + z * z <= this.allowed;
  }

  private listAll(): void {
    const { offsets, indices, images } = neighborList({ ...this.structure, positions: this.reference }, this.range);
    this.counts.fill(0);
    for (let i = 0; i < this.counts.length; i++) this.changed.add(i);
    for (let i = 0; i + 1 < offsets.length; i++) {
      for (let e = offsets[i]; e < offsets[i + 1]; e++) {
        this.add(i, indices[e], imageNumber(images[3 * e], images[3 * e + 1], images[3 * e + 2]));
      }
    }
  }

  private relist(i: number, positions: Float64Array): void {
    const { reference, bins } = this;
    for (let e = i * this.capacity; e < i * this.capacity + this.counts[i]; e++) this.remove(this.indices[e], i);
    this.counts[i] = 0;
    this.changed.add(i);
    for (let c = 3 * i; c < 3 * i + 3; c++) reference[c] = positions[c];
    bins?.move(i);
    bins?.forEachNear(i, (j, image) => {
      this.add(i, j, image);
      this.add(j, i, -image);
    });
  }

  private remove(i: number, j: number): void {
    const { indices, images, shifts, counts } = this;
    for (let e = i * this.capacity; e < i * this.capacity + counts[i]; e++) {
      if (indices[e] !== j) continue;
      this.changed.add(i);
      const last = i * this.capacity + --counts[i];
      indices[e] = indices[last];
      images[e] = images[last];
      shifts.copyWithin(3 * e, 3 * last, 3 * last + 3);
      return;
    }
  }

  private add(i: number, j: number, image: number): void {
    if (this.counts[i] === this.capacity) this.grow();
    const e = i * this.capacity + this.counts[i]++;
    this.changed.add(i);
    this.indices[e] = j;
    this.images[e] = image;
    setShift(image, this.structure.lattice, this.shifts, 3 * e);
  }

  private grow(): void {
    const { capacity, indices, images, shifts, counts } = this;
    const larger = 2 * capacity;
    this.indices = new Int32Array(larger * counts.length);
    this.images = new Int32Array(larger * counts.length);
    this.shifts = new Float64Array(3 * larger * counts.length);
    for (let i = 0; i < counts.length; i++) {
      this.indices.set(indices.subarray(i * capacity, (i + 1) * capacity), i * larger);
      this.images.set(images.subarray(i * capacity, (i + 1) * capacity), i * larger);
      this.shifts.set(shifts.subarray(3 * i * capacity, 3 * (i + 1) * capacity), 3 * i * larger);
    }
    this.capacity = larger;
  }
}

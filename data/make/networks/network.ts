import type { Structure } from '../../../src/structures/structure';
import { imageNumber, setShift } from './nearbyAtoms';

/**
 * A network in which every atom has four bonds, through any images of a periodic cell; atoms are never wrapped.
 *
 * Slots 4i to 4i + 3 are the bonds of atom i.
 */
export class Network {
  readonly atoms: number;
  /** Bonded atom of each slot, 4N. */
  readonly neighbors: Int32Array;
  /** Number of its image, 4N. */
  readonly images: Int32Array;
  /** Displacement of that image, 4N × 3, Å. */
  readonly shifts: Float64Array;
  private readonly lattice: Float64Array;

  /**
   * @param neighbors 4N atoms
   * @param images cell vectors to add to each, 4N × 3
   */
  constructor(structure: Pick<Structure, 'lattice'>, neighbors: Int32Array, images: Int32Array) {
    this.atoms = neighbors.length / 4;
    this.lattice = structure.lattice;
    this.neighbors = neighbors.slice();
    this.images = new Int32Array(neighbors.length);
    this.shifts = new Float64Array(3 * neighbors.length);
    for (let s = 0; s < neighbors.length; s++) {
      this.set(s, neighbors[s], imageNumber(images[3 * s], images[3 * s + 1], images[3 * s + 2]));
    }
  }

  /** Whether a slot of atom i holds that image of atom j. */
  bonded(i: number, j: number, image: number): boolean {
    for (let s = 4 * i; s < 4 * i + 4; s++) if (this.neighbors[s] === j && this.images[s] === image) return true;
    return false;
  }

  /** The slot of the same bond at its other end. */
  back(slot: number): number {
    const i = slot >> 2;
    const from = 4 * this.neighbors[slot];
    for (let s = from; s < from + 4; s++)
      if (this.neighbors[s] === i && this.images[s] === -this.images[slot]) return s;
    throw new Error(`bond ${slot} of the network has one end`);
  }

  /**
   * The bond switch of Wooten, Winer & Weaire, Phys. Rev. Lett. 54, 1392 (1985), doi:10.1103/PhysRevLett.54.1392: of
   * the chain A–B–C–D, given by the slots B→A, B→C and C→D, breaks A–B and C–D and makes A–C and B–D. False, and
   * nothing changed, if it would join an atom to itself, or what is bonded already.
   */
  switchBonds(toA: number, toC: number, toD: number): boolean {
    const { neighbors, images } = this;
    const [a, b, c, d] = [neighbors[toA], toA >> 2, toD >> 2, neighbors[toD]];
    const aToC = images[toC] - images[toA];
    const bToD = images[toC] + images[toD];
    if (toA === toC || toD === this.back(toC) || a === c || b === d || a === d) return false;
    if (this.bonded(a, c, aToC) || this.bonded(b, d, bToD)) return false;
    const [fromA, fromD] = [this.back(toA), this.back(toD)];
    this.set(fromA, c, aToC);
    this.set(toA, d, bToD);
    this.set(toD, a, -aToC);
    this.set(fromD, b, -bToD);
    return true;
  }

  private set(slot: number, neighbor: number, image: number): void {
    this.neighbors[slot] = neighbor;
    this.images[slot] = image;
    setShift(image, this.lattice, this.shifts, 3 * slot);
  }
}

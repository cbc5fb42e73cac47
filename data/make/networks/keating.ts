import type { Structure } from '../../../src/structures/structure';
import { NearbyAtoms } from './nearbyAtoms';
import type { Network } from './network';

/** Silicon's bond, Å, and its square. */
export const BOND = 2.35;
const SQUARE = BOND * BOND;
/** Keating's constants of stretch and bend, eV/Å². */
const ALPHA = 2.965;
const BETA = 0.285 * ALPHA;
const STRETCH = ((3 / 32) * ALPHA) / SQUARE;
const BEND = ((3 / 8) * BETA) / SQUARE;
/** Atoms without a bond repel each other with REPULSION (range − r)³, Å and eV/Å³. */
export const REPULSION_RANGE = 3.2;
export const REPULSION = 1;
/** Longer than it must be: a list that holds for many switches costs less than it saves. */
const SKIN = 0.9;

/**
 * Keating's energy of a network (Phys. Rev. 145, 637 (1966), doi:10.1103/PhysRev.145.637) with a soft repulsion between
 * atoms without a bond, as in the networks that the cells of this package were made from (data/make/network.cpp):
 * Σ_bonds 3α/16d² (r² − d²)² + Σ_angles 3β/8d² (r·r' + d²/3)² + Σ_others (3.2 Å − r)³ eV/Å³.
 */
export class KeatingForces {
  /** Atoms that may come to repel each other. */
  readonly list: NearbyAtoms;
  private readonly network: Network;
  private readonly bond: Float64Array = new Float64Array(12);
  private readonly pull: Float64Array = new Float64Array(12);

  constructor(structure: Structure, network: Network) {
    this.network = network;
    this.list = new NearbyAtoms(structure, REPULSION_RANGE, SKIN);
  }

  /** Energy of all atoms, eV; sets `gradient` (N × 3), eV/Å. */
  whole(positions: Float64Array, gradient: Float64Array): number {
    this.list.update(positions);
    gradient.fill(0);
    let total = 0;
    for (let i = 0; i < this.network.atoms; i++) {
      total += this.bonds(i, positions, gradient) + this.repulsion(i, positions, gradient);
    }
    return total;
  }

  private bonds(i: number, positions: Float64Array, gradient: Float64Array): number {
    const { bond, pull } = this;
    const { neighbors, shifts } = this.network;
    const px = positions[3 * i];
    const py = positions[3 * i + 1];
    const pz = positions[3 * i + 2];
    let energy = 0;
    for (let b = 0; b < 12; b += 3) {
      const slot = 12 * i + b;
      const j = 3 * neighbors[4 * i + b / 3];
      const x = positions[j] - px + shifts[slot];
      const y = positions[j + 1] - py + shifts[slot + 1];
      const z = positions[j + 2] - pz + shifts[slot + 2];
      const stretch = x * x + y * y + z * z - SQUARE;
      energy += STRETCH * stretch * stretch;
      const radial = 4 * STRETCH * stretch;
      let gx = radial * x;
      let gy = radial * y;
      let gz = radial * z;
      for (let k = 0; k < b; k += 3) {
        const bend = x * bond[k] + y * bond[k + 1] + z * bond[k + 2] + SQUARE / 3;
        energy += BEND * bend * bend;
        const turn = 2 * BEND * bend;
        gx += turn * bond[k];
        gy += turn * bond[k + 1];
        gz += turn * bond[k + 2];
        pull[k] += turn * x;
        pull[k + 1] += turn * y;
        pull[k + 2] += turn * z;
      }
      bond[b] = x;
      bond[b + 1] = y;
      bond[b + 2] = z;
      pull[b] = gx;
      pull[b + 1] = gy;
      pull[b + 2] = gz;
    }
    this.pullAt(i, gradient);
    return energy;
  }

  private pullAt(i: number, gradient: Float64Array): void {
    const { pull } = this;
    const { neighbors } = this.network;
    let sx = 0;
    let sy = 0;
    let sz = 0;
    for (let b = 0; b < 4; b++) {
      const j = 3 * neighbors[4 * i + b];
      const x = pull[3 * b];
      const y = pull[3 * b + 1];
      const z = pull[3 * b + 2];
      gradient[j] += x;
      gradient[j + 1] += y;
      gradient[j + 2] += z;
      sx += x;
      sy += y;
      sz += z;
    }
    gradient[3 * i] -= sx;
    gradient[3 * i + 1] -= sy;
    gradient[3 * i + 2] -= sz;
  }

  /** Half of the repulsions of atom i. */
  private repulsion(i: number, positions: Float64Array, gradient: Float64Array): number {
    const { capacity, counts, indices, shifts } = this.list;
    const px = positions[3 * i];
    const py = positions[3 * i + 1];
    const pz = positions[3 * i + 2];
    const to = i * capacity + counts[i];
    let energy = 0;
    for (let e = i * capacity; e < to; e++) {
      const j = indices[e];
      const x = positions[3 * j] - px + shifts[3 * e];
      const y = positions[3 * j + 1] - py + shifts[3 * e + 1];
      const z = positions[3 * j + 2] - pz + shifts[3 * e + 2];
      const square = x * x + y * y + z * z;
      if (square >= REPULSION_RANGE * REPULSION_RANGE || this.joined(i, e)) continue;
      const r = Math.sqrt(square);
      const overlap = REPULSION_RANGE - r;
      energy += 0.5 * REPULSION * overlap * overlap * overlap;
      push(gradient, 3 * i, 3 * j, (-1.5 * REPULSION * overlap * overlap) / (r || 1), x, y, z);
    }
    return energy;
  }

  /** Whether entry e of the list of atom i is a bond. */
  private joined(i: number, e: number): boolean {
    return this.network.bonded(i, this.list.indices[e], this.list.images[e]);
  }
}

/** Adds to the gradients at `i` and `j` that of a pair with `slope` times the vector between them. */
function push(gradient: Float64Array, i: number, j: number, slope: number, x: number, y: number, z: number): void {
  gradient[j] += slope * x;
  gradient[j + 1] += slope * y;
  gradient[j + 2] += slope * z;
  gradient[i] -= slope * x;
  gradient[i + 1] -= slope * y;
  gradient[i + 2] -= slope * z;
}

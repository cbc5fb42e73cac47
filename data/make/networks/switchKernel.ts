/** The search for switches in single precision (assembly/), and its memory. */

import { Arena, createMemory, instantiateModule, type KernelMemory, moduleLoader } from '../../../src/core/wasm';
import type { NearbyAtoms } from './nearbyAtoms';
import type { Network } from './network';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface SwitchKernels {
  run(search: number, trials: number, kT: number): number;
  refresh(search: number, i: number): number;
  refreshRegion(search: number): number;
  measureRegion(search: number, a: number, b: number, c: number, d: number, shells: number): number;
}

/** Words of assembly/layout.ts: of a Search, a group of an atom's list and a pair. */
const SEARCH = { words: 30, random: 19, movable: 23, centers: 24, relaxed: 25, accepted: 26, slots: 27 };
const GROUP = 20;
const PAIR = 8;
/** Most atoms within three bonds of a chain of four, which may move, and within four, whose angles may change. */
const MOST_MOVABLE = 4 + 10 + 30 + 90;
const MOST_CENTERS = MOST_MOVABLE + 270;
/** Vectors of the descent, the last one for its numbers. */
const VECTORS = 5 + 2 * 6 + 1;
/** Displacement of the entries that fill up a group, Å: out of reach. */
const NOWHERE = 1e6;

const switchModule = moduleLoader(() => require('./wasmBinary.js'));

/** What a search found out. */
export interface Found {
  /** Switches tried, and those of them that were relaxed. */
  tried: number;
  relaxed: number;
  /** Slots B→A, B→C and C→D of the switch that was accepted. */
  accepted: [number, number, number] | undefined;
}

/** A network and its atoms in the kernels' memory. Changes other than accepted switches have to be passed to it. */
export class SwitchKernel {
  /** Rows (x, y, z, 0), Å. */
  readonly positions: Float32Array;
  /** Rows (x, y, z, 0), eV/Å; holds for the movable atoms of the latest region. */
  readonly gradient: Float32Array;
  /** Entries of the list that an atom has room for. */
  readonly capacity: number;
  private readonly kernels: SwitchKernels;
  private readonly address: number;
  private readonly words: Int32Array;
  private readonly region: Int32Array;
  private readonly counts: Int32Array;
  private readonly entries: Int32Array;
  private readonly shifts: Float32Array;

  /**
   * Takes the network's bonds; positions, energies and lists are to be set.
   *
   * @param capacity entries that the list of an atom must have room for
   * @param random state of a generator, four words
   * @throws Error if WebAssembly with SIMD does not run here
   */
  constructor(network: Network, lattice: Float64Array, capacity: number, random: ArrayLike<number>) {
    const { atoms } = network;
    const room = Math.ceil(capacity / 4);
    const places = place(atoms, room);
    const { buffer } = places.memory;
    this.kernels = instantiateModule(switchModule(false), places.memory) as SwitchKernels;
    this.capacity = 4 * room;
    this.address = places.search;
    this.words = new Int32Array(buffer, places.search, SEARCH.words);
    this.words.set([atoms, room, ...places.arrays, 16 * Math.min(atoms, MOST_MOVABLE)]);
    this.words.set(Array.from(random), SEARCH.random);
    const [positions, gradient, neighbors, images, shifts, , counts, groups, cell, region] = places.arrays;
    this.positions = new Float32Array(buffer, positions, 4 * atoms);
    this.gradient = new Float32Array(buffer, gradient, 4 * atoms);
    this.region = new Int32Array(buffer, region, Math.min(atoms, MOST_CENTERS));
    this.counts = new Int32Array(buffer, counts, atoms);
    this.entries = new Int32Array(buffer, groups, GROUP * room * atoms);
    this.shifts = new Float32Array(buffer, groups, GROUP * room * atoms);
    new Float64Array(buffer, cell, 9).set(lattice);
    new Int32Array(buffer, neighbors, 4 * atoms).set(network.neighbors);
    new Int32Array(buffer, images, 4 * atoms).set(network.images);
    const bonds = new Float32Array(buffer, shifts, 12 * atoms);
    network.shifts.forEach((x, k) => {
      const slot = Math.floor(k / 3);
      bonds[12 * (slot >> 2) + 4 * (k % 3) + (slot & 3)] = x;
    });
  }

  /** State of the generator. */
  get random(): Int32Array {
    return this.words.slice(SEARCH.random, SEARCH.random + 4);
  }

  /** The movable atoms of the latest region. */
  get movable(): Int32Array {
    return this.region.subarray(0, this.words[SEARCH.movable]);
  }

  /** Sets the positions of all atoms (N × 3, Å). */
  setPositions(positions: Float64Array): void {
    for (let i = 0; i < positions.length / 3; i++) {
      for (let c = 0; c < 3; c++) this.positions[4 * i + c] = positions[3 * i + c];
    }
  }

  /** Takes over the entries of some atoms' lists, at most `capacity` an atom. */
  setList({ capacity, counts, indices, images, shifts }: NearbyAtoms, atoms: Iterable<number>): void {
    for (const i of atoms) {
      const groups = Math.ceil(counts[i] / 4);
      this.counts[i] = groups;
      for (let k = 0; k < 4 * groups; k++) {
        const to = GROUP * ((i * this.capacity + k) >> 2) + (k & 3);
        const from = i * capacity + k;
        const is = k < counts[i];
        this.entries[to] = is ? indices[from] : i;
        this.entries[to + 4] = is ? images[from] : 0;
        for (let c = 0; c < 3; c++) this.shifts[to + 8 + 4 * c] = is ? shifts[3 * from + c] : NOWHERE;
      }
    }
  }

  /** Brings the energies of some atoms up to date; the change of their sum, eV. */
  refresh(atoms: Iterable<number>): number {
    let change = 0;
    for (const i of atoms) change += this.kernels.refresh(this.address, i);
    return change;
  }

  /** The same for all atoms whose energy the latest region may have changed, except by changes of their lists. */
  refreshRegion(): number {
    return this.kernels.refreshRegion(this.address);
  }

  /** Tries so many switches at kT, eV, or fewer if one is accepted. */
  search(trials: number, kT: number): Found {
    this.words[SEARCH.relaxed] = 0;
    const tried = this.kernels.run(this.address, trials, kT);
    const [toA, toC, toD] = this.words.subarray(SEARCH.slots);
    const accepted = this.words[SEARCH.accepted] === 1;
    return { tried, relaxed: this.words[SEARCH.relaxed], accepted: accepted ? [toA, toC, toD] : undefined };
  }

  /**
   * Energy of the region in which the atoms within `shells` bonds of four atoms can move, eV: changes by as much as the
   * energy of the whole when they do. Sets their rows of the gradient.
   */
  measureRegion([a, b, c, d]: readonly number[], shells: number): number {
    return this.kernels.measureRegion(this.address, a, b, c, d, shells);
  }
}

/** A memory and the arrays in it, in the order in which a Search names them. */
function place(atoms: number, room: number): { memory: KernelMemory; search: number; arrays: number[] } {
  const movable = Math.min(atoms, MOST_MOVABLE);
  const arena = new Arena();
  const search = arena.take(4 * SEARCH.words);
  const arrays = [
    ...[16, 16, 16, 16, 48, 4, 4, 4 * GROUP * room].map((bytes) => arena.take(bytes * atoms)),
    arena.take(72),
    arena.take(4 * Math.min(atoms, MOST_CENTERS)),
    arena.take(4 * atoms),
    arena.take(4 * atoms),
    arena.take(4 * PAIR * 4 * room * movable),
    arena.take(48),
    arena.take(16 * movable),
    arena.take(16 * movable * VECTORS),
  ];
  return { memory: createMemory(arena.size, false), search, arrays };
}

/** Where the search's arrays lie; ../switchKernel.ts writes a Search and the arrays. One search an instance. */

/** Bytes of a group of four entries of an atom's list: atoms, images, and x, y and z of the images' displacements. */
export const GROUP: usize = 80;
/** Bytes of a pair that repels: both atoms, and the displacement of the second one's image as (x, y, z, 0). */
export const PAIR: usize = 32;
/** Steps that the descent remembers. */
export const MEMORY: i32 = 6;

@unmanaged
export class Search {
  atoms: i32;
  /** Groups of entries that an atom's list has room for. */
  room: i32;
  /** Rows (x, y, z, 0) of all atoms, Å, and of the gradient, eV/Å. */
  positions: usize;
  gradient: usize;
  /** Bonded atom and number of its image by slot, 4N each. */
  neighbors: usize;
  images: usize;
  /** Displacements of the bonded images: by atom x, y and z of its four. */
  shifts: usize;
  /** Energy of each atom, eV. */
  energies: usize;
  /** Groups in the list of each atom, and the groups, `room` an atom. */
  counts: usize;
  groups: usize;
  /** The cell, nine in double precision. */
  lattice: usize;
  /** The region: the movable atoms first, then the other centers. */
  region: usize;
  /** Region in which each atom was last found, and was last movable. */
  found: usize;
  moving: usize;
  pairs: usize;
  /** Slot, atom and image of the four bonds of the last switch, as they were before. */
  undo: usize;
  /** Positions of the movable atoms before the switch. */
  saved: usize;
  /** What the descent needs, and the bytes of one vector of it. */
  vectors: usize;
  vectorBytes: usize;
  /** State of xoshiro128**. */
  random0: u32;
  random1: u32;
  random2: u32;
  random3: u32;
  /** Movable atoms and centers of the present region. */
  movable: i32;
  centers: i32;
  /** Trials that were relaxed. */
  relaxed: i32;
  /** Of the last search: whether a switch was accepted, and the slots B→A, B→C and C→D before it. */
  accepted: i32;
  toA: i32;
  toC: i32;
  toD: i32;
}

/** The search of this instance. */
export let search: Search = changetype<Search>(0);

export function begin(address: usize): void {
  search = changetype<Search>(address);
}

export function rowOf(rows: usize, i: i32): usize {
  return rows + ((<usize>i) << 4);
}

/** A word of an array of 32-bit integers. */
export function word(words: usize, k: i32): i32 {
  return load<i32>(words + ((<usize>k) << 2));
}

export function setWord(words: usize, k: i32, value: i32): void {
  store<i32>(words + ((<usize>k) << 2), value);
}

/** The atoms around a switch: those that move, and those at which an angle or a bond changes with them. */

import { sum4 } from '../../../../src/model/engines/assembly/math';
import { bondGradient } from './bonds';
import { rowOf, search, setWord, word } from './layout';
import { pairGradients } from './repulsions';
import { add, splat } from './vectors';

/** Mark of the atoms that have been seen. */
let label: i32 = 0;
/** First atom of the region whose bonds have not been followed. */
let followed: i32 = 0;

/** A region in which the atoms of a switch move alone. */
export function enclose(a: i32, b: i32, c: i32, d: i32): void {
  mark();
  followed = 0;
  search.centers = 0;
  join(a);
  join(b);
  join(c);
  join(d);
  grow();
}

function join(i: i32): void {
  if (see(i)) setWord(search.region, search.centers++, i);
}

/** From now on no atom has been seen. */
export function mark(): void {
  label++;
}

/** Whether an atom has not been seen before. */
export function see(i: i32): bool {
  if (word(search.found, i) === label) return false;
  setWord(search.found, i, label);
  return true;
}

/** Lets the atoms move that have been centers only, and makes centers of those bonded to them. */
export function grow(): void {
  search.movable = search.centers;
  for (; followed < search.movable; followed++) {
    const i = word(search.region, followed);
    for (let s = 4 * i; s < 4 * i + 4; s++) join(word(search.neighbors, s));
  }
}

/**
 * Energy of the angles at the region's centers, of half of their bonds and of the repulsions of its movable atoms, eV:
 * changes by as much as the energy of the whole while only these move. Sets the movable atoms' rows of the gradient and
 * leaves anything in those of the others.
 */
export function regionGradient(): f64 {
  const region = search.region;
  const gradient = search.gradient;
  const movable = search.movable;
  const centers = search.centers;
  for (let m = 0; m < movable; m++) v128.store(rowOf(gradient, word(region, m)), splat(0));
  let parts = splat(0);
  for (let m = 0; m < centers; m++) parts = add(parts, bondGradient(word(region, m)));
  return sum4(parts) + pairGradients();
}

/** Copies rows of the movable atoms from `m` on into a vector. */
export function gather(rows: usize, vector: usize, m: i32 = 0): void {
  for (; m < search.movable; m++) v128.store(rowOf(vector, m), v128.load(rowOf(rows, word(search.region, m))));
}

/** Copies a vector into the rows of the movable atoms. */
export function scatter(vector: usize, rows: usize): void {
  for (let m = 0; m < search.movable; m++) {
    v128.store(rowOf(rows, word(search.region, m)), v128.load(rowOf(vector, m)));
  }
}

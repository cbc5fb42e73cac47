/** Bonds and their switches, as in ../network.ts. */

import { search, setWord, word } from './layout';
import { bonded } from './repulsions';

/** What makes the three parts of an image's number, which may be negative, ten bits each. */
const BIAS: i32 = 512 * (1 + 1024 * (1 + 1024));

/** The atom that a slot holds. */
export function bondedAt(slot: i32): i32 {
  return word(search.neighbors, slot);
}

/** The slot of the same bond at its other end. */
export function back(slot: i32): i32 {
  const i = slot >> 2;
  const image = word(search.images, slot);
  let other = bondedAt(slot) << 2;
  while (bondedAt(other) !== i || word(search.images, other) !== -image) other++;
  return other;
}

/** Of the chain A–B–C–D breaks A–B and C–D and makes A–C and B–D; false, and nothing changed, if that is no network. */
export function switchBonds(toA: i32, toC: i32, toD: i32): bool {
  const a = bondedAt(toA);
  const b = toA >> 2;
  const c = toD >> 2;
  const d = bondedAt(toD);
  const aToC = word(search.images, toC) - word(search.images, toA);
  const bToD = word(search.images, toC) + word(search.images, toD);
  if (a === c || b === d || a === d || bonded(a, c, aToC) || bonded(b, d, bToD)) return false;
  const fromA = back(toA);
  const fromD = back(toD);
  replace(0, fromA, c, aToC);
  replace(1, toA, d, bToD);
  replace(2, toD, a, -aToC);
  replace(3, fromD, b, -bToD);
  return true;
}

/** Takes the last switch back. */
export function undo(): void {
  for (let k = 0; k < 12; k += 3) setBond(word(search.undo, k), word(search.undo, k + 1), word(search.undo, k + 2));
}

function replace(k: i32, slot: i32, neighbor: i32, image: i32): void {
  setWord(search.undo, 3 * k, slot);
  setWord(search.undo, 3 * k + 1, bondedAt(slot));
  setWord(search.undo, 3 * k + 2, word(search.images, slot));
  setBond(slot, neighbor, image);
}

function setBond(slot: i32, neighbor: i32, image: i32): void {
  setWord(search.neighbors, slot, neighbor);
  setWord(search.images, slot, image);
  const parts = image + BIAS;
  const a = <f64>((parts & 1023) - 512);
  const b = <f64>(((parts >> 10) & 1023) - 512);
  const c = <f64>((parts >> 20) - 512);
  const shift = search.shifts + 48 * <usize>(slot >> 2) + ((<usize>(slot & 3)) << 2);
  for (let k: usize = 0; k < 24; k += 8) {
    const lattice = search.lattice + k;
    const along = a * load<f64>(lattice) + b * load<f64>(lattice, 24) + c * load<f64>(lattice, 48);
    store<f32>(shift + 2 * k, <f32>along);
  }
}

/** Square of the displacement by way of one slot's bond and then `sign` times another's, Å². */
export function squareAlong(slot: i32, sign: f32, other: i32): f32 {
  let square: f32 = 0;
  for (let k = 0; k < 3; k++) {
    const way = along(slot, k) + sign * along(other, k);
    square += way * way;
  }
  return square;
}

/** Component k of a slot's bond, Å. */
function along(slot: i32, k: i32): f32 {
  const at = (<usize>k) << 2;
  const to = load<f32>(search.positions + ((<usize>bondedAt(slot)) << 4) + at);
  const from = load<f32>(search.positions + ((<usize>(slot >> 2)) << 4) + at);
  return to - from + load<f32>(search.shifts + 48 * <usize>(slot >> 2) + 4 * at + ((<usize>(slot & 3)) << 2));
}

/** From an atom to four others at once. */

import { rowOf, search } from './layout';
import { add, firsts, lower, mul, seconds, sub, upper } from './vectors';

// Of the four seen last, one to a lane, Å.
export let x: v128 = f32x4.splat(0);
export let y: v128 = f32x4.splat(0);
export let z: v128 = f32x4.splat(0);

/**
 * Sets the displacements from atom i.
 *
 * @param atoms where the four numbers of the others stand
 * @param shifts where the displacements of their images do: x of all four, then y, then z
 */
export function lookAt(i: i32, atoms: usize, shifts: usize): void {
  const own = rowOf(search.positions, i);
  const a = v128.load(rowOf(search.positions, load<i32>(atoms)));
  const b = v128.load(rowOf(search.positions, load<i32>(atoms, 4)));
  const c = v128.load(rowOf(search.positions, load<i32>(atoms, 8)));
  const d = v128.load(rowOf(search.positions, load<i32>(atoms, 12)));
  const ab = lower(a, b);
  const cd = lower(c, d);
  x = add(sub(firsts(ab, cd), v128.load32_splat(own)), v128.load(shifts));
  y = add(sub(seconds(ab, cd), v128.load32_splat(own, 4)), v128.load(shifts, 16));
  z = add(sub(firsts(upper(a, b), upper(c, d)), v128.load32_splat(own, 8)), v128.load(shifts, 32));
}

/** Squares of their lengths, Å². */
export function squaredLengths(): v128 {
  return add(mul(x, x), add(mul(y, y), mul(z, z)));
}

/** Keating's energy of one atom, its four bonds one to a lane. Constants as in ../keating.ts. */

import { lookAt, squaredLengths, x, y, z } from './displacements';
import { rowOf, search, word } from './layout';
import { add, firsts, lower, mul, next, opposite, previous, seconds, splat, sub, upper } from './vectors';

const SQUARE: f32 = 2.35 * 2.35;
const ALPHA: f32 = 2.965;
const STRETCH: f32 = ((3.0 / 32.0) * ALPHA) / SQUARE;
const BEND: f32 = ((3.0 / 8.0) * 0.285 * ALPHA) / SQUARE;

// Of the atom looked at last: the squares of its bonds' lengths less SQUARE, and what its angles deviate by: lane k has
// the angle between bonds k and k + 1, or k and k + 2.
let stretch: v128 = f32x4.splat(0);
let beside: v128 = f32x4.splat(0);
let across: v128 = f32x4.splat(0);

/** Energy of half a bond whose length squared is `square`, eV. */
export function halfBond(square: f32): f32 {
  return STRETCH * (square - SQUARE) * (square - SQUARE);
}

/** Energy of the angles at an atom and of half of its bonds, eV, in four parts. */
export function bondEnergy(i: i32): v128 {
  lookAt(i, search.neighbors + 16 * <usize>i, search.shifts + 48 * <usize>i);
  stretch = sub(squaredLengths(), splat(SQUARE));
  const third = splat(SQUARE / 3);
  beside = add(add(mul(x, next(x)), mul(y, next(y))), add(mul(z, next(z)), third));
  across = add(add(mul(x, opposite(x)), mul(y, opposite(y))), add(mul(z, opposite(z)), third));
  // Each angle across is in two lanes.
  const bends = add(mul(beside, beside), mul(splat(0.5), mul(across, across)));
  return add(mul(splat(STRETCH), mul(stretch, stretch)), mul(splat(BEND), bends));
}

/** The same, and its gradient added to the rows of the atom and of those bonded to it. */
export function bondGradient(i: i32): v128 {
  const energy = bondEnergy(i);
  const radial = mul(splat(4 * STRETCH), stretch);
  const after = mul(splat(2 * BEND), beside);
  const before = previous(after);
  const over = mul(splat(2 * BEND), across);
  const gx = add(add(mul(radial, x), mul(over, opposite(x))), add(mul(after, next(x)), mul(before, previous(x))));
  const gy = add(add(mul(radial, y), mul(over, opposite(y))), add(mul(after, next(y)), mul(before, previous(y))));
  const gz = add(add(mul(radial, z), mul(over, opposite(z))), add(mul(after, next(z)), mul(before, previous(z))));
  const xy = lower(gx, gy);
  const zero = lower(gz, splat(0));
  const xyAfter = upper(gx, gy);
  const zeroAfter = upper(gz, splat(0));
  const a = firsts(xy, zero);
  const b = seconds(xy, zero);
  const c = firsts(xyAfter, zeroAfter);
  const d = seconds(xyAfter, zeroAfter);
  const gradient = search.gradient;
  const neighbors = search.neighbors;
  pull(rowOf(gradient, word(neighbors, 4 * i)), a);
  pull(rowOf(gradient, word(neighbors, 4 * i + 1)), b);
  pull(rowOf(gradient, word(neighbors, 4 * i + 2)), c);
  pull(rowOf(gradient, word(neighbors, 4 * i + 3)), d);
  const own = rowOf(gradient, i);
  v128.store(own, sub(v128.load(own), add(add(a, b), add(c, d))));
  return energy;
}

function pull(row: usize, by: v128): void {
  v128.store(row, add(v128.load(row), by));
}

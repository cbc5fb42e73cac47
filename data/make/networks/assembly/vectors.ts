/** Four single-precision lanes: either (x, y, z, 0), or one coordinate of four atoms. */

export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Lane k holds lane k + 1. */
export function next(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 1, 2, 3, 0);
}

/** Lane k holds lane k + 2. */
export function opposite(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 2, 3, 0, 1);
}

/** Lane k holds lane k − 1. */
export function previous(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 3, 0, 1, 2);
}

/** Sum of the four lanes, in each of them. */
export function total(a: v128): v128 {
  const pairs = add(a, opposite(a));
  return add(pairs, next(pairs));
}

/** Lanes 0 of a and b, then lanes 1; with `upper`, half of the transposition of four rows. */
export function lower(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

/** Lanes 2 of a and b, then lanes 3. */
export function upper(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** Lower halves of a and b. */
export function firsts(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}

/** Upper halves of a and b. */
export function seconds(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3);
}

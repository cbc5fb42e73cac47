/**
 * Elementary functions on four single-precision lanes, by own minimax fits (Lawson's iteration in double precision).
 * Largest errors: tanh (any x) 4e-7, exp in [−87, 88] (clamped outside) and log of normal x 2e-7 relative; expm1 2e-7
 * of max(|eˣ − 1|, |x|); sin and cos of 2πu 2e-7.
 */

/** a·b + c; two roundings, as WebAssembly's fixed-width SIMD has no fused multiply-add (relaxed SIMD has). */
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

export function tanh4(value: v128): v128 {
  // pmin and pmax in this order keep NaN, and are one instruction each where min and max are five.
  const x = f32x4.pmax(f32x4.pmin(value, splat(8.5)), splat(-8.5));
  const t = f32x4.mul(x, x);
  let p = madd(splat(1.42691417e-8), t, splat(2.12509809e-5));
  p = madd(p, t, splat(3.53402297e-3));
  p = madd(p, t, splat(1.34132437e-1));
  p = madd(p, t, splat(9.99999988e-1));
  let q = madd(splat(8.14508776e-7), t, splat(3.34885847e-4));
  q = madd(q, t, splat(2.60227366e-2));
  q = madd(q, t, splat(4.67465664e-1));
  q = madd(q, t, splat(1.0));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** The integer k nearest to x / ln 2, as a float. */
function halvings(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, splat(<f32>Math.LOG2E)));
}

/** eʳ − 1 for r = x − k ln 2, |r| ≤ ½ ln 2; ln 2 is taken in two parts so that k ln 2 is exact. */
function reducedExpm1(x: v128, k: v128): v128 {
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, splat(0.693359375))), f32x4.mul(k, splat(-2.1219444e-4)));
  let p = madd(splat(1.3814602e-3), r, splat(8.3687153e-3));
  p = madd(p, r, splat(4.1668388e-2));
  p = madd(p, r, splat(1.66665206e-1));
  p = madd(p, r, splat(4.99999934e-1));
  return madd(f32x4.mul(r, r), p, r);
}

/** 2ᵏ for a float k in [−126, 127]. */
function powerOfTwo(k: v128): v128 {
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
}

function clampExponent(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, splat(88.0)), splat(-87.0));
}

export function exp4(value: v128): v128 {
  const x = clampExponent(value);
  const k = halvings(x);
  const scale = powerOfTwo(k);
  return madd(scale, reducedExpm1(x, k), scale);
}

export function expm14(value: v128): v128 {
  const x = clampExponent(value);
  const k = halvings(x);
  const scale = powerOfTwo(k);
  return madd(scale, reducedExpm1(x, k), f32x4.sub(scale, splat(1.0)));
}

/** Logistic function 1 / (1 + e⁻ˣ). */
export function sigmoid4(x: v128): v128 {
  return f32x4.div(splat(1.0), f32x4.add(splat(1.0), exp4(f32x4.neg(x))));
}

export function log4(x: v128): v128 {
  // Exponent and mantissa with the mantissa in [√½, √2): subtracting the bits of √½ moves the boundary there.
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const k = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(mantissa, splat(1.0));
  let p = madd(splat(-7.6345007e-2), f, splat(1.27615822e-1));
  p = madd(p, f, splat(-1.31601833e-1));
  p = madd(p, f, splat(1.42017574e-1));
  p = madd(p, f, splat(-1.66233572e-1));
  p = madd(p, f, splat(2.00012269e-1));
  p = madd(p, f, splat(-2.5000821e-1));
  p = madd(p, f, splat(3.33333317e-1));
  const square = f32x4.mul(f, f);
  const tail = madd(f32x4.mul(square, f), p, f32x4.mul(square, splat(-0.5)));
  return f32x4.add(f32x4.mul(k, splat(0.693359375)), f32x4.add(f, madd(k, splat(-2.1219444e-4), tail)));
}

/** sin 2πr, |r| ≤ ⅛. */
function sineOfTurn(r: v128): v128 {
  const t = f32x4.mul(r, r);
  let p = madd(splat(-75.3935742), t, splat(81.5923539));
  p = madd(p, t, splat(-41.3416615));
  p = madd(p, t, splat(6.28318529));
  return f32x4.mul(r, p);
}

/** cos 2πr, |r| ≤ ⅛. */
function cosineOfTurn(r: v128): v128 {
  const t = f32x4.mul(r, r);
  let p = madd(splat(59.229243), t, splat(-85.4432363));
  p = madd(p, t, splat(64.9393218));
  p = madd(p, t, splat(-19.7392087));
  return madd(p, t, splat(1.0));
}

/** cos (quarter = 0) or sin (quarter = 3) of 2πu for u in [0, 1]. */
export function circle4(u: v128, quarter: i32): v128 {
  const nearest = f32x4.nearest(f32x4.mul(u, splat(4.0)));
  const r = f32x4.sub(u, f32x4.mul(nearest, splat(0.25)));
  const q = i32x4.add(i32x4.trunc_sat_f32x4_s(nearest), i32x4.splat(quarter));
  // cos(2πr + q·π/2): odd q take the sine, q = 1 and 2 (mod 4) the minus sign.
  const odd = i32x4.ne(v128.and(q, i32x4.splat(1)), i32x4.splat(0));
  const value = v128.bitselect(sineOfTurn(r), cosineOfTurn(r), odd);
  const sign = i32x4.shl(v128.and(i32x4.add(q, i32x4.splat(1)), i32x4.splat(2)), 30);
  return v128.xor(value, sign);
}

/** Sum of the four lanes, in double precision. */
export function sum4(x: v128): f64 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** Four single-precision lanes. */

export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

export function square(x: v128): v128 {
  return f32x4.mul(x, x);
}

export function lane0(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 0, 0, 0, 0);
}

export function lane1(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 1, 1, 1, 1);
}

export function lane2(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 2, 2, 2, 2);
}

/** Inner product of (x, y, z, 0) vectors, in all lanes. */
export function dot(a: v128, b: v128): v128 {
  const p = mul(a, b);
  return add(lane0(p), add(lane1(p), lane2(p)));
}

export function cross(a: v128, b: v128): v128 {
  const p = mul(a, v128.shuffle<f32>(b, b, 1, 2, 0, 3));
  const q = mul(v128.shuffle<f32>(a, a, 1, 2, 0, 3), b);
  const c = sub(p, q);
  return v128.shuffle<f32>(c, c, 1, 2, 0, 3);
}

/** Inner products of the vector a with four (x, y, z). */
export function along(a: v128, x: v128, y: v128, z: v128): v128 {
  return add(mul(lane0(a), x), add(mul(lane1(a), y), mul(lane2(a), z)));
}

/** x² + y² + z². */
export function squares(x: v128, y: v128, z: v128): v128 {
  return add(square(x), add(square(y), square(z)));
}

/**
 * Messages along edges: m_i[c] += Σ_p g_p ∘ Σ_a M_p[c, a] u_j[a], channel by channel, up to l = 2.
 *
 * g_p is the radial filter of path p = (l of the sender, l of the edge's harmonics → l of the message), M_p the
 * coupling of the edge's harmonics (geometry.ts). Written out by hand: the features of four channels then stay in
 * registers, which loops over a table of couplings would pass through memory for each product.
 *
 * Order of paths: 000, 110, 220, 011, 101, 121, 211, 022, 112, 202, 222; up to l = 1: 000, 110, 011, 101; from scalars
 * alone: 000, 011, 022.
 */

import { madd } from '../../engines/assembly/math';
import { M011, M022, M110, M112, M121, M211, M220, M222 } from './geometry';

export function at(p: usize): v128 {
  return v128.load32_splat(p);
}

export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

export function addTo(p: usize, x: v128): void {
  v128.store(p, f32x4.add(v128.load(p), x));
}

/** Σₖ M[k] xₖ over three numbers that lie `step` bytes apart. */
export function dot3(p: usize, step: usize, x: v128, y: v128, z: v128): v128 {
  return madd(at(p + 2 * step), z, madd(at(p + step), y, mul(at(p), x)));
}

/** Over five. */
export function dot5(p: usize, step: usize, v: v128, w: v128, x: v128, y: v128, z: v128): v128 {
  return madd(at(p + 4 * step), z, madd(at(p + 3 * step), y, dot3(p, step, v, w, x)));
}

/** From scalars alone, as in the first layer. u0 (1 × row), x0, x1, x2 (1, 3, 5 × row); x2 is 0 up to l = 1. */
export function sendScalars(g: usize, m: usize, u0: usize, x0: usize, x1: usize, x2: usize, row: usize): void {
  for (let k: usize = 0; k < row; k += 16) {
    const s = v128.load(u0 + k);
    addTo(x0 + k, mul(v128.load(g + k), s));
    const v = mul(v128.load(g + row + k), s);
    for (let c: usize = 0; c < 3; c++) addTo(x1 + c * row + k, mul(at(m + M011 + 4 * c), v));
    if (!x2) continue;
    const t = mul(v128.load(g + 2 * row + k), s);
    for (let c: usize = 0; c < 5; c++) addTo(x2 + c * row + k, mul(at(m + M022 + 4 * c), t));
  }
}

/** Up to l = 1. */
export function sendVectors(g: usize, m: usize, u0: usize, u1: usize, x0: usize, x1: usize, row: usize): void {
  for (let k: usize = 0; k < row; k += 16) {
    const s = v128.load(u0 + k);
    const ax = v128.load(u1 + k);
    const ay = v128.load(u1 + row + k);
    const az = v128.load(u1 + 2 * row + k);
    const p = g + k;
    const scalar = mul(v128.load(p), s);
    addTo(x0 + k, madd(v128.load(p + row), dot3(m + M110, 4, ax, ay, az), scalar));
    const v = mul(v128.load(p + 2 * row), s);
    const same = v128.load(p + 3 * row);
    addTo(x1 + k, madd(same, ax, mul(at(m + M011), v)));
    addTo(x1 + row + k, madd(same, ay, mul(at(m + M011 + 4), v)));
    addTo(x1 + 2 * row + k, madd(same, az, mul(at(m + M011 + 8), v)));
  }
}

/** Up to l = 2. */
export function sendTensors(
  g: usize,
  m: usize,
  u0: usize,
  u1: usize,
  u2: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  row: usize,
): void {
  for (let k: usize = 0; k < row; k += 16) {
    const s = v128.load(u0 + k);
    const ax = v128.load(u1 + k);
    const ay = v128.load(u1 + row + k);
    const az = v128.load(u1 + 2 * row + k);
    const b0 = v128.load(u2 + k);
    const b1 = v128.load(u2 + row + k);
    const b2 = v128.load(u2 + 2 * row + k);
    const b3 = v128.load(u2 + 3 * row + k);
    const b4 = v128.load(u2 + 4 * row + k);
    const p = g + k;

    let sum = mul(v128.load(p), s);
    sum = madd(v128.load(p + row), dot3(m + M110, 4, ax, ay, az), sum);
    addTo(x0 + k, madd(v128.load(p + 2 * row), dot5(m + M220, 4, b0, b1, b2, b3, b4), sum));

    const v = mul(v128.load(p + 3 * row), s);
    const vv = v128.load(p + 4 * row);
    const vt = v128.load(p + 5 * row);
    const tv = v128.load(p + 6 * row);
    for (let c: usize = 0; c < 3; c++) {
      sum = madd(vv, v128.load(u1 + c * row + k), mul(at(m + M011 + 4 * c), v));
      sum = madd(vt, dot3(m + M121 + 12 * c, 4, ax, ay, az), sum);
      addTo(x1 + c * row + k, madd(tv, dot5(m + M211 + 20 * c, 4, b0, b1, b2, b3, b4), sum));
    }

    const t = mul(v128.load(p + 7 * row), s);
    const vvt = v128.load(p + 8 * row);
    const tt = v128.load(p + 9 * row);
    const ttt = v128.load(p + 10 * row);
    for (let c: usize = 0; c < 5; c++) {
      sum = madd(tt, v128.load(u2 + c * row + k), mul(at(m + M022 + 4 * c), t));
      sum = madd(vvt, dot3(m + M112 + 12 * c, 4, ax, ay, az), sum);
      addTo(x2 + c * row + k, madd(ttt, dot5(m + M222 + 20 * c, 4, b0, b1, b2, b3, b4), sum));
    }
  }
}

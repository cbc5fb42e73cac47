/**
 * Messages along edges: m_i[c] += Σ_p g_p ∘ Σ_a M_p[c, a] u_j[a], channel by channel, up to l = 2.
 *
 * g_p is the radial filter of path p = (l of the sender, l of the edge's harmonics → l of the message), M_p the
 * coupling of the edge's harmonics (geometry.ts). Written out by hand: the features of four channels then stay in
 * registers, which loops over a table of couplings would pass through memory for each product.
 *
 * Order of paths: 000, 110, 220, 011, 101, 121, 211, 022, 112, 202, 222; from scalars alone: 000, 011, 022.
 */

import { madd } from '../../../model/engines/assembly/math';
import { M011, M022, M110, M112, M121, M211, M220, M222 } from './geometry';
import { row as rowBytes } from './layout';

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

/** Over two numbers, at p and at q. */
function dot2(p: usize, q: usize, x: v128, y: v128): v128 {
  return madd(at(q), y, mul(at(p), x));
}

/** Over four, at these offsets from p. */
function dot4(p: usize, a: usize, b: usize, c: usize, d: usize, w: v128, x: v128, y: v128, z: v128): v128 {
  return madd(at(p + d), z, madd(at(p + c), y, madd(at(p + b), x, mul(at(p + a), w))));
}

/** From scalars alone, as in the first layer. u0 (1 × row), x0, x1, x2 (1, 3, 5 × row). */
export function sendScalars(g: usize, m: usize, u0: usize, x0: usize, x1: usize, x2: usize, row: usize): void {
  for (let k: usize = 0; k < row; k += 16) {
    const s = v128.load(u0 + k);
    addTo(x0 + k, mul(v128.load(g + k), s));
    const v = mul(v128.load(g + row + k), s);
    for (let c: usize = 0; c < 3; c++) addTo(x1 + c * row + k, mul(at(m + M011 + 4 * c), v));
    const t = mul(v128.load(g + 2 * row + k), s);
    for (let c: usize = 0; c < 5; c++) addTo(x2 + c * row + k, mul(at(m + M022 + 4 * c), t));
  }
}

/**
 * From features of all degrees. Without loops over c, and without the couplings that are zero for every direction,
 * which come of the zeros in Q_a (geometry.ts): takes half the time.
 */
export function sendAll(g: usize, m: usize, u0: usize, u1: usize, u2: usize, x0: usize, x1: usize, x2: usize): void {
  const row = rowBytes;
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
    let to = x1 + k;
    sum = madd(vt, dot3(m + M121, 4, ax, ay, az), madd(vv, ax, mul(at(m + M011), v)));
    addTo(to, madd(tv, dot4(m + M211, 0, 8, 12, 16, b0, b2, b3, b4), sum));
    to += row;
    sum = madd(vt, dot3(m + M121 + 12, 4, ax, ay, az), madd(vv, ay, mul(at(m + M011 + 4), v)));
    addTo(to, madd(tv, dot4(m + M211 + 20, 0, 4, 8, 16, b0, b1, b2, b4), sum));
    to += row;
    sum = madd(vt, dot3(m + M121 + 24, 4, ax, ay, az), madd(vv, az, mul(at(m + M011 + 8), v)));
    addTo(to, madd(tv, dot3(m + M211 + 44, 4, b1, b2, b3), sum));

    const t = mul(v128.load(p + 7 * row), s);
    const vvt = v128.load(p + 8 * row);
    const tt = v128.load(p + 9 * row);
    const ttt = v128.load(p + 10 * row);
    to = x2 + k;
    sum = madd(vvt, dot2(m + M112, m + M112 + 4, ax, ay), madd(tt, b0, mul(at(m + M022), t)));
    addTo(to, madd(ttt, dot4(m + M222, 0, 4, 8, 12, b0, b1, b2, b3), sum));
    to += row;
    sum = madd(vvt, dot2(m + M112 + 16, m + M112 + 20, ay, az), madd(tt, b1, mul(at(m + M022 + 4), t)));
    addTo(to, madd(ttt, dot5(m + M222 + 20, 4, b0, b1, b2, b3, b4), sum));
    to += row;
    sum = madd(vvt, dot3(m + M112 + 24, 4, ax, ay, az), madd(tt, b2, mul(at(m + M022 + 8), t)));
    addTo(to, madd(ttt, dot5(m + M222 + 40, 4, b0, b1, b2, b3, b4), sum));
    to += row;
    sum = madd(vvt, dot2(m + M112 + 36, m + M112 + 44, ax, az), madd(tt, b3, mul(at(m + M022 + 12), t)));
    addTo(to, madd(ttt, dot5(m + M222 + 60, 4, b0, b1, b2, b3, b4), sum));
    to += row;
    sum = madd(vvt, dot2(m + M112 + 48, m + M112 + 52, ax, ay), madd(tt, b4, mul(at(m + M022 + 16), t)));
    addTo(to, madd(ttt, dot4(m + M222 + 80, 4, 8, 12, 16, b1, b2, b3, b4), sum));
  }
}

/**
 * What an edge's vector alone decides: couplings of its spherical harmonics and radial functions, once for all layers.
 *
 * Harmonics are normalized to a mean square of 1 over the sphere; l = 1 is √3 (x, y, z), l = 2 is r̂ᵀ Q_a r̂ with the
 * symmetric traceless Q_a of √15 xy, √15 yz, ½√5 (3z² − 1), √15 xz, ½√15 (x² − y²). The coupling of path (l₁, l₂ → l₃)
 * is κ Σ_b ⟨Y_a Y_b Y_c⟩ Y_b(r̂), with κ such that the squares of κ ⟨Y_a Y_b Y_c⟩ sum to 2 l₃ + 1. With q_a = Q_a r̂
 * the sums close: e.g. ⟨Y_a Y_b Y_c⟩ = 8/105 tr Q_a Q_b Q_c for three l = 2.
 */

import { circle4 } from '../../../model/engines/assembly/math';

/** Offsets in bytes into an edge's record of couplings, M[c, a] row-major: c of the message, a of the sender. */
export const M110: usize = 0;
export const M220: usize = 12;
export const M011: usize = 32;
export const M121: usize = 44;
export const M211: usize = 80;
export const M022: usize = 140;
export const M112: usize = 160;
export const M222: usize = 220;
/** Bytes of a record. */
export const RECORD: usize = 320;

const ROOT3: f32 = 1.7320508;
const ROOT5: f32 = 2.236068;
const ROOT15: f32 = 3.8729833;
/** κ of 121, 211 (1/√2), 112 (√(5/6)) and 222 (√0.7), times the constants of their closed forms. */
const K121: f32 = 2.1213203;
const K211: f32 = 0.4898979;
const K112: f32 = 0.6324555;
const K222: f32 = 0.4780914;

/** Writes the record of the edge along (x, y, z), |r| > 0; `q` is a workspace of 15 floats. */
export function couple(record: usize, q: usize, x: f32, y: f32, z: f32): void {
  put3(record + M110, x, y, z);
  put3(record + M011, ROOT3 * x, ROOT3 * y, ROOT3 * z);
  const half: f32 = 0.5;
  put3(q, half * ROOT15 * y, half * ROOT15 * x, 0);
  put3(q + 12, 0, half * ROOT15 * z, half * ROOT15 * y);
  put3(q + 24, -half * ROOT5 * x, -half * ROOT5 * y, ROOT5 * z);
  put3(q + 36, half * ROOT15 * z, 0, half * ROOT15 * x);
  put3(q + 48, half * ROOT15 * x, -half * ROOT15 * y, 0);
  for (let a: usize = 0; a < 5; a++) {
    const harmonic = x * load<f32>(q + 12 * a) + y * load<f32>(q + 12 * a, 4) + z * load<f32>(q + 12 * a, 8);
    store<f32>(record + M022 + 4 * a, harmonic);
    store<f32>(record + M220 + 4 * a, harmonic / ROOT5);
  }
  put3(record + M121, K121 * (x * x - <f32>1 / 3), K121 * x * y, K121 * x * z);
  put3(record + M121 + 12, K121 * x * y, K121 * (y * y - <f32>1 / 3), K121 * y * z);
  put3(record + M121 + 24, K121 * x * z, K121 * y * z, K121 * (z * z - <f32>1 / 3));
  for (let a: usize = 0; a < 5; a++) {
    for (let c: usize = 0; c < 3; c++) {
      const value = load<f32>(q + 12 * a + 4 * c);
      store<f32>(record + M211 + 4 * (5 * c + a), K211 * value);
      store<f32>(record + M112 + 4 * (3 * a + c), K112 * value);
    }
  }
  for (let a: usize = 0; a < 5; a++) {
    for (let c: usize = 0; c < 5; c++) {
      const p = q + 12 * a;
      const r = q + 12 * c;
      let dot = load<f32>(p) * load<f32>(r) + load<f32>(p, 4) * load<f32>(r, 4) + load<f32>(p, 8) * load<f32>(r, 8);
      if (a === c) dot -= 2.5;
      store<f32>(record + M222 + 4 * (5 * a + c), K222 * dot);
    }
  }
}

function put3(p: usize, x: f32, y: f32, z: f32): void {
  store<f32>(p, x);
  store<f32>(p, y, 4);
  store<f32>(p, z, 8);
}

/**
 * Radial functions √2 sin(kπu) e(u), u = d/cutoff, k = 1 … count, times `scale`; e is the polynomial envelope of order
 * 6 (Gasteiger, Groß & Günnemann, ICLR 2020, arXiv:2003.03123), which falls to 0 at the cutoff with two derivatives.
 */
export function radialFunctions(target: usize, count: i32, u: f32, scale: f32): void {
  const u2 = u * u;
  const u6 = u2 * u2 * u2;
  const envelope = <f32>1 + u6 * (<f32>-28 + u * (<f32>48 - <f32>21 * u));
  // Not Mathf: its tables would be static data, which each thread that starts writes over the shared memory.
  const turns = f32x4.splat(<f32>0.5 * u);
  const sine = f32x4.extract_lane(circle4(turns, 3), 0);
  const twice = <f32>2 * f32x4.extract_lane(circle4(turns, 0), 0);
  const factor = <f32>Math.SQRT2 * scale * envelope;
  // sin (k + 1)φ = 2 cos φ sin kφ − sin (k − 1)φ
  let before: f32 = 0;
  let now = sine;
  for (let k = 0; k < count; k++) {
    store<f32>(target + ((<usize>k) << 2), factor * now);
    const next = twice * now - before;
    before = now;
    now = next;
  }
}

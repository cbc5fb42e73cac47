/** Gradients of messages.ts: by the sender's features (added to d0, d1, d2) and by the filters (written to dg). */

import { madd, splat } from '../../../model/engines/assembly/math';
import { M011, M022, M110, M112, M121, M211, M220, M222 } from './geometry';
import { addTo, at, dot3, dot5, mul } from './messages';

/** Of sendScalars; e0, e1, e2 are the gradients by the message. */
export function sendScalarsBack(
  g: usize,
  m: usize,
  u0: usize,
  e0: usize,
  e1: usize,
  e2: usize,
  d0: usize,
  dg: usize,
  row: usize,
): void {
  for (let k: usize = 0; k < row; k += 16) {
    const s = v128.load(u0 + k);
    const z0 = v128.load(e0 + k);
    const z1 = dot3(m + M011, 4, v128.load(e1 + k), v128.load(e1 + row + k), v128.load(e1 + 2 * row + k));
    v128.store(dg + k, mul(z0, s));
    v128.store(dg + row + k, mul(z1, s));
    const e = e2 + k;
    const z2 = dot5(
      m + M022,
      4,
      v128.load(e),
      v128.load(e + row),
      v128.load(e + 2 * row),
      v128.load(e + 3 * row),
      v128.load(e + 4 * row),
    );
    v128.store(dg + 2 * row + k, mul(z2, s));
    const sum = madd(v128.load(g + row + k), z1, mul(v128.load(g + k), z0));
    addTo(d0 + k, madd(v128.load(g + 2 * row + k), z2, sum));
  }
}

/** Of sendAll. */
export function sendAllBack(
  g: usize,
  m: usize,
  u0: usize,
  u1: usize,
  u2: usize,
  e0: usize,
  e1: usize,
  e2: usize,
  d0: usize,
  d1: usize,
  d2: usize,
  dg: usize,
  row: usize,
): void {
  for (let k: usize = 0; k < row; k += 16) {
    const p = g + k;
    const q = dg + k;
    const s = v128.load(u0 + k);
    const f0 = v128.load(e0 + k);
    const vx = v128.load(e1 + k);
    const vy = v128.load(e1 + row + k);
    const vz = v128.load(e1 + 2 * row + k);
    const t0 = v128.load(e2 + k);
    const t1 = v128.load(e2 + row + k);
    const t2 = v128.load(e2 + 2 * row + k);
    const t3 = v128.load(e2 + 3 * row + k);
    const t4 = v128.load(e2 + 4 * row + k);

    const z011 = dot3(m + M011, 4, vx, vy, vz);
    const z022 = dot5(m + M022, 4, t0, t1, t2, t3, t4);
    v128.store(q, mul(f0, s));
    v128.store(q + 3 * row, mul(z011, s));
    v128.store(q + 7 * row, mul(z022, s));
    let sum = mul(v128.load(p), f0);
    sum = madd(v128.load(p + 3 * row), z011, sum);
    addTo(d0 + k, madd(v128.load(p + 7 * row), z022, sum));

    let w110 = splat(0);
    let w101 = w110;
    let w121 = w110;
    let w112 = w110;
    const g110 = mul(v128.load(p + row), f0);
    const g101 = v128.load(p + 4 * row);
    const g121 = v128.load(p + 5 * row);
    const g112 = v128.load(p + 8 * row);
    for (let a: usize = 0; a < 3; a++) {
      const u = v128.load(u1 + a * row + k);
      const f = v128.load(e1 + a * row + k);
      const z121 = dot3(m + M121 + 12 * a, 4, vx, vy, vz);
      const z112 = dot5(m + M112 + 4 * a, 12, t0, t1, t2, t3, t4);
      const r = at(m + M110 + 4 * a);
      w110 = madd(r, u, w110);
      w101 = madd(f, u, w101);
      w121 = madd(z121, u, w121);
      w112 = madd(z112, u, w112);
      addTo(d1 + a * row + k, madd(g112, z112, madd(g121, z121, madd(g101, f, mul(r, g110)))));
    }
    v128.store(q + row, mul(w110, f0));
    v128.store(q + 4 * row, w101);
    v128.store(q + 5 * row, w121);
    v128.store(q + 8 * row, w112);

    let w220 = splat(0);
    let w211 = w220;
    let w202 = w220;
    let w222 = w220;
    const g220 = mul(v128.load(p + 2 * row), f0);
    const g211 = v128.load(p + 6 * row);
    const g202 = v128.load(p + 9 * row);
    const g222 = v128.load(p + 10 * row);
    for (let a: usize = 0; a < 5; a++) {
      const u = v128.load(u2 + a * row + k);
      const f = v128.load(e2 + a * row + k);
      const z211 = dot3(m + M211 + 4 * a, 20, vx, vy, vz);
      const z222 = dot5(m + M222 + 20 * a, 4, t0, t1, t2, t3, t4);
      const r = at(m + M220 + 4 * a);
      w220 = madd(r, u, w220);
      w211 = madd(z211, u, w211);
      w202 = madd(f, u, w202);
      w222 = madd(z222, u, w222);
      addTo(d2 + a * row + k, madd(g222, z222, madd(g202, f, madd(g211, z211, mul(r, g220)))));
    }
    v128.store(q + 2 * row, mul(w220, f0));
    v128.store(q + 6 * row, w211);
    v128.store(q + 9 * row, w202);
    v128.store(q + 10 * row, w222);
  }
}

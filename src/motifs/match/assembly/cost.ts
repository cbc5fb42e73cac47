/** The squared distance of a complete placement, in double precision. */

import { n, pointOf } from './layout';

/**
 * ‖X‖² + ‖X'‖² less twice the largest root of the quartic of ../singularSum.ts, by Newton's method from above, for the
 * rows `labels` of the one record on the rows `path` of the other, and the centroids on each other.
 */
export function placementCost(query: usize, labels: usize, record: usize, path: usize, reflections: bool): f64 {
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  let e: f64 = 0;
  let f: f64 = 0;
  let g: f64 = 0;
  let k: f64 = 0;
  let l: f64 = 0;
  let total: f64 = 0;
  for (let i = 0; i <= n; i++) {
    const row = pointOf(query, i < n ? load<i32>(labels + ((<usize>i) << 2)) : n);
    const at = pointOf(record, i < n ? load<i32>(path + ((<usize>i) << 2)) : n);
    const u = <f64>load<f32>(row);
    const v = <f64>load<f32>(row, 4);
    const w = <f64>load<f32>(row, 8);
    const x = <f64>load<f32>(at);
    const y = <f64>load<f32>(at, 4);
    const z = <f64>load<f32>(at, 8);
    total += u * u + v * v + w * w + x * x + y * y + z * z;
    a += u * x;
    b += u * y;
    c += u * z;
    d += v * x;
    e += v * y;
    f += v * z;
    g += w * x;
    k += w * y;
    l += w * z;
  }
  const minors =
    squares(e * l - f * k, f * g - d * l, d * k - e * g) +
    squares(b * l - c * k, a * l - c * g, a * k - b * g) +
    squares(b * f - c * e, a * f - c * d, a * e - b * d);
  const square = squares(a, b, c) + squares(d, e, f) + squares(g, k, l);
  const signed = a * (e * l - f * k) + b * (f * g - d * l) + c * (d * k - e * g);
  const determinant = reflections ? Math.abs(signed) : signed;
  let s = 0.5 * total;
  for (let iteration = 0; iteration < 60; iteration++) {
    const gap = s * s - square;
    const slope = 4 * s * gap - 8 * determinant;
    if (!(slope > 0)) break;
    const step = (gap * gap - 8 * determinant * s - 4 * minors) / slope;
    s -= step;
    if (step <= 1e-13 * s) break;
  }
  return Math.max(0, total - 2 * s);
}

function squares(x: f64, y: f64, z: f64): f64 {
  return x * x + y * y + z * z;
}

/** The squared distance of a complete placement, in double precision. */

import { n, pointOf } from './layout';

/**
 * ‖X‖² + ‖X'‖² less twice the largest root of f in ../singularSum.ts, by Newton's method from above, for the rows
 * `labels` of the one record on the rows `path` of the other, and the centroids on each other.
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
  const m0 = e * l - f * k;
  const m1 = f * g - d * l;
  const m2 = d * k - e * g;
  const n0 = b * l - c * k;
  const n1 = a * l - c * g;
  const n2 = a * k - b * g;
  const o0 = b * f - c * e;
  const o1 = a * f - c * d;
  const o2 = a * e - b * d;
  const first = m0 * m0 + m1 * m1 + m2 * m2 + n0 * n0 + n1 * n1 + n2 * n2;
  const cofactors = first + o0 * o0 + o1 * o1 + o2 * o2;
  const squares = a * a + b * b + c * c + d * d + e * e + f * f + g * g + k * k + l * l;
  let determinant = a * m0 + b * m1 + c * m2;
  if (reflections) determinant = Math.abs(determinant);
  let s = 0.5 * total;
  for (let round = 0; round < 60; round++) {
    const gap = s * s - squares;
    const slope = 4 * s * gap - 8 * determinant;
    if (!(slope > 0)) break;
    const step = (gap * gap - 8 * determinant * s - 4 * cofactors) / slope;
    s -= step;
    if (step <= 1e-13 * s) break;
  }
  return Math.max(0, total - 2 * s);
}

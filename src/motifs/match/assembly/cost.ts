/** The squared distance of a complete placement, in double precision. */

import { n, pointOf } from './layout';
import { determinant, largestRoot, setQuartic } from './quartic';

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
  setQuartic(a, b, c, d, e, f, g, k, l);
  const s = largestRoot(reflections ? Math.abs(determinant) : determinant, 0.5 * total);
  return Math.max(0, total - 2 * s);
}

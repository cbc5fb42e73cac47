/** Sum of the graphs' gradients, Adam (Kingma & Ba, arXiv:1412.6980) with clipping, and the moving average. */

import { madd, splat } from '../../engines/assembly/math';

/** The first of `count` gradients that follow each other becomes their sum; returns its norm. */
function sumGradients(gradients: usize, count: i32, bytes: usize): f64 {
  let squares: f64 = 0;
  for (let k: usize = 0; k < bytes; k += 16) {
    let sum = v128.load(gradients + k);
    for (let q = 1; q < count; q++) sum = f32x4.add(sum, v128.load(gradients + <usize>q * bytes + k));
    v128.store(gradients + k, sum);
    const square = f32x4.mul(sum, sum);
    squares += <f64>f32x4.extract_lane(square, 0) + <f64>f32x4.extract_lane(square, 1);
    squares += <f64>f32x4.extract_lane(square, 2) + <f64>f32x4.extract_lane(square, 3);
  }
  return sqrt(squares);
}

/** One step; returns the norm of the gradient before clipping. Moments follow each other. `step` counts from 1. */
export function adam(
  parameters: usize,
  moments: usize,
  gradients: usize,
  count: i32,
  size: i32,
  step: i32,
  rate: f32,
  clip: f32,
): f64 {
  const bytes = (<usize>size) << 2;
  const norm = sumGradients(gradients, count, bytes);
  const shrink = splat(norm > <f64>clip ? <f32>(<f64>clip / norm) : 1);
  const first = splat(<f32>(1 / (1 - Math.pow(0.9, <f64>step))));
  const second = splat(<f32>(1 / (1 - Math.pow(0.999, <f64>step))));
  for (let k: usize = 0; k < bytes; k += 16) {
    const g = f32x4.mul(v128.load(gradients + k), shrink);
    const m = madd(splat(0.9), v128.load(moments + k), f32x4.mul(splat(0.1), g));
    const v = madd(splat(0.999), v128.load(moments + bytes + k), f32x4.mul(splat(0.001), f32x4.mul(g, g)));
    v128.store(moments + k, m);
    v128.store(moments + bytes + k, v);
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(v, second)), splat(1e-8));
    const change = f32x4.div(f32x4.mul(splat(rate), f32x4.mul(m, first)), scale);
    v128.store(parameters + k, f32x4.sub(v128.load(parameters + k), change));
  }
  return norm;
}

/** a += weight (b − a). */
export function average(a: usize, b: usize, size: i32, weight: f32): void {
  const part = splat(weight);
  for (let k: usize = 0, bytes = (<usize>size) << 2; k < bytes; k += 16) {
    const x = v128.load(a + k);
    v128.store(a + k, madd(part, f32x4.sub(v128.load(b + k), x), x));
  }
}

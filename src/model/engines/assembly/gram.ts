/** Gram entries of a block of point sets, and the gradient through them. Points are x₀ y₀ z₀ x₁ …, a line each. */

import { madd, splat } from './math';
import { LINE, Network } from './network';

/** Normalized upper-triangle Gram entries of `scale` · points. */
export function normalizedGram(network: Network, points: usize, target: usize, scale: f32, width: usize): void {
  const n = network.atoms;
  const area = splat(scale * scale);
  for (let r: usize = 0; r < width; r += 16) {
    let entry = target + r;
    let scales = network.scales;
    for (let i = 0; i < n; i++) {
      let p = points + <usize>i * 3 * LINE + r;
      const x = v128.load(p);
      const y = v128.load(p, LINE);
      const z = v128.load(p, 2 * LINE);
      for (let j = i; j < n; j++, p += 3 * LINE, entry += LINE, scales += 8) {
        const dot = madd(z, v128.load(p, 2 * LINE), madd(y, v128.load(p, LINE), f32x4.mul(x, v128.load(p))));
        v128.store(entry, madd(dot, f32x4.mul(area, v128.load32_splat(scales)), v128.load32_splat(scales, 4)));
      }
    }
  }
}

/** Gradient by points of a loss whose gradient by {@link normalizedGram} is at `delta`; `target` is not `points`. */
export function gradientThroughGram(
  network: Network,
  points: usize,
  delta: usize,
  target: usize,
  scale: f32,
  width: usize,
): void {
  const n = network.atoms;
  // A diagonal entry holds its point twice.
  const diagonal = splat(2 * scale * scale);
  const offDiagonal = splat(scale * scale);
  for (let r: usize = 0; r < width; r += 16) {
    for (let i = 0; i < n; i++) {
      let x = splat(0);
      let y = x;
      let z = x;
      // Entry (0, i), then down the column to (i, i), then along the row.
      let entry = delta + r + <usize>i * LINE;
      let scales = network.scales + <usize>i * 8;
      for (let j = 0; j < n; j++) {
        const p = points + <usize>j * 3 * LINE + r;
        const scale = f32x4.mul(i === j ? diagonal : offDiagonal, v128.load32_splat(scales));
        const d = f32x4.mul(v128.load(entry), scale);
        x = madd(d, v128.load(p), x);
        y = madd(d, v128.load(p, LINE), y);
        z = madd(d, v128.load(p, 2 * LINE), z);
        const steps = <usize>(j < i ? n - 1 - j : <i32>1);
        entry += steps * LINE;
        scales += steps * 8;
      }
      const place = target + <usize>i * 3 * LINE + r;
      v128.store(place, x);
      v128.store(place, y, LINE);
      v128.store(place, z, 2 * LINE);
    }
  }
}

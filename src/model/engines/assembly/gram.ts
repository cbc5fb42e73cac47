/** Gram entries of a block of point sets, and the gradient through them. Points are x₀ y₀ z₀ x₁ …, a line each. */

import { madd, splat } from './math';
import { LINE, Network } from './network';

/** Normalized upper-triangle Gram entries of `scale` · points. */
export function normalizedGram(network: Network, points: usize, target: usize, scale: f32, width: usize): void {
  const n = network.atoms;
  const square = scale * scale;
  const diagonal = splat(square * network.inverseDiagonal);
  const shift = splat(-network.meanDiagonal * network.inverseDiagonal);
  const offDiagonal = splat(square * network.inverseOffDiagonal);
  const offShift = splat(-network.meanOffDiagonal * network.inverseOffDiagonal);
  for (let r: usize = 0; r < width; r += 16) {
    let entry = target + r;
    for (let i = 0; i < n; i++) {
      let p = points + <usize>i * 3 * LINE + r;
      const x = v128.load(p);
      const y = v128.load(p, LINE);
      const z = v128.load(p, 2 * LINE);
      const norm = madd(z, z, madd(y, y, f32x4.mul(x, x)));
      v128.store(entry, madd(norm, diagonal, shift));
      entry += LINE;
      for (let j = i + 1; j < n; j++) {
        p += 3 * LINE;
        const dot = madd(z, v128.load(p, 2 * LINE), madd(y, v128.load(p, LINE), f32x4.mul(x, v128.load(p))));
        v128.store(entry, madd(dot, offDiagonal, offShift));
        entry += LINE;
      }
    }
  }
}

/** Gradient by the points of a loss whose gradient by {@link normalizedGram} is at `delta`; `target` is not `points`. */
export function gradientThroughGram(
  network: Network,
  points: usize,
  delta: usize,
  target: usize,
  scale: f32,
  width: usize,
): void {
  const n = network.atoms;
  const square = scale * scale;
  // A diagonal entry holds its point twice.
  const diagonal = splat(2 * square * network.inverseDiagonal);
  const offDiagonal = splat(square * network.inverseOffDiagonal);
  for (let r: usize = 0; r < width; r += 16) {
    for (let i = 0; i < n; i++) {
      let x = splat(0);
      let y = x;
      let z = x;
      // Entry (0, i), then down the column to (i, i), then along the row.
      let entry = delta + r + <usize>i * LINE;
      for (let j = 0; j < n; j++) {
        const p = points + <usize>j * 3 * LINE + r;
        const d = f32x4.mul(v128.load(entry), i === j ? diagonal : offDiagonal);
        x = madd(d, v128.load(p), x);
        y = madd(d, v128.load(p, LINE), y);
        z = madd(d, v128.load(p, 2 * LINE), z);
        entry += j < i ? <usize>(n - 1 - j) * LINE : LINE;
      }
      const place = target + <usize>i * 3 * LINE + r;
      v128.store(place, x);
      v128.store(place, y, LINE);
      v128.store(place, z, 2 * LINE);
    }
  }
}

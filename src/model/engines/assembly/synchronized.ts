/**
 * The synchronized loss min_Q ‖X' − T Qᵀ‖² over rotations and reflections of a block of samples, T = X / scale.
 *
 * The best Q is the orthogonal polar factor of the 3×3 matrix M = X'ᵀ T, found by Newton's iteration
 * Q ← ½(γQ + Q⁻ᵀ/γ) with Higham's scaling (SIAM J. Sci. Stat. Comput. 7, 1160 (1986), doi:10.1137/0907079), in double
 * precision, two samples at a time. At the best Q the gradient by X' is 2(X' − T Qᵀ): Q's change is of second order.
 */

import { madd, splat } from './math';
import { LINE, Network } from './network';

/** Overwrites the output X' with the gradient times the sample weights; stores each sample's loss. */
export function synchronizedLoss(network: Network, scratch: usize, losses: usize, width: usize): void {
  const output = scratch + network.output;
  const points = scratch + network.positions;
  const matrix = scratch + network.workspace;
  const inverse = splat(<f32>1 / network.coordinateScale);
  const end = output + <usize>network.atoms * 3 * LINE;
  for (let r: usize = 0; r < width; r += 16) {
    correlate(output + r, points + r, end, matrix);
    polarFactor(matrix);
    const weight = f32x4.mul(splat(2), v128.load(scratch + network.weights + r));
    let total = splat(0);
    let q = points + r;
    for (let p = output + r; p < end; p += 3 * LINE, q += 3 * LINE) {
      const x = f32x4.mul(v128.load(q), inverse);
      const y = f32x4.mul(v128.load(q, LINE), inverse);
      const z = f32x4.mul(v128.load(q, 2 * LINE), inverse);
      for (let a: usize = 0; a < 3; a++) {
        const row = matrix + a * 48;
        const image = madd(z, v128.load(row, 32), madd(y, v128.load(row, 16), f32x4.mul(x, v128.load(row))));
        const place = p + a * LINE;
        const difference = f32x4.sub(v128.load(place), image);
        total = madd(difference, difference, total);
        v128.store(place, f32x4.mul(weight, difference));
      }
    }
    v128.store(losses + r, total);
  }
}

/** matrix[a][b] = Σ p_a q_b over points, four samples to a register. The scale of M does not matter to Q. */
function correlate(p: usize, q: usize, end: usize, matrix: usize): void {
  for (let k: usize = 0; k < 9; k++) v128.store(matrix + (k << 4), splat(0));
  for (; p < end; p += 3 * LINE, q += 3 * LINE) {
    for (let a: usize = 0; a < 3; a++) {
      const x = v128.load(p + a * LINE);
      const row = matrix + a * 48;
      v128.store(row, madd(x, v128.load(q), v128.load(row)));
      v128.store(row, madd(x, v128.load(q, LINE), v128.load(row, 16)), 16);
      v128.store(row, madd(x, v128.load(q, 2 * LINE), v128.load(row, 32)), 32);
    }
  }
}

/** Replaces nine single-precision registers by the polar factors of their four matrices. */
function polarFactor(matrix: usize): void {
  const low = matrix + 144;
  const high = low + 144;
  for (let k: usize = 0; k < 144; k += 16) {
    const m = v128.load(matrix + k);
    v128.store(low + k, f64x2.promote_low_f32x4(m));
    v128.store(high + k, f64x2.promote_low_f32x4(v128.shuffle<i32>(m, m, 2, 3, 2, 3)));
  }
  polarPair(low);
  polarPair(high);
  for (let k: usize = 0; k < 144; k += 16) {
    const a = f32x4.demote_f64x2_zero(v128.load(low + k));
    const b = f32x4.demote_f64x2_zero(v128.load(high + k));
    v128.store(matrix + k, v128.shuffle<i32>(a, b, 0, 1, 4, 5));
  }
}

function polarPair(m: usize): void {
  const cofactor = m + 288;
  const scale = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.sqrt(squares(m)), f64x2.splat(1e-150)));
  for (let k: usize = 0; k < 144; k += 16) v128.store(m + k, f64x2.mul(v128.load(m + k), scale));
  regularize(m, cofactor);
  for (let step = 0; step < 20; step++) {
    const determinant = cofactors(m, cofactor);
    const norm = squares(m);
    const ratio = f64x2.div(squares(cofactor), f64x2.mul(f64x2.mul(determinant, determinant), norm));
    const gamma = f64x2.sqrt(f64x2.sqrt(ratio));
    const a = f64x2.mul(f64x2.splat(0.5), gamma);
    const b = f64x2.div(f64x2.splat(0.5), f64x2.mul(gamma, determinant));
    for (let k: usize = 0; k < 144; k += 16) {
      const mean = f64x2.add(f64x2.mul(a, v128.load(m + k)), f64x2.mul(b, v128.load(cofactor + k)));
      v128.store(m + k, mean);
    }
    // ‖Q‖² = 3 and det² = 1 together mean three unit singular values; the step just done squared what was missing.
    const off = f64x2.add(
      f64x2.abs(f64x2.sub(norm, f64x2.splat(3))),
      f64x2.abs(f64x2.sub(f64x2.mul(determinant, determinant), f64x2.splat(1))),
    );
    if (i64x2.all_true(f64x2.lt(off, f64x2.splat(1e-8)))) return;
  }
}

/**
 * Makes a singular matrix invertible. The cofactor matrix has the same singular vectors, so adding it (with the sign of
 * the determinant) leaves the polar factor as it is and completes a matrix of rank 2; lower ranks, where Q is free in
 * two directions or more, need the identity.
 */
function regularize(m: usize, cofactor: usize): void {
  const determinant = cofactors(m, cofactor);
  const size = f64x2.add(f64x2.sqrt(squares(cofactor)), f64x2.splat(1e-150));
  const sign = v128.and(determinant, f64x2.splat(-0.0));
  const amount = v128.or(f64x2.div(f64x2.splat(1e-9), size), sign);
  for (let k: usize = 0; k < 144; k += 16) {
    let value = f64x2.add(v128.load(m + k), f64x2.mul(amount, v128.load(cofactor + k)));
    if (k % 64 === 0) value = f64x2.add(value, f64x2.splat(1e-12));
    v128.store(m + k, value);
  }
}

function squares(m: usize): v128 {
  let sum = f64x2.splat(0);
  for (let k: usize = 0; k < 144; k += 16) {
    const x = v128.load(m + k);
    sum = f64x2.add(sum, f64x2.mul(x, x));
  }
  return sum;
}

/** Writes the cofactor matrix; gives the determinant. */
function cofactors(m: usize, target: usize): v128 {
  minor(m, 16, 32, target);
  minor(m, 32, 0, target + 16);
  minor(m, 0, 16, target + 32);
  let determinant = f64x2.splat(0);
  for (let k: usize = 0; k < 48; k += 16) {
    determinant = f64x2.add(determinant, f64x2.mul(v128.load(m + k), v128.load(target + k)));
  }
  return determinant;
}

/** One column of cofactors, from the columns at a and b; rows are 48 bytes apart. */
function minor(m: usize, a: usize, b: usize, target: usize): void {
  const a0 = v128.load(m + a);
  const a1 = v128.load(m + a, 48);
  const a2 = v128.load(m + a, 96);
  const b0 = v128.load(m + b);
  const b1 = v128.load(m + b, 48);
  const b2 = v128.load(m + b, 96);
  v128.store(target, f64x2.sub(f64x2.mul(a1, b2), f64x2.mul(a2, b1)));
  v128.store(target, f64x2.sub(f64x2.mul(a2, b0), f64x2.mul(a0, b2)), 48);
  v128.store(target, f64x2.sub(f64x2.mul(a0, b1), f64x2.mul(a1, b0)), 96);
}

/** Products of row-major matrices in single precision; columns in multiples of 8. */

import { madd, splat } from '../../../model/engines/assembly/math';
import { interleaved } from './layout';

/** Rows of one pass of gemmTransposed: both operands' rows stay in the first-level cache. */
const PASS: i32 = 96;

/**
 * C (m × n) = or += A (m × k) · B (k × n). Four rows by eight columns at a time: eight sums stay in registers.
 *
 * The four rows of A are first interleaved, so that the inner loop reads them through one address: 5 to 10 % less time.
 */
export function gemm(c: usize, a: usize, b: usize, m: i32, k: i32, n: i32, add: bool): void {
  const aRow = (<usize>k) << 2;
  const bRow = (<usize>n) << 2;
  const end = interleaved + 4 * aRow;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    interleave(a + <usize>i * aRow, aRow, end);
    for (let j: usize = 0; j < bRow; j += 32) {
      const c0 = c + <usize>i * bRow + j;
      const c1 = c0 + bRow;
      const c2 = c1 + bRow;
      const c3 = c2 + bRow;
      let s00 = splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      if (add) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
        s20 = v128.load(c2);
        s21 = v128.load(c2, 16);
        s30 = v128.load(c3);
        s31 = v128.load(c3, 16);
      }
      let p = b + j;
      for (let q = interleaved; q < end; q += 16, p += bRow) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        let x = v128.load32_splat(q);
        s00 = madd(x, b0, s00);
        s01 = madd(x, b1, s01);
        x = v128.load32_splat(q, 4);
        s10 = madd(x, b0, s10);
        s11 = madd(x, b1, s11);
        x = v128.load32_splat(q, 8);
        s20 = madd(x, b0, s20);
        s21 = madd(x, b1, s21);
        x = v128.load32_splat(q, 12);
        s30 = madd(x, b0, s30);
        s31 = madd(x, b1, s31);
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
      v128.store(c2, s20);
      v128.store(c2, s21, 16);
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
  }
  for (; i < m; i++) gemmRow(c + <usize>i * bRow, a + <usize>i * aRow, b, aRow, bRow, add);
}

function interleave(a: usize, aRow: usize, end: usize): void {
  let p = interleaved;
  for (; p + 64 <= end; p += 64, a += 16) {
    const r0 = v128.load(a);
    const r1 = v128.load(a + aRow);
    const r2 = v128.load(a + 2 * aRow);
    const r3 = v128.load(a + 3 * aRow);
    let low = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
    let high = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
    v128.store(p, v128.shuffle<i64>(low, high, 0, 2));
    v128.store(p, v128.shuffle<i64>(low, high, 1, 3), 16);
    low = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
    high = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    v128.store(p, v128.shuffle<i64>(low, high, 0, 2), 32);
    v128.store(p, v128.shuffle<i64>(low, high, 1, 3), 48);
  }
  for (; p < end; p += 16, a += 4) {
    store<f32>(p, load<f32>(a));
    store<f32>(p, load<f32>(a + aRow), 4);
    store<f32>(p, load<f32>(a + 2 * aRow), 8);
    store<f32>(p, load<f32>(a + 3 * aRow), 12);
  }
}

function gemmRow(c: usize, a: usize, b: usize, aRow: usize, bRow: usize, add: bool): void {
  for (let j: usize = 0; j < bRow; j += 32) {
    let s0 = add ? v128.load(c + j) : splat(0);
    let s1 = add ? v128.load(c + j, 16) : splat(0);
    let p = b + j;
    for (let q: usize = 0; q < aRow; q += 4, p += bRow) {
      const x = v128.load32_splat(a + q);
      s0 = madd(x, v128.load(p), s0);
      s1 = madd(x, v128.load(p, 16), s1);
    }
    v128.store(c + j, s0);
    v128.store(c + j, s1, 16);
  }
}

/** C (k × n) += Aᵀ · B for A (m × k) and B (m × n): the gradient of a product by its right factor. */
export function gemmTransposed(c: usize, a: usize, b: usize, m: i32, k: i32, n: i32): void {
  const aRow = (<usize>k) << 2;
  const bRow = (<usize>n) << 2;
  for (let first = 0; first < m; first += PASS) {
    const rows = min(PASS, m - first);
    const from = a + <usize>first * aRow;
    const with_ = b + <usize>first * bRow;
    let i = 0;
    for (; i + 4 <= k; i += 4) {
      for (let j: usize = 0; j < bRow; j += 32) {
        tile(c + <usize>i * bRow + j, from + ((<usize>i) << 2), with_ + j, rows, aRow, bRow);
      }
    }
    for (; i < k; i++) tileRow(c + <usize>i * bRow, from + ((<usize>i) << 2), with_, rows, aRow, bRow);
  }
}

function tile(c: usize, a: usize, b: usize, rows: i32, aRow: usize, bRow: usize): void {
  const c1 = c + bRow;
  const c2 = c1 + bRow;
  const c3 = c2 + bRow;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  for (let r = 0; r < rows; r++, a += aRow, b += bRow) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a, 8);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a, 12);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

function tileRow(c: usize, a: usize, b: usize, rows: i32, aRow: usize, bRow: usize): void {
  for (let j: usize = 0; j < bRow; j += 32) {
    let s0 = v128.load(c + j);
    let s1 = v128.load(c + j, 16);
    let p = a;
    let q = b + j;
    for (let r = 0; r < rows; r++, p += aRow, q += bRow) {
      const x = v128.load32_splat(p);
      s0 = madd(x, v128.load(q), s0);
      s1 = madd(x, v128.load(q, 16), s1);
    }
    v128.store(c + j, s0);
    v128.store(c + j, s1, 16);
  }
}

/** Bᵀ (n × k) of B (k × n). */
export function transpose(target: usize, source: usize, k: i32, n: i32): void {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < n; j++) {
      store<f32>(target + ((<usize>(j * k + i)) << 2), load<f32>(source + ((<usize>(i * n + j)) << 2)));
    }
  }
}

/** Sums of the columns of B (m × n), added to c (n). */
export function addColumns(c: usize, b: usize, m: i32, n: i32): void {
  const row = (<usize>n) << 2;
  for (let j: usize = 0; j < row; j += 16) {
    let s = v128.load(c + j);
    for (let i = 0, p = b + j; i < m; i++, p += row) s = f32x4.add(s, v128.load(p));
    v128.store(c + j, s);
  }
}

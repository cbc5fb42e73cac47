/** The draws of training as ../engine.ts defines them, four samples to a register. */

import { circle4, log4, splat } from './math';
import { LINE } from './network';

function mix4(value: v128): v128 {
  let x = value;
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x21f0aaad));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(x, i32x4.shr_u(x, 15));
}

/** Writes the four key words of a step. */
export function streamKey(key: usize, low: u32, high: u32, step: u32): void {
  const words = i32x4.add(i32x4.splat(low), i32x4.mul(i32x4(1, 2, 3, 4), i32x4.splat(0x9e3779b9)));
  v128.store(key, mix4(v128.xor(mix4(v128.xor(mix4(words), i32x4.splat(high))), i32x4.splat(step))));
}

function start(key: usize, samples: v128): v128 {
  return mix4(v128.xor(v128.load32_splat(key), samples));
}

/** Writes `count` words of each sample of a block from `first` on: words[k][sample]. */
export function drawWords(key: usize, first: u32, count: i32, words: usize, width: usize): void {
  for (let r: usize = 0; r < width; r += 16) {
    const samples = i32x4.add(i32x4.splat(first + <u32>(r >> 2)), i32x4(0, 1, 2, 3));
    let a = start(key, samples);
    let b = start(key + 4, samples);
    let c = start(key + 8, samples);
    let d = start(key + 12, samples);
    let target = words + r;
    for (let k = 0; k < count; k++, target += LINE) {
      const fifth = i32x4.add(b, i32x4.shl(b, 2));
      const turned = v128.or(i32x4.shl(fifth, 7), i32x4.shr_u(fifth, 25));
      v128.store(target, i32x4.add(turned, i32x4.shl(turned, 3)));
      const t = i32x4.shl(b, 9);
      c = v128.xor(c, a);
      d = v128.xor(d, b);
      b = v128.xor(b, c);
      a = v128.xor(a, d);
      c = v128.xor(c, t);
      d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
    }
  }
}

/** A word scaled to an integer in [0, below). */
export function scaleWord(word: u32, below: u32): u32 {
  return <u32>((<u64>word * <u64>below) >> 32);
}

/** Shuffles items[begin … end) (i32) by the words at `word`, one a line; gives the address after the last. */
export function shuffle(items: usize, begin: i32, end: i32, word: usize): usize {
  for (let i = end - 1; i > begin; i--, word += LINE) {
    const p = items + ((<usize>i) << 2);
    const q = items + ((<usize>(begin + scaleWord(load<u32>(word), i - begin + 1))) << 2);
    const held = load<i32>(p);
    store<i32>(p, load<i32>(q));
    store<i32>(q, held);
  }
  return word;
}

/** Odd 24-bit fraction of a word, in (0, 1). */
function fraction(word: v128): v128 {
  const wide = f32x4.convert_i32x4_s(i32x4.shr_u(word, 9));
  return f32x4.mul(f32x4.add(wide, splat(0.5)), splat(1.1920929e-7));
}

/** Standard normals target[count] from words[2⌈count/2⌉], a line each. */
export function normals(words: usize, count: i32, target: usize, width: usize): void {
  for (let k = 0; k < count; k += 2) {
    for (let r: usize = 0; r < width; r += 16) {
      const word = words + <usize>k * LINE + r;
      const radius = f32x4.sqrt(f32x4.mul(splat(-2.0), log4(fraction(v128.load(word)))));
      const turn = fraction(v128.load(word, LINE));
      const place = target + <usize>k * LINE + r;
      v128.store(place, f32x4.mul(radius, circle4(turn, 0)));
      if (k + 1 < count) v128.store(place, f32x4.mul(radius, circle4(turn, 3)), LINE);
    }
  }
}

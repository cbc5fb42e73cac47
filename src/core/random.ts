import { InputError } from './errors';

/** A seeded source of random numbers; the same seed yields the same numbers on every platform. */
export interface Rng {
  /** The next 32 random bits, as an integer in [0, 2³²). */
  next(): number;
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, below), without modulo bias; `below` from 1 to 2³². */
  integer(below: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Shuffles `items[start … end)` in place (Fisher–Yates). */
  shuffle(items: Int32Array | number[], start?: number, end?: number): void;
  /** The state, for checkpoints: `createRng(state)` goes on from here. */
  state(): RngState;
}

/** Generator state: four words of xoshiro128** and the spare normal, if one is held. */
export interface RngState {
  words: [number, number, number, number];
  spare: number | null;
}

/** Either a seed (any finite number) or a generator to draw from. */
export type SeedOrRng = number | Rng;

/**
 * A generator from a seed, or going on from a saved state.
 *
 * xoshiro128** 1.1 seeded by splitmix32 (Blackman & Vigna, ACM Trans. Math. Softw. 47, 36 (2021), doi:10.1145/3460772).
 *
 * @throws InputError if the seed is not a finite number
 */
export function createRng(seed: number | RngState): Rng {
  if (typeof seed === 'number' ? !Number.isFinite(seed) : seed?.words?.length !== 4) {
    throw new InputError('seed', typeof seed === 'number' ? String(seed) : typeof seed, 'a finite number');
  }
  const s = new Uint32Array(typeof seed === 'number' ? seedWords(seed) : seed.words);
  let spare = typeof seed === 'number' ? null : seed.spare;

  function next(): number {
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }
  function uniform(): number {
    return next() / 4294967296;
  }
  function integer(below: number): number {
    let draw = next();
    // What lies beyond the last multiple of `below` are fewer than `below` words.
    if (draw >= 4294967296 - below) {
      const limit = 4294967296 - (4294967296 % below);
      while (draw >= limit) draw = next();
    }
    // The remainder: the quotient's rounding, some 2⁻⁵³ of it, reaches no integer. V8's % of doubles calls a function
    // that takes three times as long.
    return draw - Math.floor(draw / below) * below;
  }
  function normal(): number {
    if (spare !== null) {
      const held = spare;
      spare = null;
      return held;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  function shuffle(items: Int32Array | number[], start = 0, end: number = items.length): void {
    for (let i = end - 1; i > start; i--) {
      const j = start + integer(i - start + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
  }
  return { next, uniform, integer, normal, shuffle, state: () => ({ words: [s[0], s[1], s[2], s[3]], spare }) };
}

/** The generator itself, or a new one from a seed. Throws InputError if `source` is neither. */
export function asRng(source: SeedOrRng): Rng {
  if (typeof source === 'number') return createRng(source);
  if (typeof source?.normal !== 'function') {
    throw new InputError('seed', source === null ? 'null' : typeof source, 'a finite number or a generator');
  }
  return source;
}

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** Low and high 32 bits of a seed. */
export function seedHalves(seed: number): [number, number] {
  const [low, high] = new Uint32Array(new Float64Array([seed]).buffer);
  return [low, high];
}

/** Four words of a seed. */
export function seedWords(seed: number): [number, number, number, number] {
  const [low, high] = seedHalves(seed);
  const word = (k: number): number => mix(mix((low + Math.imul(k, 0x9e3779b9)) >>> 0) ^ high);
  return [word(1), word(2), word(3), word(4)];
}

/** The 32-bit finalizer of splitmix32: a bijection in which every input bit reaches every output bit. */
export function mix(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

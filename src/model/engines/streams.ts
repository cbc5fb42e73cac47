/**
 * The draws of training, the same integers in every engine.
 *
 * Sample s of step t draws from a stream of its own, so results depend neither on the order nor on the number of
 * threads, and a checkpoint needs no generator state beyond the step.
 *
 * - Key. The seed is a double; `low` and `high` are its 32-bit halves. With the finalizer
 *   mix(x): x ^= x >>> 16; x *= 0x21f0aaad; x ^= x >>> 15; x *= 0x735a2d97; x ^= x >>> 15  (mod 2³²)
 *   word k = 0 … 3 of the stream is
 *   mix(mix(mix(mix(low + (k + 1) · 0x9e3779b9) ^ high) ^ step) ^ sample):
 *   three of the four rounds are shared by a whole step ({@link streamKey}).
 * - Generator. xoshiro128** with these four words as its state (the generator of core/random).
 * - Integers below m: the high half of word · m (no rejection; the bias is below m · 2⁻³²).
 * - Order of draws: (1) the row, an integer below M; (2) the relabelling, Fisher–Yates from the identity, on one run
 *   of rows after the other; on start … end this is
 *   for i = end − 1 down to start + 1: swap entries i and start + integer(i − start + 1);
 *   (3) standard normals in pairs by Box–Muller, from u = ((word >>> 9) + ½) / 2²³, exact in single precision:
 *   √(−2 ln u₁) · cos 2πu₂, then · sin 2πu₂; the second of the last pair is dropped when the latent size is odd.
 */
import { createRng, mix, seedWords } from '../../core/random';

/** What is drawn for each sample of a batch. */
export interface DrawOptions {
  seed: number;
  /** Environments to choose from, M. */
  length: number;
  /** Neighbors per environment, n. */
  atoms: number;
  /** Where the runs of neighbors end that are relabelled among themselves. */
  runs: readonly number[];
  /** Normals per sample; 0 for a plain autoencoder. */
  latent: number;
}

/** The draws of one batch; rows are samples. */
export interface Draws {
  /** Environment of each sample. */
  rows: Int32Array;
  /** size × n: the new k-th neighbor is the old `permutations[k]`-th. */
  permutations: Int32Array;
  /** size × latent standard normals. */
  noise: Float32Array;
}

/** Low and high 32 bits of a seed. */
export function seedHalves(seed: number): [number, number] {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, seed);
  return [bits.getUint32(4), bits.getUint32(0)];
}

/** The part of the stream words that all samples of a step share. */
export function streamKey(seed: number, step: number): Uint32Array {
  return Uint32Array.from(seedWords(seed), (word) => mix(word ^ step));
}

/** The four generator words of a sample in the step of that key. */
export function streamWords(key: Uint32Array, sample: number): [number, number, number, number] {
  return [mix(key[0] ^ sample), mix(key[1] ^ sample), mix(key[2] ^ sample), mix(key[3] ^ sample)];
}

/** A word scaled to an integer in [0, below), below ≤ 2³²: the high half of the 64-bit product. */
export function scaleWord(word: number, below: number): number {
  const low = Math.floor(((word & 0xffff) * below) / 65536);
  return Math.floor(((word >>> 16) * below + low) / 65536);
}

/** Draws samples 0 … size − 1 of step `step`. */
export function drawBatch(options: DrawOptions, step: number, size: number): Draws {
  const { length, atoms, latent } = options;
  const key = streamKey(options.seed, step);
  const rows = new Int32Array(size);
  const permutations = new Int32Array(size * atoms);
  const noise = new Float32Array(size * latent);
  const { runs } = options;
  for (let s = 0; s < size; s++) {
    const { next } = createRng({ words: streamWords(key, s), spare: null });
    rows[s] = scaleWord(next(), length);
    for (let k = 0; k < atoms; k++) permutations[s * atoms + k] = k;
    runs.forEach((end, k) => {
      shuffle(permutations, s * atoms + (runs[k - 1] ?? 0), s * atoms + end, next);
    });
    normals(noise, s * latent, (s + 1) * latent, next);
  }
  return { rows, permutations, noise };
}

function shuffle(items: Int32Array, start: number, end: number, next: () => number): void {
  for (let i = end - 1; i > start; i--) {
    const j = start + scaleWord(next(), i - start + 1);
    const held = items[i];
    items[i] = items[j];
    items[j] = held;
  }
}

function normals(target: Float32Array, start: number, end: number, next: () => number): void {
  for (let k = start; k < end; k += 2) {
    const radius = Math.sqrt(-2 * Math.log(((next() >>> 9) + 0.5) / 8388608));
    const angle = (2 * Math.PI * ((next() >>> 9) + 0.5)) / 8388608;
    target[k] = radius * Math.cos(angle);
    if (k + 1 < end) target[k + 1] = radius * Math.sin(angle);
  }
}

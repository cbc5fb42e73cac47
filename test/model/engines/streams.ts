/**
 * The draws of training that src/model/engines/engine.ts defines, one sample after the other: the kernels have the same
 * integers, normals to 1e-6.
 */
import { createRng, mix, seedWords } from '../../../src/core/random';

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

import { InputError, requireInteger, requireOneOf } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { gramIndex, gramSize } from './gram';
import type { Motifs, PermutationMode } from './types';

/** Neighbors of the first shell of a tetrahedral network, which the mode 'shells' relabels among themselves. */
export const FIRST_SHELL = 4;

/**
 * Gram vector of the relabelled points: entry (i, j) of the result is entry (π(i), π(j)) of `gram`.
 *
 * With {@link permutePositions}: `gramVector(permutePositions(x, π))` equals `permuteGram(gramVector(x), π)`.
 *
 * @throws InputError if `permutation` is none, or `gram` is not of its n(n+1)/2 numbers
 */
export function permuteGram(gram: ArrayLike<number>, permutation: ArrayLike<number>): Float64Array {
  const n = requirePermutation(permutation);
  if (gram.length !== gramSize(n)) {
    throw new InputError('gram length', String(gram.length), `n(n+1)/2 = ${gramSize(n)}`);
  }
  const result = new Float64Array(gram.length);
  let k = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) result[k++] = gram[gramIndex(permutation[i], permutation[j], n)];
  }
  return result;
}

/**
 * The relabelled points, n×3: row i of the result is row π(i) of `positions`.
 *
 * @throws InputError if `permutation` is none, or `positions` does not hold 3n numbers
 */
export function permutePositions(positions: ArrayLike<number>, permutation: ArrayLike<number>): Float64Array {
  const n = requirePermutation(permutation);
  if (positions.length !== 3 * n) {
    throw new InputError('positions length', String(positions.length), `3n = ${3 * n}`);
  }
  const result = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 3; c++) result[3 * i + c] = positions[3 * permutation[i] + c];
  }
  return result;
}

/** The permutation that undoes `permutation`. Throws InputError if `permutation` is none. */
export function invertPermutation(permutation: ArrayLike<number>): Int32Array {
  const n = requirePermutation(permutation);
  const inverse = new Int32Array(n);
  for (let i = 0; i < n; i++) inverse[permutation[i]] = i;
  return inverse;
}

/**
 * A source of random relabellings of n neighbors, uniform over those its mode allows.
 *
 * 'none' gives the identity; 'shells' relabels the first four (the bonded ones) among themselves and the others among
 * themselves, 4!(n−4)! in all; 'all' gives all n!.
 *
 * @returns a function whose every call gives a fresh Int32Array of n
 */
export function permutationSampler(mode: PermutationMode, n: number, rng: SeedOrRng): () => Int32Array {
  requireOneOf(mode, ['none', 'shells', 'all'], 'option permutations');
  requireInteger(n, 'n', 1);
  const source = asRng(rng);
  return () => {
    const permutation = Int32Array.from({ length: n }, (_, i) => i);
    if (mode === 'all') source.shuffle(permutation);
    if (mode === 'shells') {
      const inner = Math.min(FIRST_SHELL, n);
      source.shuffle(permutation, 0, inner);
      source.shuffle(permutation, inner, n);
    }
    return permutation;
  };
}

/** The motifs with the neighbors of each relabelled by its own draw of {@link permutationSampler}. */
export function permuteEnvironments(motifs: Motifs, mode: PermutationMode, rng: SeedOrRng): Motifs {
  const { n, length } = motifs;
  const draw = permutationSampler(mode, n, rng);
  const positions = new Float64Array(motifs.positions.length);
  const species = motifs.species.slice();
  const neighbors = motifs.neighbors.slice();
  for (let m = 0; m < length; m++) {
    draw().forEach((from, to) => {
      for (let c = 0; c < 3; c++) positions[3 * (m * n + to) + c] = motifs.positions[3 * (m * n + from) + c];
      species[m * (n + 1) + 1 + to] = motifs.species[m * (n + 1) + 1 + from];
      neighbors[m * n + to] = motifs.neighbors[m * n + from];
    });
  }
  return { ...motifs, positions, species, neighbors };
}

/** Length of `permutation`, if it holds each of 0 … n−1 once, else throws InputError. */
function requirePermutation(permutation: ArrayLike<number>): number {
  const n = permutation.length;
  const seen = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const label = permutation[i];
    if (!Number.isInteger(label) || label < 0 || label >= n || seen[label] === 1) {
      throw new InputError(`permutation[${i}]`, String(label), `each of 0 … ${n - 1} once`);
    }
    seen[label] = 1;
  }
  return n;
}

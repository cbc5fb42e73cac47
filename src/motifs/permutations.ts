import { InputError, requireInteger, requireOneOf } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { takeRows } from '../core/rows';
import { elementRow } from './select';
import type { Motifs, PermutationMode } from './types';

/** Neighbors of the first shell of a tetrahedral network, which the mode 'shells' relabels among themselves. */
export const FIRST_SHELL = 4;

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
  return takeRows(Float64Array.from(positions), 3, permutation);
}

/**
 * Where the runs of rows end that a mode relabels among themselves; none for 'none'.
 *
 * Of one element: for 'shells' the first four (the bonded ones) and the rest, for 'all' all n. Of several elements: the
 * runs of equal symbols, for either.
 *
 * @param row symbols of the n neighbors; of one element if absent
 */
export function relabelledRuns(mode: PermutationMode, n: number, row?: readonly string[]): number[] {
  requireOneOf(mode, ['none', 'shells', 'all'], 'option permutations');
  requireInteger(n, 'n', 1);
  if (row && row.length !== n) throw new InputError('row', `${row.length} symbols`, `n = ${n}`);
  if (mode === 'none') return [];
  if (new Set(row).size > 1) {
    const symbols = row as readonly string[];
    return symbols.flatMap((symbol, k) => (symbols[k + 1] === symbol ? [] : [k + 1]));
  }
  return mode === 'shells' && n > FIRST_SHELL ? [FIRST_SHELL, n] : [n];
}

/**
 * A source of random relabellings of n neighbors, uniform over those its mode allows ({@link relabelledRuns}): 'none'
 * returns the identity, 'shells' one of 4!(n−4)!, 'all' one of n!; of several elements, like atoms only change places.
 *
 * @returns a function whose every call returns a fresh Int32Array of n
 */
export function permutationSampler(
  mode: PermutationMode,
  n: number,
  rng: SeedOrRng,
  row?: readonly string[],
): () => Int32Array {
  const ends = relabelledRuns(mode, n, row);
  const source = asRng(rng);
  return () => {
    const permutation = Int32Array.from({ length: n }, (_, i) => i);
    ends.forEach((end, k) => {
      source.shuffle(permutation, ends[k - 1] ?? 0, end);
    });
    return permutation;
  };
}

/**
 * The motifs with the neighbors of each relabelled by its own draw of {@link permutationSampler}.
 *
 * @throws InputError if the motifs differ in the elements of their rows
 */
export function permuteEnvironments(motifs: Motifs, mode: PermutationMode, rng: SeedOrRng): Motifs {
  const { n, length } = motifs;
  const draw = permutationSampler(mode, n, rng, mode === 'none' ? undefined : elementRow(motifs).slice(1));
  const labels = new Int32Array(length * n);
  for (let m = 0; m < length; m++) labels.set(draw(), m * n);
  return relabel(motifs, labels);
}

/** The motifs with row i of motif m replaced by its row labels[m·n + i], which is of the same element. */
export function relabel(motifs: Motifs, labels: Int32Array): Motifs {
  const rows = labels.map((label, k) => k - (k % motifs.n) + label);
  return {
    ...motifs,
    positions: takeRows(motifs.positions, 3, rows),
    neighbors: takeRows(motifs.neighbors, 1, rows),
  };
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

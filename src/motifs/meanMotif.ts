import { InputError, requireInteger } from '../core/errors';
import { match } from './match/match';
import { elementRow, environmentPositions } from './select';
import type { Motifs } from './types';

/** Motifs that the mean begins with, and how many of all are looked at from each. */
const STARTS = 10;
const FIRST_LOOK = 200;
/** Motifs that the best mean is taken over at last. */
const SECOND_LOOK = 2000;

/**
 * The mean motif: each motif relabelled, rotated and reflected to lie best on the mean, of which it is the mean.
 *
 * Generalized Procrustes analysis (J. C. Gower, Psychometrika 40, 33 (1975), doi:10.1007/BF02291478) with relabelling;
 * from ten motifs evenly spread over the set, keeping the mean that the motifs lie closest to. Nothing is random.
 *
 * @returns n×3, Å
 * @throws InputError if there are no motifs, or they differ in the elements of their rows
 */
export function meanMotif(motifs: Motifs): Float64Array {
  requireInteger(motifs.length, 'motifs.length', 1);
  const codes = elementCodes(elementRow(motifs).slice(1));
  const starts = spread(motifs.length, STARTS).map((k) =>
    refine(motifs, environmentPositions(motifs, k), FIRST_LOOK, 5, codes),
  );
  const best = starts.reduce((a, b) => (b.spread < a.spread ? b : a));
  return refine(motifs, best.mean, SECOND_LOOK, 3, codes).mean;
}

/**
 * Labels that lay each motif best on a reference, rotations and reflections allowed: row i of the relabelled motif m
 * is row labels[m·n + i] of the given one. Like atoms only change places.
 *
 * Unlike an order by distance, labels so chosen change little where a motif does, and unlike relabelled copies they
 * are one for each motif.
 *
 * @param positions M·n·3, Å
 * @param reference n×3, Å
 * @param symbols of the n rows, of either; of one element if absent
 * @returns M·n
 * @throws InputError if the lengths do not fit, or a number is not finite
 */
export function matchedLabels(
  positions: Float64Array,
  reference: Float64Array,
  symbols?: readonly string[],
): Int32Array {
  const size = reference.length;
  if (positions.length % size !== 0) {
    throw new InputError('positions length', String(positions.length), `a multiple of ${size}, as of the reference`);
  }
  const codes = elementCodes(symbols);
  const labels = new Int32Array(positions.length / 3);
  for (let at = 0; at < positions.length; at += size) {
    labels.set(lay(reference, positions.subarray(at, at + size), codes).permutation, at / 3);
  }
  return labels;
}

function lay(reference: Float64Array, x: Float64Array, codes: number[] | undefined): ReturnType<typeof match> {
  return match(reference, x, { reflections: true, species: codes && [codes, codes] });
}

/** The mean after some rounds of laying motifs on it, and how far they lie from the last but one. */
function refine(
  motifs: Motifs,
  start: Float64Array,
  look: number,
  rounds: number,
  codes: number[] | undefined,
): { mean: Float64Array; spread: number } {
  let mean = start;
  let squares = 0;
  const members = spread(motifs.length, look);
  for (let round = 0; round < rounds; round++) {
    const sum = new Float64Array(mean.length);
    squares = 0;
    for (const k of members) {
      const { moved, rmsd } = lay(mean, environmentPositions(motifs, k), codes);
      squares += rmsd ** 2;
      for (let i = 0; i < sum.length; i++) sum[i] += moved[i] / members.length;
    }
    mean = sum;
  }
  return { mean, spread: squares };
}

/** At most `count` of 0 … length − 1, evenly spread. */
function spread(length: number, count: number): number[] {
  const taken = Math.min(length, count);
  return Array.from({ length: taken }, (_, k) => Math.floor((k * length) / taken));
}

/** A number for each symbol, the same for like ones; none where all are alike or unknown. */
export function elementCodes(symbols: readonly string[] = []): number[] | undefined {
  return new Set(symbols).size > 1 ? symbols.map((symbol) => symbols.indexOf(symbol)) : undefined;
}

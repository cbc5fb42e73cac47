import { InputError } from '../../core';
import type { DecodedMotifs } from '../../generate';
import { gramDistances } from '../structure/grams';
import { pairDistances } from '../structure/motifs';

/** What placing atoms does to the distances between neighbors. */
export interface ProjectionEffect {
  /** Distances as the decoded Gram matrices have them, Å: M × n(n−1)/2, pairs i < j row-major. */
  decoded: Float64Array;
  /** The same of the atoms, Å. */
  placed: Float64Array;
  /** Root mean square of the change, Å. */
  change: number;
  /** Fraction of the distances that become shorter. */
  shortened: number;
}

/**
 * Distances between neighbors before and after decoded Gram matrices become atoms, by projection on three dimensions.
 *
 * @throws InputError if there are no distances
 */
export function projectionEffect(motifs: Pick<DecodedMotifs, 'n' | 'grams' | 'positions'>): ProjectionEffect {
  const decoded = gramDistances(motifs.grams, motifs.n).pairs;
  const placed = pairDistances(motifs.positions, motifs.n);
  const shorter = placed.reduce((sum, distance, k) => sum + (distance < decoded[k] ? 1 : 0), 0);
  return { decoded, placed, change: rmsDifference(decoded, placed), shortened: shorter / placed.length };
}

/** Root mean square difference of two samples, pair by pair. Throws {@link InputError} on other or no lengths. */
export function rmsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) {
    throw new InputError('second sample', `${b.length} values`, `${a.length || 'at least one'}, as the first`);
  }
  let squares = 0;
  for (let k = 0; k < a.length; k++) squares += (a[k] - b[k]) ** 2;
  return Math.sqrt(squares / a.length);
}

import { InputError } from '../../core';
import { type NearestMotifsOptions, nearestMotifs } from '../../motifs/match/nearest';
import { sortedQuantile } from '../statistics/moments';

/** How far generated motifs are from those the model was trained on. */
export interface Novelty {
  /** Distance of each generated motif to the nearest training motif, Å. */
  generated: Float64Array;
  /** The same of each held-out motif: what new motifs of the same material have. */
  heldOut: Float64Array;
  /** Medians of the two, Å. */
  median: { generated: number; heldOut: number };
  /** Part of the generated motifs nearer to a training motif than 99 % of the held-out ones are; 0.01 is expected. */
  memorized: number;
}

/**
 * Novelty and memorization: distance (rmsd of `match`) to the nearest training motif, of generated motifs and of
 * held-out ones, all M × n × 3, Å. Generated well below held-out means copying, well above means motifs unlike any.
 *
 * Throws {@link InputError} if a set is empty.
 */
export function novelty(
  generated: Float64Array,
  training: Float64Array,
  heldOut: Float64Array,
  n: number,
  options: NearestMotifsOptions = {},
): Novelty {
  if (generated.length === 0) throw new InputError('generated', 'no motifs', 'at least one motif');
  if (heldOut.length === 0) throw new InputError('heldOut', 'no motifs', 'at least one motif');
  const a = nearestMotifs(generated, training, n, options).distances;
  const b = nearestMotifs(heldOut, training, n, options).distances;
  const sorted = b.slice().sort();
  const close = sortedQuantile(sorted, 0.01);
  return {
    generated: a,
    heldOut: b,
    median: { generated: sortedQuantile(a.slice().sort(), 0.5), heldOut: sortedQuantile(sorted, 0.5) },
    memorized: a.filter((distance) => distance < close).length / a.length,
  };
}

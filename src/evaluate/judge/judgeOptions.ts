import type { Bonds } from '../../structures/bonds';
import type { Potential } from '../../structures/potential';

/** Options of `motifJudge`; a material has usual limits (`material('silicon').limits`). */
export interface JudgeOptions {
  /** Of all that is drawn; default 0. */
  seed?: number;
  /** Bootstrap resamples; default 1,000. */
  resamples?: number;
  /** Of the bootstrap intervals; default 0.95. */
  level?: number;
  /** What the bootstrap draws: whole cells of a set that has several, else motifs (default), or always motifs. */
  resample?: 'cells' | 'motifs';
  /** Larger sets are cut down to so many, at random, because recall and the classifiers depend on it; default 2,000. */
  motifs?: number;
  /** Judged motifs whose nearest training motif is sought, which takes the longest; default 500, 0 for none. */
  novelty?: number;
  /** By default the first minima of the distances from the centers of the held-out motifs. */
  bonds?: Bonds;
  /** Atoms of a valid motif are no closer, Å; by default nine tenths of the least distance in the held-out motifs. */
  minDistance?: number;
  /** Fewest and most bonds of a valid motif's center; by default those that 1 % of the held-out motifs have. */
  coordination?: [number, number];
  /** Of the central atom's energy; without it there are no energies. */
  potential?: Potential;
}

/** Every option of a judgement, settled. */
export type Settings = Required<Omit<JudgeOptions, 'potential'>> & Pick<JudgeOptions, 'potential'>;

/** Names of {@link JudgeOptions}. */
export const JUDGE_OPTIONS: readonly string[] = [
  ...['seed', 'resamples', 'level', 'resample', 'motifs', 'novelty'],
  ...['bonds', 'minDistance', 'coordination', 'potential'],
];

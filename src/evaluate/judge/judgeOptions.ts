import { requireInteger, requireKnownOptions, requireOneOf, requirePositive } from '../../core';
import { SILICON_BOND_CUTOFF } from '../structure/bonds';
import { STILLINGER_WEBER_SILICON, type StillingerWeberParameters } from '../structure/stillingerWeber';

/** Options of `motifJudge`; the defaults are silicon's. */
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
  /** Bond cutoff, Å; default 2.85. */
  cutoff?: number;
  /** Atoms of a valid motif are no closer, Å; default 2.0. */
  minDistance?: number;
  /** Potential of the central atom's energy; default silicon's Stillinger–Weber, null for no energies. */
  potential?: StillingerWeberParameters | null;
}

/** Every option of a judgement, settled. */
export type Settings = Required<JudgeOptions>;

/** The options with their defaults; throws InputError for a bad one. */
export function settle(options: JudgeOptions): Settings {
  requireKnownOptions(options, [
    'seed',
    'resamples',
    'level',
    'resample',
    'motifs',
    'novelty',
    'cutoff',
    'minDistance',
    'potential',
  ]);
  return {
    seed: requireInteger(options.seed ?? 0, 'option seed'),
    resamples: requireInteger(options.resamples ?? 1000, 'option resamples', 2),
    level: options.level ?? 0.95,
    resample: requireOneOf(options.resample ?? 'cells', ['cells', 'motifs'], 'option resample'),
    motifs: requireInteger(options.motifs ?? 2000, 'option motifs', 1),
    novelty: requireInteger(options.novelty ?? 500, 'option novelty'),
    cutoff: requirePositive(options.cutoff ?? SILICON_BOND_CUTOFF, 'option cutoff'),
    minDistance: requirePositive(options.minDistance ?? 2, 'option minDistance'),
    potential: options.potential === undefined ? STILLINGER_WEBER_SILICON : options.potential,
  };
}

import { InputError, requireInteger, requireOneOf, requirePositive } from '../../core';
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

/**
 * The options with their defaults, the limits measured where they are not given.
 *
 * @throws InputError for a bad or unknown one
 */
export function settle(
  options: JudgeOptions,
  measure: { bonds: () => Bonds; limits: (bonds: Bonds) => Pick<Settings, 'minDistance' | 'coordination'> },
): Settings {
  const bonds = options.bonds ?? measure.bonds();
  const measured = options.minDistance === undefined || !options.coordination ? measure.limits(bonds) : undefined;
  const coordination = options.coordination ?? (measured as Settings).coordination;
  if (!(coordination[0] <= coordination[1])) {
    throw new InputError('option coordination', `[${coordination}]`, 'smallest, then largest');
  }
  return {
    seed: requireInteger(options.seed ?? 0, 'option seed'),
    resamples: requireInteger(options.resamples ?? 1000, 'option resamples', 2),
    level: options.level ?? 0.95,
    resample: requireOneOf(options.resample ?? 'cells', ['cells', 'motifs'], 'option resample'),
    motifs: requireInteger(options.motifs ?? 2000, 'option motifs', 1),
    novelty: requireInteger(options.novelty ?? 500, 'option novelty'),
    bonds,
    coordination,
    minDistance: requirePositive(options.minDistance ?? (measured as Settings).minDistance, 'option minDistance'),
    potential: options.potential,
  };
}

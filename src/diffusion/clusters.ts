import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../core/random';
import { atomCount, type Structure } from '../structures';
import { keptCutter } from './cutCluster';
import { displaced } from './examples';
import type { GraphConfig } from './graph/config';
import { joinTargets } from './graph/join';
import type { GraphTarget } from './graph/network';

/** How clusters are made noisy for training. */
export interface ClusterOptions {
  /** Numbers of neighbors in sight, drawn alike, none below `motif`; default 8, 16 and 32. */
  neighbors?: number[];
  /** The nearest neighbors, of which some are free; default 8. */
  motif?: number;
  /** Share of clusters of the motif alone in which all neighbors are free; default 0.6. */
  wholeShare?: number;
  /** Most free atoms where others are known; default 4, or all of a smaller motif. */
  missing?: number;
  /** Smallest and largest noise level, Å, drawn alike in the logarithm; default 0.03 and 3. */
  noise?: [number, number];
  /** Clusters of one example; default 24. */
  clusters?: number;
}

/**
 * Noisy clusters of the given cells and what a denoiser should return: some of the nearest neighbors of an atom
 * are noisy, the atom itself and the others are known. One level a cluster.
 *
 * @throws InputError if there is no cell, or one without atoms, or naming the option that is wrong or unknown
 */
export function noisyClusters(
  config: GraphConfig,
  cells: readonly Structure[],
  seed: SeedOrRng,
  options: ClusterOptions = {},
): GraphTarget {
  const rng = asRng(seed);
  const settings = resolve(options);
  if (cells.length === 0) throw new InputError('cells', 'none', 'at least one');
  return joinTargets(Array.from({ length: settings.clusters }, () => noisyCluster(config, cells, rng, settings)));
}

function noisyCluster(
  config: GraphConfig,
  cells: readonly Structure[],
  rng: Rng,
  { neighbors, motif, wholeShare, missing, noise }: Required<ClusterOptions>,
): GraphTarget {
  const cell = cells[rng.integer(cells.length)];
  if (atomCount(cell) === 0) throw new InputError('cell', 'no atoms', 'at least one atom');
  const sight = neighbors[rng.integer(neighbors.length)];
  const cluster = keptCutter(cell)(rng.integer(atomCount(cell)), sight);
  const levels = new Float32Array(sight + 1);
  const sigma = noise[0] * (noise[1] / noise[0]) ** rng.uniform();
  const whole = sight === motif && rng.uniform() < wholeShare;
  const ranks = Array.from({ length: motif }, (_, k) => k + 1);
  rng.shuffle(ranks);
  for (const k of whole ? ranks : ranks.slice(0, 1 + rng.integer(missing))) levels[k] = sigma;
  return displaced(config, cluster, levels, rng);
}

function resolve(options: ClusterOptions): Required<ClusterOptions> {
  requireKnownOptions(options, ['neighbors', 'motif', 'wholeShare', 'missing', 'noise', 'clusters']);
  const { neighbors = [8, 16, 32], wholeShare = 0.6, noise = [0.03, 3] } = options;
  const motif = requireInteger(options.motif ?? 8, 'option motif', 1);
  if (!Array.isArray(neighbors) || neighbors.length === 0) {
    throw new InputError('option neighbors', JSON.stringify(neighbors), 'numbers of neighbors');
  }
  for (const sight of neighbors) requireInteger(sight, 'option neighbors', motif);
  const missing = requireInteger(options.missing ?? Math.min(4, motif), 'option missing', 1);
  if (missing > motif) throw new InputError('option missing', `${missing}`, `at most the ${motif} of the motif`);
  if (!(wholeShare >= 0 && wholeShare <= 1)) {
    throw new InputError('option wholeShare', String(wholeShare), 'a number from 0 to 1');
  }
  const [low, high]: number[] = Array.isArray(noise) ? noise : [];
  if (!(low > 0 && high >= low && high < Infinity)) {
    throw new InputError('option noise', JSON.stringify(noise), 'a smallest and a largest level above 0');
  }
  const clusters = requireInteger(options.clusters ?? 24, 'option clusters', 1);
  return { neighbors, motif, wholeShare, missing, noise, clusters };
}

import { InputError, requireInteger } from '../../core/errors';
import { asRng, type Rng, type SeedOrRng } from '../../core/random';
import { atomCount, neighborList, type Structure } from '../../structures';
import type { GraphConfig } from '../graph/config';
import { joinTargets } from '../graph/join';
import type { GraphTarget } from '../graph/network';
import { displaced } from './examples';

/** An atom and its nearest neighbors alone in space: the center first, at the origin, then by distance. */
export function cutCluster(structure: Structure, center: number, neighbors: number): Structure {
  requireInteger(neighbors, 'option neighbors', 1);
  if (!(center >= 0 && center < atomCount(structure))) {
    throw new InputError('center', `${center}`, `an atom from 0 to ${atomCount(structure) - 1}`);
  }
  for (let cutoff = 4; ; cutoff *= 1.25) {
    const { offsets, indices, vectors, distances } = neighborList(structure, cutoff);
    const [from, to] = [offsets[center], offsets[center + 1]];
    if (to - from < neighbors) {
      const all = !structure.pbc.some(Boolean) && cutoff > 1e3;
      if (!all) continue;
      throw new InputError(`atom ${center}`, `${to - from} neighbors`, `at least ${neighbors}`);
    }
    const edges = Array.from({ length: to - from }, (_, k) => from + k);
    const order = edges.sort((a, b) => distances[a] - distances[b] || a - b).slice(0, neighbors);
    return {
      lattice: new Float64Array(9),
      pbc: [false, false, false],
      species: [center, ...order.map((e) => indices[e])].map((i) => structure.species[i]),
      positions: Float64Array.from([0, 0, 0, ...order.flatMap((e) => Array.from(vectors.subarray(3 * e, 3 * e + 3)))]),
      info: {},
      arrays: {},
    };
  }
}

/** How clusters are made noisy for training. */
export interface ClusterOptions {
  /** Numbers of neighbors in sight, drawn alike; default 8, 16 and 32. */
  neighbors?: number[];
  /** The nearest neighbors, of which some are free; default 8. */
  motif?: number;
  /** Share of clusters of the motif alone in which all neighbors are free; default 0.6. */
  wholeShare?: number;
  /** Most free atoms where others are known; default 4. */
  missing?: number;
  /** Smallest and largest noise level, Å. */
  noise?: [number, number];
  /** Clusters of one example; default 24. */
  clusters?: number;
}

/**
 * Noisy clusters of the given cells and what a denoiser should say about them: some of the nearest neighbors of an atom
 * are noisy, the atom itself and the others are known. One level a cluster.
 *
 * @throws InputError if there is no cell
 */
export function noisyClusters(
  config: GraphConfig,
  cells: readonly Structure[],
  seed: SeedOrRng,
  options: ClusterOptions = {},
): GraphTarget {
  const rng = asRng(seed);
  if (cells.length === 0) throw new InputError('cells', 'none', 'at least one');
  const clusters = requireInteger(options.clusters ?? 24, 'option clusters', 1);
  return joinTargets(Array.from({ length: clusters }, () => noisyCluster(config, cells, rng, options)));
}

function noisyCluster(
  config: GraphConfig,
  cells: readonly Structure[],
  rng: Rng,
  { neighbors = [8, 16, 32], motif = 8, wholeShare = 0.6, missing = 4, noise = [0.03, 3] }: ClusterOptions,
): GraphTarget {
  const cell = cells[rng.integer(cells.length)];
  const sight = neighbors[rng.integer(neighbors.length)];
  const cluster = cutCluster(cell, rng.integer(atomCount(cell)), sight);
  const levels = new Float32Array(sight + 1);
  const sigma = noise[0] * (noise[1] / noise[0]) ** rng.uniform();
  const whole = sight === motif && rng.uniform() < wholeShare;
  const ranks = Array.from({ length: motif }, (_, k) => k + 1);
  rng.shuffle(ranks);
  for (const k of whole ? ranks : ranks.slice(0, 1 + rng.integer(missing))) levels[k] = sigma;
  return displaced(config, cluster, levels, rng);
}

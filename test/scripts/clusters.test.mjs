import { describe, expect, it } from 'vitest';
import { clusterExamples } from '../../scripts/lib/clusters.mjs';
import { createRng } from '../../src/core/random.js';
import { keptCutter } from '../../src/diffusion/cutCluster.js';
import { displaced } from '../../src/diffusion/examples.js';
import { graphConfig } from '../../src/diffusion/graph/config.js';
import { joinTargets } from '../../src/diffusion/graph/join.js';

const config = graphConfig({ species: ['Si'], cutoff: 6 });
const rng = createRng(3);
const cell = {
  lattice: Float64Array.of(24, 0, 0, 0, 24, 0, 0, 0, 24),
  pbc: /** @type {[boolean, boolean, boolean]} */ ([true, true, true]),
  species: new Array(600).fill('Si'),
  positions: Float64Array.from({ length: 1800 }, () => 24 * rng.uniform()),
  info: {},
  arrays: {},
};
const kind = clusterExamples({ createRng, displaced, joinTargets, keptCutter });

/**
 * The levels of the atoms of each cluster, the center first.
 * @param {import('../../src/diffusion/index.js').GraphTarget} example
 */
function clustersOf({ graph: { noise, offsets, senders } }) {
  // An atom sees the others of its cluster only: a cluster ends where nothing before is joined to anything after.
  /** @type {number[][]} */
  const clusters = [[]];
  let reach = 0;
  noise.forEach((sigma, i) => {
    if (i > reach) clusters.push([]);
    clusters[clusters.length - 1].push(sigma);
    reach = Math.max(reach, i, ...senders.subarray(offsets[i], offsets[i + 1]));
  });
  return clusters;
}

describe('examples of the model of motifs', () => {
  const examples = Array.from({ length: 12 }, (_, seed) => kind.draw(config, [cell], createRng(seed)));
  const clusters = examples.flatMap(clustersOf);

  it('are 24 clusters of 8, 16 or 32 neighbors around a known atom', () => {
    expect(clusters).toHaveLength(12 * 24);
    expect(new Set(clusters.map(({ length }) => length))).toEqual(new Set([9, 17, 33]));
    expect(clusters.every(([center]) => center === 0)).toBe(true);
  });

  it('have one level each, at some of the nearest eight; at all of them only where these are alone', () => {
    const free = clusters.map((levels) => levels.map((_, i) => i).filter((i) => levels[i] > 0));
    clusters.forEach((levels, k) => {
      expect(new Set(free[k].map((i) => levels[i])).size).toBe(1);
      expect(free[k].every((i) => i <= 8)).toBe(true);
      expect(free[k].length <= 4 || (free[k].length === 8 && levels.length === 9)).toBe(true);
    });
    expect(new Set(free.map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4, 8]));
    const levels = free.map(([first], k) => clusters[k][first]);
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.fround(0.03));
    expect(Math.max(...levels)).toBeLessThanOrEqual(3);
  });

  it('are the same bytes from the same seed, others from others', () => {
    /** @param {import('../../src/diffusion/index.js').GraphTarget} example */
    const bytesOf = ({ graph, vectors }) =>
      Buffer.concat([graph.vectors, vectors].map(({ buffer }) => Buffer.from(buffer)));
    expect(bytesOf(kind.draw(config, [cell], createRng(1))).equals(bytesOf(examples[1]))).toBe(true);
    expect(bytesOf(examples[2]).equals(bytesOf(examples[1]))).toBe(false);
  });

  it('of one level are whole motifs at that level', () => {
    const held = clustersOf(kind.atLevel(config, [cell], 0.5, 1));
    expect(held).toEqual(new Array(64).fill([0, ...new Array(8).fill(0.5)]));
  });
});

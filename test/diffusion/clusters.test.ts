import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../src/core';
import { type ClusterOptions, noisyClusters } from '../../src/diffusion/clusters';
import { cutCluster } from '../../src/diffusion/cutCluster';
import { graphConfig } from '../../src/diffusion/graph/config';
import type { GraphTarget } from '../../src/diffusion/graph/network';
import type { Structure } from '../../src/structures';
import { toyConfig, toyStructure } from './graph/toy';

const config = graphConfig({ species: ['Si'], cutoff: 30 });
const small: Structure = { ...toyStructure(createRng(3), 12), species: new Array<string>(12).fill('Si') };

/** Examples of one cluster each, one a seed. */
function clusters(count: number, options: ClusterOptions = {}, cells: Structure[] = [small]): GraphTarget[] {
  return Array.from({ length: count }, (_, seed) => noisyClusters(config, cells, seed, { ...options, clusters: 1 }));
}

/** Atoms of level above 0. */
const noisyAtoms = ({ graph }: GraphTarget): number[] =>
  Array.from(graph.noise.keys()).filter((i) => graph.noise[i] > 0);

/** Whether a number of independent draws of probability p may be `found`, within 5 standard deviations. */
function expectShare(found: number, draws: number, p: number): void {
  expect(Math.abs(found - draws * p)).toBeLessThan(5 * Math.sqrt(draws * p * (1 - p)));
}

describe('noisyClusters', () => {
  it('are clusters of the cell with a known center, from which free atoms are off by their level times their vector', () => {
    const cut = (center: number): Structure => cutCluster(small, center, 10);
    const all = Array.from({ length: 12 }, (_, center) => cut(center).positions);
    const centers = clusters(60, { neighbors: [10] }).map(({ graph, vectors }) => {
      expect(graph.noise[0]).toBe(0);
      // All atoms are in sight of the center; where each comes from:
      const places = new Float64Array(33);
      for (let e = graph.offsets[0]; e < graph.offsets[1]; e++) {
        const i = graph.senders[e];
        for (let c = 0; c < 3; c++) places[3 * i + c] = graph.vectors[3 * e + c] - graph.noise[i] * vectors[3 * i + c];
      }
      return all.findIndex((positions) => positions.every((x, k) => Math.abs(x - places[k]) < 1e-5));
    });
    expect(new Set(centers)).toEqual(new Set(Array.from({ length: 12 }, (_, center) => center)));
  });

  it('have one level each, uniform in ln σ, at some of the nearest neighbors only', () => {
    const noise: [number, number] = [0.1, 1];
    const levels = clusters(600, { neighbors: [8, 14], noise }).map((example) => {
      const free = noisyAtoms(example);
      expect(free.length).toBeGreaterThan(0);
      expect(free.every((i) => i >= 1 && i <= 8)).toBe(true);
      expect(new Set(free.map((i) => example.graph.noise[i])).size).toBe(1);
      return example.graph.noise[free[0]];
    });
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.fround(0.1));
    expect(Math.max(...levels)).toBeLessThanOrEqual(1);
    expectShare(levels.filter((sigma) => sigma < Math.sqrt(0.1)).length, 600, 0.5);
    expectShare(levels.filter((sigma) => sigma < 0.1 ** 0.75).length, 600, 0.25);
  });

  it('draw standard normal vectors, 0 for known atoms, also where the whole motif is free', () => {
    const draws = clusters(400, { neighbors: [8], wholeShare: 1 }).flatMap(({ vectors }) => {
      expect(Array.from(vectors.subarray(0, 3))).toEqual([0, 0, 0]);
      return Array.from(vectors.subarray(3));
    });
    const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / draws.length;
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / draws.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / draws.length));
  });

  it('have as many neighbors as asked for, each number alike', () => {
    const sizes = clusters(600, { neighbors: [9, 12, 20] }).map(({ graph }) => graph.species.length - 1);
    expect(new Set(sizes)).toEqual(new Set([9, 12, 20]));
    for (const size of [9, 12, 20]) expectShare(sizes.filter((n) => n === size).length, 600, 1 / 3);
  });

  it('of the motif alone have all neighbors free at the share asked for', () => {
    const whole = (options: ClusterOptions, seeds = 400): number =>
      clusters(seeds, options).filter((example) => noisyAtoms(example).length === 8).length;
    expectShare(whole({ neighbors: [8] }), 400, 0.6);
    expectShare(whole({ neighbors: [8], wholeShare: 0.25 }), 400, 0.25);
    expect([whole({ neighbors: [8], wholeShare: 0 }), whole({ neighbors: [8], wholeShare: 1 })]).toEqual([0, 400]);
    // With more in sight never.
    expect(whole({ neighbors: [9], wholeShare: 1 })).toBe(0);
  });

  it('have otherwise one to the most asked for, each number and each neighbor alike', () => {
    const free = clusters(800, { neighbors: [12], motif: 6, missing: 3 }).map(noisyAtoms);
    for (const count of [1, 2, 3]) expectShare(free.filter(({ length }) => length === count).length, 800, 1 / 3);
    // Two of six on average.
    for (let i = 1; i <= 6; i++) expectShare(free.filter((atoms) => atoms.includes(i)).length, 800, 1 / 3);
    expect(free.flat().every((i) => i <= 6)).toBe(true);
  });

  it('of a motif of fewer atoms than usually are missing have all missing at most', () => {
    const free = clusters(60, { neighbors: [2, 6], motif: 2, wholeShare: 0 }).map(
      (example) => noisyAtoms(example).length,
    );
    expect(new Set(free)).toEqual(new Set([1, 2]));
  });

  it('have weights that are the same for the free atoms of a cluster, whose sum over axes is a cluster’s share', () => {
    const { graph, weights } = noisyClusters(config, [small], 1, { neighbors: [10], clusters: 5 });
    expect(weights).toHaveLength(55);
    expect(3 * weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    for (let k = 0; k < 5; k++) {
      const of = Array.from(weights.subarray(11 * k, 11 * k + 11));
      const free = Array.from(graph.noise.subarray(11 * k, 11 * k + 11), (sigma) => sigma > 0);
      const count = free.filter(Boolean).length;
      expect(of).toEqual(free.map((is) => (is ? Math.fround(Math.fround(1 / (3 * count)) / 5) : 0)));
    }
  });

  it('are 24 unless told otherwise, without edges between them', () => {
    const { graph } = noisyClusters(config, [small], 1, { neighbors: [8] });
    expect(graph.species).toHaveLength(24 * 9);
    for (let i = 0; i < 24 * 9; i++) {
      for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
        expect(Math.floor(graph.senders[e] / 9)).toBe(Math.floor(i / 9));
      }
    }
  });

  it('come from all cells alike', () => {
    const oxygen = { ...small, species: new Array<string>(12).fill('O') };
    const both = toyConfig();
    const drawn = Array.from({ length: 400 }, (_, seed) =>
      noisyClusters(both, [small, oxygen], seed, { neighbors: [8], clusters: 1 }),
    );
    expectShare(drawn.filter(({ graph }) => graph.species.every((s) => s === 1)).length, 400, 0.5);
    expectShare(drawn.filter(({ graph }) => graph.species.every((s) => s === 0)).length, 400, 0.5);
  });

  it('are the same bytes from the same seed, others from others', () => {
    const of = (seed: number | Rng): GraphTarget => noisyClusters(config, [small], seed, { clusters: 3 });
    expect(of(1)).toEqual(of(1));
    expect(of(createRng(1))).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  it.each<[string, object]>([
    ['neighbors', { neighbors: [] }],
    ['neighbors', { neighbors: [8, 7] }],
    ['neighbors', { neighbors: [8.5] }],
    ['neighbors', { neighbors: 8 }],
    ['motif', { motif: 0 }],
    ['neighbors', { motif: 9 }],
    ['wholeShare', { wholeShare: 1.1 }],
    ['wholeShare', { wholeShare: NaN }],
    ['missing', { missing: 0 }],
    ['missing', { missing: 9 }],
    ['noise', { noise: [0, 1] }],
    ['noise', { noise: [1, 0.5] }],
    ['noise', { noise: [0.1, Infinity] }],
    ['noise', { noise: [0.1] }],
    ['noise', { noise: 0.1 }],
    ['clusters', { clusters: 0 }],
    ['cluster', { cluster: 3 }],
  ])('name the option %s in %j', (name, options) => {
    const draw = (): unknown => noisyClusters(config, [small], 1, options);
    expect(draw).toThrow(InputError);
    expect(draw).toThrow(new RegExp(`^option ${name}: found`));
  });

  it('name cells that are missing, empty or too small', () => {
    expect(() => noisyClusters(config, [], 1)).toThrow(/^cells: found none/);
    const empty = { ...small, species: [], positions: new Float64Array(0) };
    expect(() => noisyClusters(config, [empty], 1)).toThrow(/^cell: found no atoms/);
    const free = { ...small, pbc: [false, false, false] as Structure['pbc'] };
    expect(() => noisyClusters(config, [free], 1, { neighbors: [12] })).toThrow(/^atom \d+: found 11 neighbors/);
  });
});

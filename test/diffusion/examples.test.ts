import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { cutCluster } from '../../src/diffusion/cutCluster';
import { displaced, type ExampleOptions, noisyExample } from '../../src/diffusion/examples';
import { describeConditions } from '../../src/diffusion/graph/conditions';
import { graphConfig } from '../../src/diffusion/graph/config';
import { FusedGraph } from '../../src/diffusion/graph/fused';
import { atomGraph, type GraphTarget } from '../../src/diffusion/graph/network';
import { atomCount, distancesTo, neighborList, readCells, type Structure } from '../../src/structures';
import { relativeError, toyConfig, toyParameters, toyStructure } from './graph/toy';

const config = toyConfig();
const real = graphConfig({ species: ['Si'], cutoff: 3 });
const [cell] = readCells();
const atoms = atomCount(cell);
const toys = [6, 9, 12].map((count) => toyStructure(createRng(count), count));

/** Examples of small cells, one a seed. */
function examples(count: number, options?: ExampleOptions): GraphTarget[] {
  return Array.from({ length: count }, (_, seed) => noisyExample(config, toys, seed, options));
}

const isWhole = ({ graph }: GraphTarget): boolean => graph.noise.every((sigma) => sigma === graph.noise[0]);

/** Atoms of level above 0. */
const noisyAtoms = ({ graph }: GraphTarget): number[] =>
  Array.from(graph.noise.keys()).filter((i) => graph.noise[i] > 0);

/** Whether a number of independent draws of probability p may be `found`, within 5 standard deviations. */
function expectShare(found: number, draws: number, p: number): void {
  expect(Math.abs(found - draws * p)).toBeLessThan(5 * Math.sqrt(draws * p * (1 - p)));
}

describe('displaced', () => {
  it('moves each atom by its level times its vector', () => {
    const noise = Float32Array.from({ length: atoms }, (_, i) => [0, 0.1, 0.7][i % 3]);
    const { graph, vectors } = displaced(real, cell, noise, createRng(1));
    const positions = cell.positions.map((x, k) => x + noise[Math.floor(k / 3)] * vectors[k]);
    expect(graph).toEqual(atomGraph(real, { ...cell, positions }, noise));
  });

  it.each([0.05, 0.5, 2])(
    'draws standard normal vectors at level %d: mean 0, mean square 1, fourth moment 3',
    (sigma) => {
      const rng = createRng(7);
      const noise = new Float32Array(atoms).fill(sigma);
      noise[0] = 0;
      const draws: number[] = [];
      for (let k = 0; k < 8; k++) draws.push(...displaced(real, cell, noise, rng).vectors.subarray(3));
      const n = draws.length;
      const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / n;
      // 5 standard errors: the variances of x, x² and x⁴ are 1, 2 and 96.
      expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n));
      expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
      expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    },
  );

  it('leaves known atoms where they are and gives them no weight; the weights of the others are the same', () => {
    const noise = Float32Array.from({ length: atoms }, (_, i) => (i < 5 ? 0.3 + i : 0));
    const { graph, vectors, weights } = displaced(real, cell, noise, createRng(2));
    expect(vectors.subarray(15).every((x) => x === 0)).toBe(true);
    expect(Array.from(weights.subarray(0, 6))).toEqual([...new Array(5).fill(Math.fround(1 / 15)), 0]);
    expect(weights.subarray(5).every((w) => w === 0)).toBe(true);
    // Between known atoms the edges are those of the cell.
    const before = atomGraph(real, cell, 0);
    const known = ({ offsets, senders, vectors: edges }: typeof graph): number[][] =>
      Array.from({ length: atoms }, (_, i) =>
        Array.from({ length: offsets[i + 1] - offsets[i] }, (_, k) => offsets[i] + k)
          .filter((e) => i >= 5 && senders[e] >= 5)
          .flatMap((e) => [senders[e], ...edges.subarray(3 * e, 3 * e + 3)]),
      );
    expect(known(graph)).toEqual(known(before));
  });

  it('takes the mean displacement out where all atoms are noisy, and only there', () => {
    const means = (noise: Float32Array): number[] => {
      const { vectors } = displaced(real, cell, noise, createRng(3));
      return [0, 1, 2].map((c) => vectors.reduce((sum, x, k) => (k % 3 === c ? sum + x / atoms : sum), 0));
    };
    const noise = new Float32Array(atoms).fill(0.4);
    for (const mean of means(noise)) expect(Math.abs(mean)).toBeLessThan(1e-6);
    noise[9] = 0;
    expect(Math.hypot(...means(noise))).toBeGreaterThan(1e-3);
  });

  it('has nothing to say without noise, or without atoms', () => {
    const { vectors, weights } = displaced(real, cell, new Float32Array(atoms), createRng(1));
    expect([...vectors, ...weights].every((x) => x === 0)).toBe(true);
    const none = { ...cell, species: [], positions: new Float64Array(0) };
    expect(displaced(real, none, new Float32Array(0), createRng(1)).weights).toHaveLength(0);
  });

  it('names noise of another length, and levels that are none', () => {
    const of = (noise: Float32Array) => () => displaced(real, cell, noise, createRng(1));
    expect(of(new Float32Array(3))).toThrow(/^noise: found 3 numbers, expected 512/);
    for (const wrong of [-0.5, NaN, Infinity]) {
      const noise = new Float32Array(atoms);
      noise[4] = wrong;
      expect(of(noise)).toThrow(InputError);
      expect(of(noise)).toThrow(`noise[4]: found ${wrong}, expected`);
    }
  });
});

describe('noisyExample', () => {
  it('gives the same bytes from the same seed, others from others', () => {
    expect(examples(20)).toEqual(examples(20));
    expect(noisyExample(config, toys, 1)).toEqual(noisyExample(config, toys, createRng(1)));
    expect(new Set(examples(20).map(({ vectors }) => vectors.join())).size).toBe(20);
  });

  it('has weights that sum to 1 over noisy atoms and axes', () => {
    for (const { weights } of examples(100)) expect(3 * weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  it('draws cells alike', () => {
    const all = examples(900);
    for (const toy of toys) expectShare(all.filter((e) => e.weights.length === atomCount(toy)).length, 900, 1 / 3);
  });

  it('has whole cells at the share asked for, whose levels are half of them in focus and uniform in ln σ', () => {
    const levels = examples(1500, { wholeShare: 1 }).map((example) => {
      expect(isWhole(example)).toBe(true);
      return example.graph.noise[0];
    });
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.fround(0.02));
    expect(Math.max(...levels)).toBeLessThanOrEqual(2);
    const within = (low: number, high: number): number => levels.filter((s) => s >= low && s < high).length;
    const decades = Math.log(2 / 0.02);
    expectShare(within(0.02, 0.2), 1500, (0.5 * Math.log(10)) / decades);
    expectShare(within(0.2, 1), 1500, 0.5 + (0.5 * Math.log(5)) / decades);
    expectShare(within(0.2, Math.sqrt(0.2)), 1500, 0.25 + (0.25 * Math.log(5)) / decades);
    const regions = { regions: 1, regionAtoms: 1 };
    const whole = (wholeShare: number): number => examples(400, { ...regions, wholeShare }).filter(isWhole).length;
    expect([whole(0), whole(1)]).toEqual([0, 400]);
    expectShare(whole(0.3), 400, 0.3);
  });

  it('has regions that are balls around an atom, each in one piece, of at most the size asked for', () => {
    const options = { wholeShare: 0, regions: 1, regionAtoms: 20 };
    const sizes: number[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const example = noisyExample(real, [cell], seed, options);
      const region = noisyAtoms(example);
      sizes.push(region.length);
      expect(new Set(region.map((i) => example.graph.noise[i])).size).toBe(1);
      expect(example.graph.noise[region[0]]).toBeGreaterThanOrEqual(Math.fround(0.05));
      expect(example.graph.noise[region[0]]).toBeLessThanOrEqual(3);
      expect(region.some((center) => isBall(cell, center, region))).toBe(true);
      expect(isConnected(cell, region, 3)).toBe(true);
    }
    expect(Math.min(...sizes)).toBe(1);
    expect(Math.max(...sizes)).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  });

  it('has up to as many regions as asked for, each with a level of its own', () => {
    const counts = Array.from({ length: 60 }, (_, seed) => {
      const { graph } = noisyExample(real, [cell], seed, { wholeShare: 0, regions: 3, regionAtoms: 2 });
      return new Set(graph.noise.filter((sigma) => sigma > 0)).size;
    });
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
  });

  it('makes all of a small cell noisy if a region is as large', () => {
    const one = toyStructure(createRng(1), 1);
    const { graph, vectors } = noisyExample(config, [one], 1, { wholeShare: 0 });
    expect(graph.noise[0]).toBeGreaterThan(0);
    // The one displacement of a cell of one atom is its mean.
    expect(Array.from(vectors)).toEqual([0, 0, 0]);
  });

  it.each<[string, ExampleOptions]>([
    ['wholeShare', { wholeShare: 1.1 }],
    ['wholeShare', { wholeShare: NaN }],
    ['wholeRange', { wholeRange: [0, 1] }],
    ['focus', { focus: [1, 0.5] }],
    ['regionRange', { regionRange: [0.1, Infinity] }],
    ['regionRange', { regionRange: undefined }],
    ['regionAtoms', { regionAtoms: 0 }],
    ['regions', { regions: 0 }],
    ['regoins', { regoins: 2 } as ExampleOptions],
  ])('names the option %s in %j', (name, options) => {
    const draw = (): unknown => noisyExample(config, toys, 1, options);
    expect(draw).toThrow(InputError);
    expect(draw).toThrow(new RegExp(`^option ${name}: found`));
  });

  it('names cells that are missing or empty', () => {
    expect(() => noisyExample(config, [], 1)).toThrow(/^cells: found none/);
    const empty = { ...cell, species: [], positions: new Float64Array(0) };
    expect(() => noisyExample(config, [empty], 1)).toThrow(/^cell: found no atoms/);
  });
});

/** Whether the atoms are the nearest ones to one of them. */
function isBall(structure: Structure, center: number, region: number[]): boolean {
  const distances = distancesTo(structure, structure.positions.subarray(3 * center, 3 * center + 3));
  const inside = new Set(region);
  const farthest = Math.max(...region.map((i) => distances[i]));
  return distances.every((d, i) => inside.has(i) || d >= farthest);
}

/** Whether atoms are linked by pairs among them closer than `reach`, Å. */
function isConnected(structure: Structure, region: number[], reach: number): boolean {
  const { offsets, indices } = neighborList(structure, reach);
  const inside = new Set(region);
  const found = new Set([region[0]]);
  for (const i of found) {
    for (const j of indices.subarray(offsets[i], offsets[i + 1])) if (inside.has(j)) found.add(j);
  }
  return found.size === region.length;
}

describe('balls that stand for larger cells', () => {
  const config = toyConfig({ species: ['Si'], cutoff: 2.6 });
  const parameters = toyParameters(config, createRng(4));

  it('have the loss and the gradient of the whole cell where all surroundings of the noisy atom are in them', () => {
    // Two layers see 5.2 Å far; 60 atoms reach beyond 6 Å.
    const cut = cutCluster(cell, 7, 59);
    const lonely = (count: number, at: number): Float32Array =>
      Float32Array.from({ length: count }, (_, i) => (i === at ? 0.4 : 0));
    const whole = displaced(config, cell, lonely(atoms, 7), createRng(3));
    const ball = displaced(config, cut, lonely(60, 0), createRng(3));
    const engine = new FusedGraph(config, 1);
    const [expected, found] = [whole, ball].map((target) => engine.lossAndGradient(parameters, [target]));
    engine.dispose();
    expect(found.loss).toBeCloseTo(expected.loss, 5);
    expect(relativeError(found.gradient, expected.gradient)).toBeLessThan(1e-5);
  });

  it('count the atoms that lie deeper than the margin, all alike', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { graph, weights } = noisyExample(real, [cell], seed, { block: 100, margin: 2, wholeShare: 1 });
      expect(graph.species).toHaveLength(100);
      const counted = weights.filter((w) => w > 0).length;
      expect(counted).toBeGreaterThan(20);
      expect(counted).toBeLessThan(70);
      expect(weights.subarray(0, counted).every((w) => w === Math.fround(1 / (3 * counted)))).toBe(true);
    }
  });

  it('have regions around atoms that count, and are the whole cell where that is no larger', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { weights } = noisyExample(real, [cell], seed, { block: 100, wholeShare: 0 });
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1 / 3, 5);
      expect(noisyExample(real, [cell], seed, { block: atoms })).toEqual(noisyExample(real, [cell], seed));
    }
  });

  it('refuses sizes and margins that are none', () => {
    expect(() => noisyExample(real, [cell], 1, { block: 1 })).toThrow(/^option block: found 1/);
    expect(() => noisyExample(real, [cell], 1, { margin: -1 })).toThrow(/^option margin: found -1/);
  });
});

describe('conditions of examples', () => {
  const conditional = toyConfig({ conditions: [{ name: 'rate', scale: 'log', range: [1, 100] }] });
  const made = toys.map((toy, k) => ({ ...toy, info: { rate: 10 ** k } }));
  const conditionsOf = (seed: number, options?: ExampleOptions): number[] => {
    const { graph } = noisyExample(conditional, made, seed, options);
    const [row, ...others] = graph.species.length > 0 ? rowsOfFour(graph.conditions as Float32Array) : [];
    for (const other of others) expect(other).toEqual(row);
    return row;
  };
  const rowsOfFour = (all: Float32Array): number[][] =>
    Array.from({ length: all.length / 4 }, (_, i) => Array.from(all.subarray(4 * i, 4 * i + 4)));
  const isOpen = (row: number[]): boolean => row.every((x) => x === 0);

  it('are those of the cell, left open in the share that is asked for', () => {
    const rows = Array.from({ length: 400 }, (_, seed) => conditionsOf(seed));
    expectShare(rows.filter(isOpen).length, 400, 0.15);
    const told = made.map(({ info }) => Array.from(describeConditions(conditional, info)).join());
    expect(new Set(rows.filter((row) => !isOpen(row)).map(String))).toEqual(new Set(told));
    expect(conditionsOf(1, { openShare: 1 })).toEqual([0, 0, 0, 0]);
    expect(isOpen(conditionsOf(1, { openShare: 0 }))).toBe(false);
  });

  it('change nothing else: the same seed draws the same noise with none left open as without any', () => {
    const { graph, vectors } = noisyExample(config, made, 3);
    expect(graph).not.toHaveProperty('conditions');
    // The draw of what is left open is the last before the noise of each atom.
    const other = noisyExample(conditional, made, 3).graph;
    expect(other.species).toEqual(graph.species);
    expect(other.noise).toEqual(graph.noise);
    expect(vectors).toHaveLength(3 * graph.species.length);
  });

  it('refuse a cell without, by name, and a share that is none', () => {
    const [{ info: _, ...bare }] = made;
    const cells = [{ ...bare, info: { name: 'a' } }];
    expect(() => noisyExample(conditional, cells, 1)).toThrow(/^a, info.rate: found none, expected from 1 to 100/);
    expect(() => noisyExample(conditional, made, 1, { openShare: 2 })).toThrow(/^option openShare: found 2/);
  });
});

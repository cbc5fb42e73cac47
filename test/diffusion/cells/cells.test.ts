import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { type CellOptions, generateCells } from '../../../src/diffusion';
import { atomicWeight, cellVolume } from '../../../src/structures';
import { holds } from '../graph/toy';
import { largestDifference, network, oracle, ruled } from './denoisers';

const still = ruled(() => 0);
const density = 2.28;
const quick: CellOptions = { density, atoms: 7, steps: 3, noise: [1, 0.1] };

/** What a denoiser that estimates 0 leaves: the atoms where they started. */
const starts = (options: Partial<CellOptions>): Float64Array[] =>
  generateCells(still, { density, steps: 1, ...options }).map(({ positions }) => positions);

describe('generateCells', () => {
  it('gives as many cells of as many atoms as asked for, periodic cubes of the density asked for', () => {
    holds((rng) => {
      const [count, atoms, density] = [1 + rng.integer(4), 1 + rng.integer(20), 0.1 + 5 * rng.uniform()];
      const cells = generateCells(still, { count, atoms, density, steps: 1 });
      expect(cells).toHaveLength(count);
      for (const { lattice, pbc, species, positions, info } of cells) {
        expect(species).toEqual(new Array(atoms).fill('Si'));
        expect(positions).toHaveLength(3 * atoms);
        expect(pbc).toEqual([true, true, true]);
        const edge = lattice[0];
        expect(Array.from(lattice)).toEqual([edge, 0, 0, 0, edge, 0, 0, 0, edge]);
        // g/cm³ by way of the gram molecule: Avogadro's number of atoms, 10²⁴ Å³ in a cm³.
        const grams = (atoms * atomicWeight('Si', '')) / 6.02214076e23;
        expect(grams / (cellVolume({ lattice }) / 1e24)).toBeCloseTo(density, 8);
        expect(info.density).toBe(density);
      }
      expect(new Set(cells.map(({ info }) => info.name)).size).toBe(count);
    });
  });

  it('has 512 atoms at 2.28 g/cm³ unless told otherwise: the supplied cells', () => {
    const [{ species, lattice }] = generateCells(still, { density, steps: 1 });
    expect(species).toHaveLength(512);
    expect(lattice[0]).toBeCloseTo(21.879, 2);
  });

  it('starts anywhere in the cell, alike along each axis', () => {
    const [positions] = starts({ atoms: 3000 });
    const [{ lattice }] = generateCells(still, { density, atoms: 3000, steps: 1 });
    for (let c = 0; c < 3; c++) {
      const fractions = positions.filter((_, k) => k % 3 === c).map((x) => x / lattice[0]);
      const error = 5 / Math.sqrt(fractions.length);
      const mean = fractions.reduce((a, b) => a + b) / fractions.length;
      const square = fractions.reduce((a, b) => a + (b - 0.5) ** 2, 0) / fractions.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(error / Math.sqrt(12));
      expect(Math.abs(square - 1 / 12)).toBeLessThan(error / Math.sqrt(180));
    }
  });

  it('ends with all atoms within the cell, wherever the denoiser puts them', () => {
    holds((rng) => {
      const [{ lattice }] = generateCells(still, { ...quick, steps: 1 });
      const edge = lattice[0];
      const offsets = Float64Array.from({ length: 21 }, () => edge * rng.uniform());
      const images = offsets.map((x) => x + edge * (rng.integer(5) - 2));
      const noise: [number, number] = [100, 0.01];
      const [cell] = generateCells(oracle(images), { ...quick, noise });
      expect(cell.positions.every((x) => x >= 0 && x < edge)).toBe(true);
      expect(largestDifference(cell.positions, offsets)).toBeLessThan(1e-6);
    });
  });

  it.each<[string, (edge: number) => number]>([
    ['a hair before the near face', () => -1e-20],
    ['as little before the near face as can be told', () => -1e-300],
    ['on the far face', (edge) => edge],
    ['a hair before the far face', (edge) => edge * (1 - 2 ** -53)],
    ['a hair before the second far face', (edge) => 2 * edge * (1 - 2 ** -53)],
    ['on the third near face', (edge) => -3 * edge],
  ])('ends with an atom within the cell that came to lie %s', (_, place) => {
    const edges = generateCells(still, { density, atoms: 1, steps: 1 }).map(({ lattice }) => lattice[0]);
    const denoiser = ruled(() => 0);
    denoiser.estimate = ([{ positions }]) => {
      positions.fill(place(edges[0]));
      return [new Float32Array(3)];
    };
    const [{ positions }] = generateCells(denoiser, { density, atoms: 1, steps: 1 });
    expect(positions.every((x) => x >= 0 && x < edges[0])).toBe(true);
  });

  it('gives the same cell k of a seed whatever the count and the batch, to the bit', () => {
    const denoiser = network(1);
    const all = generateCells(denoiser, { ...quick, count: 5, seed: 3 });
    for (const batch of [1, 3, 9]) expect(generateCells(denoiser, { ...quick, count: 5, seed: 3, batch })).toEqual(all);
    expect(generateCells(denoiser, { ...quick, count: 2, seed: 3 })).toEqual(all.slice(0, 2));
    expect(generateCells(network(1), { ...quick, seed: 3 })).toEqual(all.slice(0, 1));
  });

  it('gives other cells within a seed, and from another', () => {
    const cells = [0, 1, 2].flatMap((seed) => starts({ atoms: 2, count: 3, seed }));
    expect(new Set(cells.map((positions) => positions.join())).size).toBe(9);
  });

  it('starts from the same places whatever the sampler and the levels', () => {
    const options = { atoms: 4, seed: 2 };
    expect(starts({ ...options, sampler: 'flow', noise: [3, 1] })).toEqual(starts({ ...options, levels: [2] }));
  });

  it('tells of each finished cell in turn', () => {
    const heard: [unknown, number][] = [];
    const cells = generateCells(still, { ...quick, count: 3, onCell: (cell, k) => heard.push([cell, k]) });
    expect(heard).toEqual(cells.map((cell, k) => [cell, k]));
  });

  it('hands on the options of the sampler', () => {
    const levels: number[] = [];
    const onStep = (_: number, __: unknown, sigma: number): undefined => {
      levels.push(sigma);
    };
    generateCells(still, { density, atoms: 1, levels: [3, 1], onStep });
    generateCells(still, { density, atoms: 1, steps: 2, noise: [4, 2], onStep });
    expect(levels).toEqual([1, 0, 2, 0]);
  });

  it('makes cells of the species asked for by a model of several', () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const [{ species }] = generateCells(two, { density, atoms: 2, steps: 1, species: 'O' });
    expect(species).toEqual(['O', 'O']);
    expect(() => generateCells(two, { density, atoms: 2 })).toThrow(
      /^option species: found none, expected one of Si, O/,
    );
  });

  it.each<[string, object]>([
    ['atoms', { atoms: 0 }],
    ['density', { density: 0 }],
    ['density', { density: NaN }],
    ['count', { count: 0 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: Date.UTC(2100, 0) }],
    ['batch', { batch: 0.5 }],
    ['species', { species: 'Ge' }],
    ['steps', { steps: 0 }],
    ['noise', { noise: [1, 2] }],
    ['levels', { levels: [] }],
    ['sampler', { sampler: 'euler' }],
    ['atom', { atom: 8 }],
  ])('names the option %s in %j', (name, options) => {
    expect(() => generateCells(still, { density, ...options })).toThrow(InputError);
    expect(() => generateCells(still, { density, ...options })).toThrow(new RegExp(`^option ${name}: found`));
  });
});

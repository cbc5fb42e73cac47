import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { type CellOptions, generateCells } from '../../../src/diffusion';
import type { SamplerProgress } from '../../../src/diffusion/cells/sampler';
import { atomicWeight, cellVolume } from '../../../src/structures';
import { alwaysHolds, largestDifference, network, oracle, ruled } from './denoisers';

const still = ruled(() => 0);
const density = 2.28;
const quick: CellOptions = { density, atoms: 7, steps: 3, noise: [1, 0.1] };

/** What a denoiser that estimates 0 leaves: the atoms where they started. */
const starts = async (options: Partial<CellOptions>): Promise<Float64Array[]> =>
  (await generateCells(still, { density, steps: 1, ...options })).map(({ positions }) => positions);

describe('generateCells', () => {
  it('gives as many cells of as many atoms as asked for, periodic cubes of the density asked for', async () => {
    await alwaysHolds(async (rng) => {
      const [count, atoms, density] = [1 + rng.integer(4), 1 + rng.integer(20), 0.1 + 5 * rng.uniform()];
      const cells = await generateCells(still, { count, atoms, density, steps: 1 });
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

  it('has 512 atoms at 2.28 g/cm³ unless told otherwise: the supplied cells', async () => {
    const [{ species, lattice }] = await generateCells(still, { density, steps: 1 });
    expect(species).toHaveLength(512);
    expect(lattice[0]).toBeCloseTo(21.879, 2);
  });

  it('starts anywhere in the cell, alike along each axis', async () => {
    const [positions] = await starts({ atoms: 3000 });
    const [{ lattice }] = await generateCells(still, { density, atoms: 3000, steps: 1 });
    for (let c = 0; c < 3; c++) {
      const fractions = positions.filter((_, k) => k % 3 === c).map((x) => x / lattice[0]);
      const error = 5 / Math.sqrt(fractions.length);
      const mean = fractions.reduce((a, b) => a + b) / fractions.length;
      const square = fractions.reduce((a, b) => a + (b - 0.5) ** 2, 0) / fractions.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(error / Math.sqrt(12));
      expect(Math.abs(square - 1 / 12)).toBeLessThan(error / Math.sqrt(180));
    }
  });

  it('ends with all atoms within the cell, wherever the denoiser puts them', async () => {
    await alwaysHolds(async (rng) => {
      const [{ lattice }] = await generateCells(still, { ...quick, steps: 1 });
      const edge = lattice[0];
      const offsets = Float64Array.from({ length: 21 }, () => edge * rng.uniform());
      const images = offsets.map((x) => x + edge * (rng.integer(5) - 2));
      const noise: [number, number] = [100, 0.01];
      const [cell] = await generateCells(oracle(images), { ...quick, noise });
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
  ])('ends with an atom within the cell that came to lie %s', async (_, place) => {
    const edges = (await generateCells(still, { density, atoms: 1, steps: 1 })).map(({ lattice }) => lattice[0]);
    const denoiser = ruled(() => 0);
    denoiser.estimate = ([{ positions }]) => {
      positions.fill(place(edges[0]));
      return [new Float32Array(3)];
    };
    const [{ positions }] = await generateCells(denoiser, { density, atoms: 1, steps: 1 });
    expect(positions.every((x) => x >= 0 && x < edges[0])).toBe(true);
  });

  it('gives the same cell k of a seed whatever the count and the batch, to the bit', async () => {
    const denoiser = network(1);
    const all = await generateCells(denoiser, { ...quick, count: 5, seed: 3 });
    for (const batch of [1, 3, 9])
      expect(await generateCells(denoiser, { ...quick, count: 5, seed: 3, batch })).toEqual(all);
    expect(await generateCells(denoiser, { ...quick, count: 2, seed: 3 })).toEqual(all.slice(0, 2));
    expect(await generateCells(network(1), { ...quick, seed: 3 })).toEqual(all.slice(0, 1));
  });

  it('gives other cells within a seed, and from another', async () => {
    const cells = (await Promise.all([0, 1, 2].map((seed) => starts({ atoms: 2, count: 3, seed })))).flat();
    expect(new Set(cells.map((positions) => positions.join())).size).toBe(9);
  });

  it('starts from the same places whatever the sampler and the levels', async () => {
    const options = { atoms: 4, seed: 2 };
    expect(await starts({ ...options, sampler: 'flow', noise: [3, 1] })).toEqual(
      await starts({ ...options, levels: [2] }),
    );
  });

  it('tells of each finished cell in turn', async () => {
    const heard: [unknown, number][] = [];
    const cells = await generateCells(still, { ...quick, count: 3, onCell: (cell, k) => heard.push([cell, k]) });
    expect(heard).toEqual(cells.map((cell, k) => [cell, k]));
  });

  it('hands on the options of the sampler', async () => {
    const levels: number[] = [];
    const onProgress = ({ sigma }: SamplerProgress): undefined => {
      levels.push(sigma);
    };
    await generateCells(still, { density, atoms: 1, levels: [3, 1], onProgress });
    await generateCells(still, { density, atoms: 1, steps: 2, noise: [4, 2], onProgress });
    expect(levels).toEqual([1, 0, 2, 0]);
  });

  it('makes cells of the composition asked for by a model of several, and names none', async () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const options = { density, atoms: 9, steps: 1, composition: { Si: 2, O: 1 } };
    const [{ species }] = await generateCells(two, options);
    expect([...species].sort()).toEqual(['O', 'O', 'O', 'Si', 'Si', 'Si', 'Si', 'Si', 'Si']);
    await expect(generateCells(two, { ...options, atoms: 10 })).rejects.toThrow(
      'option atoms: found 10, expected a multiple of 3',
    );
    await expect(generateCells(two, { density, atoms: 2 })).rejects.toThrow(
      /^option composition: found none, expected one of Si, O/,
    );
  });

  it('begins with the cell that is named first: parts make up the whole, to the bit', async () => {
    const options = { ...quick, seed: 5 };
    const all = await generateCells(network(1), { ...options, count: 5 });
    const heard: number[] = [];
    const last = await generateCells(network(1), {
      ...{ ...options, first: 2, count: 3 },
      onCell: (_, k) => heard.push(k),
    });
    expect(last).toEqual(all.slice(2));
    expect(heard).toEqual([2, 3, 4]);
  });

  it('returns the finished cells only where it is stopped, by onProgress or a signal', async () => {
    const options = { ...quick, count: 4, batch: 1 };
    const all = await generateCells(still, options);
    let calls = 0;
    const stopped = await generateCells(still, { ...options, onProgress: () => ++calls < 8 });
    expect([stopped, calls]).toEqual([all.slice(0, 2), 8]);
    const controller = new AbortController();
    const aborted = await generateCells(still, {
      ...{ ...options, signal: controller.signal },
      onCell: (_, k) => k === 2 && controller.abort(),
    });
    expect(aborted).toEqual(all.slice(0, 3));
  });

  it.each<[string, object]>([
    ['atoms', { atoms: 0 }],
    ['density', { density: 0 }],
    ['density', { density: NaN }],
    ['count', { count: 0 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: Date.UTC(2100, 0) }],
    ['batch', { batch: 0.5 }],
    ['composition', { composition: { Ge: 1 } }],
    ['composition', { composition: {} }],
    ['atoms', { atoms: 3, composition: { Si: 2 } }],
    ['window', { window: [0.1, 0.2] }],
    ['window', { sampler: 'flow', window: [0.2, 0.1] }],
    ['first', { first: -1 }],
    ['steps', { steps: 0 }],
    ['noise', { noise: [1, 2] }],
    ['levels', { levels: [] }],
    ['sampler', { sampler: 'euler' }],
    ['atom', { atom: 8 }],
  ])('names the option %s in %j', async (name, options) => {
    const run = (): Promise<unknown> => generateCells(still, { density, ...options });
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(new RegExp(`^option ${name}: found`));
  });
});

describe('cells under conditions', () => {
  const rate = { name: 'cooling_rate', scale: 'log' as const, range: [0.1, 100] as [number, number] };
  const gPerCm3 = { name: 'density', scale: 'linear' as const, range: [2, 3] as [number, number] };
  const denoiser = network(1, { conditions: [rate, gPerCm3] });
  const under = async (options: Partial<CellOptions>) => (await generateCells(denoiser, { ...quick, ...options }))[0];
  afterAll(() => denoiser.dispose());

  it('are made as they say, and keep them; that of the density is its own', async () => {
    const slow = await under({ conditions: { cooling_rate: 0.1 } });
    const fast = await under({ conditions: { cooling_rate: 100 } });
    expect(slow.info).toMatchObject({ cooling_rate: 0.1, density });
    expect(fast.positions).not.toEqual(slow.positions);
    const given = { cooling_rate: 0.1, density };
    expect((await under({ conditions: given })).positions).toEqual(slow.positions);
    expect((await under({ conditions: { ...given, density: 3 } })).positions).not.toEqual(slow.positions);
    expect((await under({ conditions: given, guidance: 2 })).positions).not.toEqual(slow.positions);
  });

  it.each<[string, Partial<CellOptions>, RegExp]>([
    ['missing', {}, /^option conditions.cooling_rate: found none/],
    ['unknown', { conditions: { cooling_rate: 1, pressure: 1 } }, /^option conditions: found pressure/],
    ['out of range', { conditions: { cooling_rate: 1000 } }, /^option conditions.cooling_rate: found 1000/],
  ])('are refused by name if they are %s', async (_, options, message) => {
    await expect(under(options)).rejects.toThrow(message);
  });

  it('are refused by a model without', async () => {
    await expect(generateCells(still, { ...quick, conditions: { a: 1 } })).rejects.toThrow(
      /^option conditions: found a/,
    );
  });
});

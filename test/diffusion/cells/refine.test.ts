import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { refineStructure } from '../../../src/diffusion';
import { readCells } from '../../../src/structures';
import { cube, largestDifference, mean, network, oracle, ruled, watched } from './denoisers';

const structure = cube(createRng(1), 400);

describe('refineStructure', () => {
  it('comes back to the places that the model knows, from any level', async () => {
    for (const noise of [0.02, 0.2, 1]) {
      // Near enough to be believed: the sampler limits ε̂.
      const places = structure.positions.map((x, k) => x + 0.3 * noise * Math.sin(k));
      const { positions } = await refineStructure(oracle(places), structure, { noise, steps: 4, seed: 2 });
      expect(largestDifference(positions, places)).toBeLessThan(1e-5);
    }
  });

  it('begins at the level asked for, with that much noise, and ends at 0.03 Å or at once', async () => {
    const levels: number[] = [];
    let spread = 0;
    const still = watched(
      ruled(() => 0),
      ([{ positions }], [noise]) => {
        if (levels.length === 0) spread = Math.sqrt(mean(positions.map((x, k) => (x - structure.positions[k]) ** 2)));
        levels.push(noise[0]);
        expect(noise.every((sigma) => sigma === noise[0])).toBe(true);
      },
    );
    await refineStructure(still, structure, { noise: 0.4, steps: 5, seed: 3 });
    expect(levels).toHaveLength(5);
    expect(levels[0]).toBeCloseTo(0.4, 6);
    expect(levels[4]).toBeCloseTo(0.03, 6);
    // Of 1,200 draws: 5 standard errors are a tenth.
    expect(Math.abs(spread / 0.4 - 1)).toBeLessThan(0.1);
    levels.length = 0;
    await refineStructure(still, structure, { noise: 0.02, steps: 2 });
    expect(Array.from(levels, (sigma) => sigma.toFixed(3))).toEqual(['0.020', '0.020']);
  });

  it('gives the same bytes for the same seed, others for another, and leaves its argument as it is', async () => {
    const model = network(1);
    const before = structure.positions.slice();
    const [a, b, c] = await Promise.all(
      [4, 4, 5].map(async (seed) => (await refineStructure(model, structure, { steps: 2, seed })).positions),
    );
    expect(a).toEqual(b);
    expect(largestDifference(a, c)).toBeGreaterThan(0.01);
    expect(structure.positions).toEqual(before);
    model.dispose();
  });

  it('hands on nothing of the places before, except the name', async () => {
    const [cell] = readCells();
    const { info, arrays, lattice } = await refineStructure(oracle(cell.positions), cell, { steps: 1 });
    expect(info).toEqual({ name: cell.info.name });
    expect(arrays).toEqual({});
    expect(lattice).toEqual(cell.lattice);
  });

  it.each([
    ['noise', { noise: 0 }],
    ['steps', { steps: 0 }],
    ['seed', { seed: -1 }],
    ['level', { level: 1 } as object],
  ])('refuses a wrong or unknown option %s', async (name, options) => {
    await expect(refineStructure(oracle(structure.positions), structure, options)).rejects.toThrow(`option ${name}`);
  });
});

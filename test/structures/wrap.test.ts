import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { neighborList, type Structure } from '../../src/structures';
import { wrappedPositions } from '../../src/structures/wrap';

const rng = createRng(1);
const structure: Structure = {
  lattice: Float64Array.of(4, 0, 0, 1.5, 5, 0, -1, 0.7, 3),
  pbc: [true, true, true],
  species: Array(20).fill('Si'),
  positions: Float64Array.from({ length: 60 }, () => 30 * rng.uniform() - 15),
  info: {},
  arrays: {},
};

describe('wrappedPositions', () => {
  it('brings atoms into a skewed cell by lattice vectors: the same neighbors', () => {
    const positions = wrappedPositions(structure);
    const [before, after] = [structure, { ...structure, positions }].map((s) => neighborList(s, 4).distances);
    expect(after.length).toBe(before.length);
    after.forEach((r, p) => {
      expect(r).toBeCloseTo(before[p], 9);
    });
    const again = wrappedPositions({ ...structure, positions });
    again.forEach((x, c) => {
      expect(x).toBeCloseTo(positions[c], 12);
    });
  });

  it('leaves free directions alone', () => {
    const slab = {
      lattice: Float64Array.of(4, 0, 0, 0, 5, 0, 0, 0, 0),
      pbc: [true, true, false] as [boolean, boolean, boolean],
    };
    const wrapped = wrappedPositions({ ...slab, positions: Float64Array.of(9, -1, 17) });
    Array.from(wrapped).forEach((x, c) => {
      expect(x).toBeCloseTo([1, 4, 17][c], 12);
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { neighborList, type Structure } from '../../src/structures';
import { inverse } from '../../src/structures/lattice';
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

  it('leaves no atom on a far face or before a near one by rounding', () => {
    const { lattice, pbc } = structure;
    const hairs = [0, 1e-18, -1e-18, 1e-16, -1e-16, 2e-16, -2e-16, 1e-14, -1e-14, -2e-14, -3e-14, -5e-324];
    const lattices = [lattice, Float64Array.of(20.46, 0, 0, 0, 20.46, 0, 0, 0, 20.46)];
    for (const cell of lattices) {
      const toFractional = inverse(cell);
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(...hairs), fc.constantFrom(0, 0.5)), {
            minLength: 3,
            maxLength: 3,
          }),
          (parts) => {
            const fractional = parts.map(([cells, hair, inside]) => cells + inside + hair);
            const position = [0, 1, 2].map((c) => fractional.reduce((sum, f, k) => sum + f * cell[3 * k + c], 0));
            const wrapped = wrappedPositions({ lattice: cell, pbc, positions: Float64Array.from(position) });
            for (let k = 0; k < 3; k++) {
              let along = 0;
              for (let c = 0; c < 3; c++) along += wrapped[c] * toFractional[3 * c + k];
              expect(along).toBeGreaterThanOrEqual(0);
              expect(along).toBeLessThan(1);
            }
          },
        ),
        { numRuns: 500 },
      );
    }
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

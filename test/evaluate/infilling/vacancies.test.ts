import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { vacancies, vacancyErrors } from '../../../src/evaluate';
import { distancesTo, readCells, type Structure } from '../../../src/structures';
import { silica } from '../../materials/silica';

const cell = readCells()[9];
const key = (positions: ArrayLike<number>, i: number): string =>
  [0, 1, 2].map((c) => positions[3 * i + c].toFixed(6)).join(' ');

describe('vacancies', () => {
  it('take away an atom and its nearest ones, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (atoms, seed) => {
        const [{ structure, atoms: gone, positions, missing }] = vacancies(cell, { atoms, seed });
        expect(new Set(gone).size).toBe(atoms);
        expect(missing.missing).toBe(atoms);
        const left = new Set(structure.species.map((_, i) => key(structure.positions, i)));
        expect(left.size).toBe(512 - atoms);
        expect(cell.species.every((_, i) => left.has(key(cell.positions, i)) !== gone.includes(i))).toBe(true);
        const distances = distancesTo(cell, missing.region.center);
        const farthest = Math.max(...gone.map((i) => distances[i]));
        expect(distances.filter((r) => r < farthest - 1e-9).length).toBe(atoms - 1);
        // Unwrapped: as far from the first as the nearest image is, and a vector of the lattice from the atom.
        gone.forEach((i, k) => {
          const offset = [0, 1, 2].map((c) => positions[3 * k + c] - missing.region.center[c]);
          expect(Math.hypot(...offset)).toBeCloseTo(distances[i], 9);
          expect(distancesTo(cell, positions.subarray(3 * k, 3 * k + 3))[i]).toBeLessThan(1e-9);
        });
        expect(missing.region.radius).toBeCloseTo(farthest + 1, 9);
      }),
      { numRuns: 30 },
    );
  });

  it('are the same of the same seed, and about different atoms', () => {
    const some = vacancies(cell, { atoms: 2, count: 20, seed: 4 });
    expect(vacancies(cell, { atoms: 2, count: 20, seed: 4 })).toEqual(some);
    expect(new Set(some.map(({ atoms }) => atoms[0])).size).toBe(20);
    expect(vacancies(cell, { atoms: 2, count: 3, seed: 4 })).toEqual(some.slice(0, 3));
  });

  it('are not where the region says: its center is off the atom by the offset, and the atoms are still inside', () => {
    const holes = vacancies(cell, { atoms: 5, count: 20, seed: 1, offset: 1.5 });
    const same = vacancies(cell, { atoms: 5, count: 20, seed: 1 });
    const mean = [0, 0, 0];
    holes.forEach(({ positions, missing: { region } }, k) => {
      const off = [0, 1, 2].map((c) => region.center[c] - same[k].missing.region.center[c]);
      expect(Math.hypot(...off)).toBeCloseTo(1.5, 12);
      expect(region.radius).toBeCloseTo(same[k].missing.region.radius + 1.5, 12);
      for (let i = 0; i < 15; i += 3) {
        expect(Math.hypot(...[0, 1, 2].map((c) => positions[i + c] - region.center[c]))).toBeLessThan(region.radius);
      }
      for (let c = 0; c < 3; c++) mean[c] += off[c] / 20;
    });
    // Evenly drawn directions: a mean of length 1.5/√20 is expected, thrice that is not.
    expect(Math.hypot(...mean)).toBeLessThan(1);
    expect(holes.map(({ atoms }) => atoms)).toEqual(same.map(({ atoms }) => atoms));
  });

  it('say what is missing by element where there are several, and match no unlike atoms', () => {
    const [hole] = vacancies(silica(), { atoms: 5, center: 'Si', seed: 1 });
    expect(hole.missing.missing).toEqual({ Si: 1, O: 4 });
    const all = vacancies(silica(), { center: 'O', count: 16 });
    expect(new Set(all.map(({ atoms }) => atoms[0])).size).toBe(16);
    expect(() => vacancies(silica(), { center: 'O', count: 17 })).toThrow('expected at most the 16 atoms of O');
    const [silicon, oxygen] = [hole.positions.slice(0, 3), hole.positions.slice(3)];
    const turned = Float64Array.from(oxygen, (_, k) => oxygen[9 - 3 * Math.floor(k / 3) + (k % 3)]);
    expect(Array.from(vacancyErrors(hole, [...silicon, ...turned]))).toEqual([0, 0, 0, 0, 0]);
    // An oxygen atom at silicon's place is no silicon atom.
    const swapped = [...oxygen.subarray(0, 3), ...silicon, ...oxygen.subarray(3)];
    const errors = vacancyErrors(hole, swapped);
    expect(errors[0]).toBeCloseTo(1.55, 2);
    expect(Math.max(...errors.subarray(1))).toBeCloseTo(1.55, 2);
  });

  it.each([
    [{ offset: -1 }, 'option offset'],
    [{ atoms: 512 }, 'option atoms'],
    [{ count: 513 }, 'option count'],
    [{ margin: 0 }, 'option margin'],
    [{ size: 2 } as object, 'option size'],
  ])('refuse %o', (options, place) => {
    expect(() => vacancies(cell, options)).toThrow(place);
  });

  it('need no periodic cell', () => {
    const open: Structure = { ...cell, pbc: [false, false, false] };
    const [{ atoms, positions }] = vacancies(open, { atoms: 3, seed: 2 });
    const where = Float64Array.from(atoms.flatMap((i) => Array.from(cell.positions.subarray(3 * i, 3 * i + 3))));
    positions.forEach((x, k) => {
      expect(x).toBeCloseTo(where[k], 9);
    });
  });
});

describe('vacancyErrors', () => {
  it('knows no names of atoms: zero for any order, and the displacement of each', () => {
    const [hole] = vacancies(cell, { atoms: 4, seed: 3 });
    const rng = createRng(1);
    const order = [2, 0, 3, 1];
    const shifts = order.map(() => [0.1 * rng.normal(), 0.1 * rng.normal(), 0.1 * rng.normal()]);
    const placed = order.flatMap((k, m) => [0, 1, 2].map((c) => hole.positions[3 * k + c] + shifts[m][c]));
    const errors = vacancyErrors(hole, placed);
    order.forEach((k, m) => {
      expect(errors[k]).toBeCloseTo(Math.hypot(...shifts[m]), 9);
    });
  });
});

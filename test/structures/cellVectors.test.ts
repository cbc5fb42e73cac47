import { describe, expect, it } from 'vitest';
import { cellVectors } from '../../src/structures/cellVectors';
import { cellVolume } from '../../src/structures/lattice';

describe('cellVectors', () => {
  it('takes edges, nine numbers as they are, and right angles exactly', () => {
    const box = Float64Array.of(2, 0, 0, 0, 3, 0, 0, 0, 4);
    expect(cellVectors([2, 3, 4])).toEqual(box);
    expect(cellVectors([2, 3, 4, 90, 90, 90])).toEqual(box);
    expect(cellVectors([1, 2, 3, 4, 5, 6, 7, 8, 10])).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10));
  });

  it('has the lengths and angles it is given', () => {
    const given = [5, 6, 7, 80, 95, 110];
    const m = cellVectors(given);
    const rows = [0, 3, 6].map((k) => Array.from(m.subarray(k, k + 3)));
    const dot = (u: number[], v: number[]): number => u.reduce((sum, x, c) => sum + x * v[c], 0);
    const angle = (u: number[], v: number[]): number =>
      (Math.acos(dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))) * 180) / Math.PI;
    const [a, b, c] = rows;
    const found = [...rows.map((row) => Math.sqrt(dot(row, row))), angle(b, c), angle(a, c), angle(a, b)];
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(given[k], 10);
    });
  });

  it('of a hexagonal cell has the volume a²c √3/2', () => {
    expect(cellVolume({ lattice: cellVectors([3, 3, 5, 90, 90, 120]) })).toBeCloseTo(9 * 5 * Math.sqrt(0.75), 10);
  });

  it.each([
    ['two numbers', [1, 2]],
    ['an edge of 0', [1, 0, 3]],
    ['an edge below 0', [1, -2, 3]],
    ['a number that is none', [1, NaN, 3]],
    ['angles that close no cell', [1, 1, 1, 60, 60, 150]],
    ['vectors in one plane', [1, 0, 0, 0, 1, 0, 1, 1, 0]],
  ])('refuses %s', (_, cell) => {
    expect(() => cellVectors(cell)).toThrow(/option cell: found .*expected/);
  });
});

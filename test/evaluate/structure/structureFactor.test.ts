import { describe, expect, it } from 'vitest';
import { randomCell } from '../../../src/diffusion';
import { largestStructureFactor, structureFactor } from '../../../src/evaluate';
import { readCells } from '../../../src/structures';
import { crystal, DIAMOND } from '../../evaluate/helpers';

describe('structureFactor', () => {
  it('is 1 for atoms anywhere', () => {
    const cells = [1, 2, 3, 4].map((seed) => randomCell({ atoms: 300, density: 2.3, species: 'Si', seed }));
    const { q, values } = structureFactor(cells, { qMax: 6, width: 1 });
    expect(q[q.length - 1]).toBeGreaterThan(5);
    // Exponential values: their error is 1/√n; the last bins have thousands.
    values.slice(-3).forEach((value) => {
      expect(Math.abs(value - 1)).toBeLessThan(0.12);
    });
  });

  it('of a crystal is N at the Bragg peaks of its structure and 0 elsewhere', () => {
    const whole = crystal(DIAMOND, 5.431, 2);
    expect(largestStructureFactor(whole, { qMax: 4 })).toBeCloseTo(64, 6);
    const { q, values } = structureFactor(whole, { qMax: 3.9, width: 0.02 });
    const peaks = Array.from(q).filter((_, b) => values[b] > 1);
    // 111, 220 and 311; 200 is forbidden in diamond.
    const expected = [3, 8, 11].map((n) => (2 * Math.PI * Math.sqrt(n)) / 5.431);
    expect(peaks).toHaveLength(3);
    peaks.forEach((peak, k) => {
      expect(peak).toBeCloseTo(expected[k], 6);
    });
  });

  it('of the supplied cells has the two peaks of amorphous silicon', () => {
    const { q, values } = structureFactor(readCells().slice(0, 2), { qMax: 6, width: 0.3 });
    const highest = (from: number, to: number): number =>
      Math.max(...Array.from(values).filter((_, b) => q[b] > from && q[b] < to));
    expect(highest(1.7, 2.4)).toBeGreaterThan(1.1);
    expect(highest(3.3, 3.9)).toBeGreaterThan(1.4);
    expect(highest(2.5, 3)).toBeLessThan(0.8);
    expect(largestStructureFactor(readCells()[0])).toBeLessThan(25);
  });

  it('of some wave vectors is near that of all, and the same where there are no more', () => {
    const cell = readCells()[0];
    const options = { qMax: 5, width: 0.5 };
    const all = structureFactor(cell, options);
    expect(structureFactor(cell, { ...options, most: 1e6 })).toEqual(all);
    const some = structureFactor(cell, { ...options, most: 300 });
    expect(some.values).toHaveLength(all.values.length);
    // Exponential values: the error of a mean of 300 is 6 %.
    all.values.forEach((value, b) => {
      expect(Math.abs(some.values[b] - value)).toBeLessThan(0.25 * value);
    });
  });

  it('refuses options that it does not know, and no structure', () => {
    expect(() => structureFactor([], {})).toThrow(/^structures: found none/);
    expect(() => structureFactor(readCells()[0], { qmax: 3 } as never)).toThrow(/^option qmax/);
    expect(() => largestStructureFactor(readCells()[0], { width: 3 } as never)).toThrow(/^option width/);
  });
});

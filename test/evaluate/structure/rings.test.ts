import { describe, expect, it } from 'vitest';
import { ringStatistics } from '../../../src/evaluate';
import { silica } from '../../materials/silica';
import { cluster, crystal, DIAMOND, SC } from '../helpers';

/** A regular polygon of atoms at unit bonds. */
function polygon(size: number): number[] {
  const radius = 0.5 / Math.sin(Math.PI / size);
  return Array.from({ length: size }, (_, i) => (2 * Math.PI * i) / size).flatMap((a) => [
    radius * Math.cos(a),
    radius * Math.sin(a),
    0,
  ]);
}

describe('ringStatistics', () => {
  it.each([3, 4, 5, 6, 7, 8, 11, 12])('finds one ring in a %i-gon', (size) => {
    const { counts } = ringStatistics(cluster(polygon(size)), { bonds: 1.05 });
    expect(Array.from(counts)).toEqual(Array.from({ length: 13 }, (_, s) => (s === size ? 1 : 0)));
  });

  it('gives diamond two six-rings an atom and no others, in one cell as in eight', () => {
    for (const repeat of [1, 2]) {
      const { perAtom } = ringStatistics(crystal(DIAMOND, 5.431, repeat), { maxSize: 10 });
      expect(Array.from(perAtom)).toEqual([0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
    }
  });

  it('gives the simple cubic network three squares and four bent hexagons an atom', () => {
    // The hexagons around the four body diagonals of each cube: every opposite pair is three bonds apart either way.
    const { perAtom } = ringStatistics(crystal(SC, 2.5, 3), { maxSize: 8 });
    expect(Array.from(perAtom)).toEqual([0, 0, 0, 0, 3, 0, 4, 0, 0]);
  });

  it('does not call a ring what a bond cuts short', () => {
    // A square with one diagonal: two triangles.
    const { counts } = ringStatistics(cluster([0, 0, 0, 1, 0, 0, 0.5, 0.85, 0, 0.5, -0.85, 0]), { bonds: 1.05 });
    expect(counts[3]).toBe(2);
    expect(counts[4]).toBe(0);
  });

  it('does not close a chain through the periodic boundary', () => {
    const chain = cluster([0, 0, 0, 2, 0, 0, 4, 0, 0]);
    const periodic = {
      ...chain,
      lattice: Float64Array.of(6, 0, 0, 0, 20, 0, 0, 0, 20),
      pbc: [true, true, true] as [boolean, boolean, boolean],
    };
    expect(ringStatistics(periodic, { bonds: 2.1 }).counts.reduce((a, b) => a + b)).toBe(0);
  });

  it('counts only one element where it is told to: the rings of cristobalite are those of diamond', () => {
    const { counts, perAtom } = ringStatistics(silica(), { bonds: { 'Si-O': 2 }, maxSize: 8, counted: 'Si' });
    expect(Array.from(perAtom)).toEqual([0, 0, 0, 0, 0, 0, 2, 0, 0]);
    expect(counts[6]).toBe(16);
    const all = ringStatistics(silica(), { bonds: { 'Si-O': 2 }, maxSize: 16 });
    expect(all.counts[12]).toBe(16);
    expect(() => ringStatistics(silica(), { counted: 'C' })).toThrow("option counted: found 'C'");
  });

  it('refuses sizes below three', () => {
    expect(() => ringStatistics(cluster(polygon(3)), { maxSize: 2 })).toThrow('option maxSize');
  });
});

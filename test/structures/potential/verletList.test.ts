import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { neighborList, type Structure } from '../../../src/structures';
import { VerletList } from '../../../src/structures/potential/verletList';

/** Atoms at random, some outside, in a skewed cell shorter than the cutoff. */
const rng = createRng(4);
const structure: Structure = {
  lattice: Float64Array.of(4, 0, 0, 1.5, 5, 0, -1, 0.7, 3),
  pbc: [true, true, true],
  species: Array(5).fill('Si'),
  positions: Float64Array.from({ length: 15 }, () => 12 * rng.uniform() - 4),
  info: {},
  arrays: {},
};

/** Distances below the cutoff as the list has them, sorted. */
function distances(list: VerletList, positions: Float64Array, cutoff: number): number[] {
  const found: number[] = [];
  for (let i = 0; i + 1 < list.offsets.length; i++) {
    for (let m = list.offsets[i]; m < list.offsets[i + 1]; m++) {
      const gap = [0, 1, 2].map(
        (c) => positions[3 * list.indices[m] + c] - positions[3 * i + c] + list.shifts[3 * m + c],
      );
      const r = Math.hypot(...gap);
      if (r < cutoff) found.push(r);
    }
  }
  return found.sort((a, b) => a - b);
}

describe('VerletList', () => {
  it('has every pair within the cutoff until an atom has moved by half the skin, and then again', () => {
    const list = new VerletList(structure, 3.5, 0.4);
    const positions = structure.positions.slice();
    let built = 0;
    for (let s = 0; s < 40; s++) {
      if (list.update(positions)) built++;
      const expected = Array.from(neighborList({ ...structure, positions }, 3.5).distances).sort((a, b) => a - b);
      const found = distances(list, positions, 3.5);
      expect(found.length).toBe(expected.length);
      found.forEach((r, k) => {
        expect(r).toBeCloseTo(expected[k], 10);
      });
      for (let c = 0; c < positions.length; c++) positions[c] += 0.04 * rng.normal();
    }
    expect(built).toBeGreaterThan(1);
    expect(built).toBeLessThan(40);
  });

  it('follows atoms out of the cell', () => {
    const list = new VerletList(structure, 3.5, 0.4);
    list.update(structure.positions);
    const before = distances(list, structure.positions, 3.5);
    const positions = structure.positions.slice();
    for (let c = 0; c < 3; c++) positions[c] += 2 * structure.lattice[3 + c];
    expect(list.update(positions)).toBe(true);
    const after = distances(list, positions, 3.5);
    after.forEach((r, k) => {
      expect(r).toBeCloseTo(before[k], 10);
    });
  });
});

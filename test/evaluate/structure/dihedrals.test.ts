import { describe, expect, it } from 'vitest';
import { dihedralAngles } from '../../../src/evaluate/structure/dihedrals';
import { cluster, crystal, DIAMOND, rattle } from '../helpers';

describe('dihedralAngles', () => {
  it('gives a chain its sign: a quarter turn clockwise along the axis is +π/2', () => {
    // Seen from j to k (along +z, eye below), the clockwise direction from +x is +y.
    const chain = [2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 2];
    const angles = dihedralAngles(cluster(chain), { bonds: 2.1 });
    expect(angles.length).toBe(1);
    expect(angles[0]).toBeCloseTo(Math.PI / 2, 12);
    const mirrored = chain.map((x, i) => (i % 3 === 1 ? -x : x));
    expect(dihedralAngles(cluster(mirrored), { bonds: 2.1 })[0]).toBeCloseTo(-Math.PI / 2, 12);
  });

  it('finds diamond staggered: a third trans, the rest gauche, nine chains a bond', () => {
    const angles = dihedralAngles(crystal(DIAMOND, 5.431, 1)).map(Math.abs);
    expect(angles.length).toBe(16 * 9);
    expect(angles.filter((a) => Math.abs(a - Math.PI) < 1e-6).length).toBe(16 * 3);
    expect(angles.filter((a) => Math.abs(a - Math.PI / 3) < 1e-6).length).toBe(16 * 6);
  });

  it('changes sign in the mirror', () => {
    const cell = rattle(crystal(DIAMOND, 5.431, 1), 0.1, 1);
    const mirrored = { ...cell, lattice: cell.lattice.map((x) => -x), positions: cell.positions.map((x) => -x) };
    const expected = dihedralAngles(cell)
      .map((x) => -x)
      .sort();
    const found = dihedralAngles(mirrored).sort();
    expect(found.length).toBe(expected.length);
    found.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i], 9);
    });
  });

  it('leaves out straight chains and three-rings', () => {
    expect(dihedralAngles(cluster([0, 0, 0, 2, 0, 0, 4, 0, 0, 6, 0, 0]), { bonds: 2.1 }).length).toBe(0);
    expect(dihedralAngles(cluster([0, 0, 0, 2, 0, 0, 1, Math.sqrt(3), 0]), { bonds: 2.1 }).length).toBe(0);
  });
});

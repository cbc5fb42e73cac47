import { describe, expect, it } from 'vitest';
import { randomCell } from '../../../src/diffusion';
import { density } from '../../../src/evaluate';
import { neighborList } from '../../../src/structures';

describe('randomCell', () => {
  it('has the density and keeps the distance', () => {
    const cell = randomCell({ atoms: 200, density: 2.2, separation: 2.1, seed: 4 });
    expect(density(cell)).toBeCloseTo(2.2, 10);
    expect(Math.min(...neighborList(cell, 4).distances)).toBeGreaterThanOrEqual(2.1);
    expect(cell.positions.every((x) => x >= 0 && x < cell.lattice[0])).toBe(true);
  });

  it('is the same for the same seed', () => {
    expect(randomCell({ seed: 1 })).toEqual(randomCell({ seed: 1 }));
    expect(randomCell({ seed: 1 }).positions).not.toEqual(randomCell({ seed: 2 }).positions);
  });

  it('takes atoms without a distance, and of another element', () => {
    expect(randomCell({ atoms: 3, separation: 0, species: 'Ge', density: 5 }).species).toEqual(['Ge', 'Ge', 'Ge']);
  });

  it('refuses by name what it cannot do', () => {
    expect(() => randomCell({ atoms: 0 })).toThrow(/option atoms/);
    expect(() => randomCell({ density: -1 })).toThrow(/option density/);
    expect(() => randomCell({ separation: -1 })).toThrow(/option separation/);
    expect(() => randomCell({ separation: 3 })).toThrow(/option separation: found 3 Å, no room for atom \d+/);
    expect(() => randomCell({ species: 'Xx' })).toThrow(/option species/);
    expect(() => randomCell({ count: 2 } as never)).toThrow(/option count/);
  });
});

import { describe, expect, it } from 'vitest';
import { randomCell } from '../../../src/diffusion';
import { density } from '../../../src/evaluate';
import { neighborList } from '../../../src/structures';

const SI = { density: 2.28, species: 'Si', minDistance: 2 };

describe('randomCell', () => {
  it('has the density and keeps the distance', () => {
    const cell = randomCell({ atoms: 200, density: 2.2, minDistance: 2.1, species: 'Si', seed: 4 });
    expect(density(cell)).toBeCloseTo(2.2, 10);
    expect(Math.min(...neighborList(cell, 4).distances)).toBeGreaterThanOrEqual(2.1);
    expect(cell.positions.every((x) => x >= 0 && x < cell.lattice[0])).toBe(true);
  });

  it('is the same for the same seed', () => {
    expect(randomCell({ ...SI, seed: 1 })).toEqual(randomCell({ ...SI, seed: 1 }));
    expect(randomCell({ ...SI, seed: 1 }).positions).not.toEqual(randomCell({ ...SI, seed: 2 }).positions);
  });

  it('takes atoms without a distance, and of another element', () => {
    expect(randomCell({ atoms: 3, species: 'Ge', density: 5 }).species).toEqual(['Ge', 'Ge', 'Ge']);
  });

  it('refuses densities of no solid, and takes those of diamond, aerogel, lithium and uranium', () => {
    expect(() => randomCell({ ...SI, density: 20 })).toThrow('density: found 20 g/cm³, expected 0.0081 to 13 g/cm³');
    expect(() => randomCell({ ...SI, density: 0.001 })).toThrow('option density');
    for (const [species, density] of [
      ['C', 3.51],
      ['Si', 0.01],
      ['Li', 0.534],
      ['U', 19.05],
      ['Os', 22.59],
    ] as const) {
      expect(randomCell({ atoms: 8, species, density }).species).toHaveLength(8);
    }
  });

  it('refuses by name what it cannot do', () => {
    expect(() => randomCell({ ...SI, atoms: 0 })).toThrow(/option atoms/);
    expect(() => randomCell({ ...SI, density: -1 })).toThrow(/option density/);
    expect(() => randomCell({ ...SI, minDistance: -1 })).toThrow(/option minDistance/);
    expect(() => randomCell({ ...SI, minDistance: 3 })).toThrow(/option minDistance: found 3 Å, no room for atom \d+/);
    expect(() => randomCell({ ...SI, species: 'Xx' })).toThrow(/option species/);
    expect(() => randomCell({ ...SI, count: 2 } as never)).toThrow(/option count/);
  });
});

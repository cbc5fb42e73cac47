import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { randomCell } from '../../../src/generate';
import { BondSwitching } from '../../../src/generate/networks/bondSwitching';
import { fourBonds } from '../../../src/generate/networks/fourBonds';
import { KeatingForces } from '../../../src/generate/networks/keating';
import { bondSet, diamond, switched } from './networks';

const start = randomCell({ atoms: 100, seed: 3 });

describe('BondSwitching', () => {
  it('keeps account of the energy, switch by switch', () => {
    const search = new BondSwitching(start, fourBonds(start));
    const rng = createRng(1);
    for (let k = 0; k < 20_000; k++) search.trial(0.4, rng);
    expect(search.counts.accepted).toBeGreaterThan(20);
    const forces = new KeatingForces({ ...start, positions: search.positions }, search.network);
    expect(search.energy).toBeCloseTo(forces.whole(search.positions, new Float64Array(300)), 8);
    expect(new Set(bondSet(search.network)).size).toBe(400);
  });

  it('leaves positions, bonds and energy as they were when it refuses', () => {
    const search = new BondSwitching(diamond, fourBonds(diamond));
    const [positions, bonds, energy] = [search.positions.slice(), bondSet(search.network), search.energy];
    const rng = createRng(1);
    for (let k = 0; k < 30_000; k++) expect(search.trial(1e-9, rng)).toBe(false);
    expect(search.counts.relaxed).toBeGreaterThan(0);
    expect(search.counts).toMatchObject({ tried: 30_000, accepted: 0 });
    expect(search.positions).toEqual(positions);
    expect(bondSet(search.network)).toEqual(bonds);
    expect(search.energy).toBe(energy);
  });

  it('goes downhill only, at no temperature, and takes a wrong bond back', () => {
    const { structure, network } = switched(1);
    const bottom = new BondSwitching(diamond, fourBonds(diamond)).energy;
    const search = new BondSwitching(structure, network);
    const rng = createRng(1);
    let { energy } = search;
    expect(energy).toBeGreaterThan(bottom + 1);
    for (let k = 0; k < 50_000; k++) {
      search.trial(1e-9, rng);
      expect(search.energy).toBeLessThanOrEqual(energy);
      energy = search.energy;
    }
    search.settle(1000, 0.01);
    // Not by the same names: two atoms may have changed places.
    expect(search.energy).toBeCloseTo(bottom, 2);
  });

  it('accepts more at a higher temperature', () => {
    const accepted = [0.05, 0.3, 2].map((kT) => {
      const search = new BondSwitching(diamond, fourBonds(diamond));
      const rng = createRng(1);
      for (let k = 0; k < 10_000; k++) search.trial(kT, rng);
      return search.counts.accepted;
    });
    expect(accepted[0]).toBeLessThan(accepted[2]);
    expect(accepted[1]).toBeLessThan(accepted[2]);
  });
});

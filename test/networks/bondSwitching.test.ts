import { describe, expect, it } from 'vitest';
import { BondSwitching } from '../../data/make/networks/bondSwitching';
import { fourBonds } from '../../data/make/networks/fourBonds';
import { KeatingForces } from '../../data/make/networks/keating';
import { createRng } from '../../src/core';
import { randomCell } from '../../src/diffusion';
import type { Structure } from '../../src/structures';
import { bondSet, diamond, RANDOM, switched } from './networks';

const start = randomCell({ ...RANDOM, atoms: 100, seed: 3 });

function searchIn(structure: Structure, network = fourBonds(structure)): BondSwitching {
  return new BondSwitching(structure, network, createRng(1));
}

describe('BondSwitching', () => {
  it('keeps account of the energy and the bonds, switch by switch', () => {
    const large = randomCell({ ...RANDOM, atoms: 512, seed: 4 });
    // A hot diamond crowds: its lists outgrow the room they had.
    for (const [structure, kT] of [
      [start, 0.4],
      [large, 0.4],
      [diamond, 20],
    ] as const) {
      const search = searchIn(structure);
      for (let part = 0; part < 20; part++) {
        search.run(1000, kT);
        const forces = new KeatingForces({ ...structure, positions: search.positions }, search.network);
        const whole = forces.whole(search.positions, new Float64Array(structure.positions.length));
        expect(Math.abs(search.energy - whole)).toBeLessThan(1e-5 * whole);
      }
      expect(search.counts.tried).toBe(20_000);
      expect(search.counts.accepted).toBeGreaterThan(20);
      expect(new Set(bondSet(search.network)).size).toBe(4 * structure.species.length);
    }
  });

  it('does the same in one go and in many', () => {
    const [one, many] = [searchIn(start), searchIn(start)];
    one.run(5000, 0.4);
    for (let k = 0; k < 100; k++) many.run(50, 0.4);
    expect(many.counts).toEqual(one.counts);
    expect(many.positions).toEqual(one.positions);
    expect(bondSet(many.network)).toEqual(bondSet(one.network));
  });

  it('leaves positions, bonds and energy as they were when it refuses', () => {
    const search = searchIn(diamond);
    const [positions, bonds, energy] = [search.positions.slice(), bondSet(search.network), search.energy];
    search.run(30_000, 1e-9);
    expect(search.counts.relaxed).toBeGreaterThan(0);
    expect(search.counts).toMatchObject({ tried: 30_000, accepted: 0 });
    expect(search.positions).toEqual(positions);
    expect(bondSet(search.network)).toEqual(bonds);
    expect(search.energy).toBe(energy);
  });

  it('goes downhill only, at no temperature, and takes a wrong bond back', () => {
    const { structure, network } = switched(1);
    const bottom = searchIn(diamond).energy;
    const search = searchIn(structure, network);
    let { energy } = search;
    expect(energy).toBeGreaterThan(bottom + 1);
    for (let part = 0; part < 500; part++) {
      search.run(100, 1e-9);
      expect(search.energy).toBeLessThanOrEqual(energy);
      energy = search.energy;
    }
    search.settle(1000, 0.01);
    // Not by the same names: two atoms may have changed places.
    expect(search.energy).toBeCloseTo(bottom, 2);
  });

  it('accepts more at a higher temperature', () => {
    const accepted = [0.05, 0.3, 2].map((kT) => {
      const search = searchIn(diamond);
      search.run(10_000, kT);
      return search.counts.accepted;
    });
    expect(accepted[0]).toBeLessThan(accepted[2]);
    expect(accepted[1]).toBeLessThan(accepted[2]);
  });
});

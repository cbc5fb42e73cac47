import { describe, expect, it } from 'vitest';
import { fourBonds } from '../../data/make/networks/fourBonds';
import { KeatingForces } from '../../data/make/networks/keating';
import type { Network } from '../../data/make/networks/network';
import { SwitchKernel } from '../../data/make/networks/switchKernel';
import { createRng } from '../../src/core';
import { randomCell } from '../../src/diffusion';
import type { Structure } from '../../src/structures';
import { bondSet, RANDOM, switched } from './networks';

const random = createRng(1).state().words;

interface Told {
  kernel: SwitchKernel;
  forces: KeatingForces;
}

/** A kernel that knows a structure and its lists. */
function told({ structure, network }: { structure: Structure; network: Network }): Told {
  const forces = new KeatingForces(structure, network);
  const most = Math.max(...forces.list.counts);
  const kernel = new SwitchKernel(network, structure.lattice, most, random);
  kernel.setPositions(structure.positions);
  kernel.setList(forces.list, forces.list.counts.keys());
  return { kernel, forces };
}

const random100 = randomCell({ ...RANDOM, atoms: 100, seed: 7 });
const oblique: Structure = {
  ...random100,
  lattice: Float64Array.from(random100.lattice, (x, k) => x + [0, 0, 0, 3, 0, 0, -2, 4, 0][k]),
};

/** Small and large, straight and oblique, near diamond and far from anything. */
const CASES: Record<string, { structure: Structure; network: Network }> = {
  'a diamond with switched bonds': switched(15),
  'random atoms': { structure: random100, network: fourBonds(random100) },
  'random atoms in an oblique cell': { structure: oblique, network: fourBonds(oblique) },
};

describe('SwitchKernel', () => {
  for (const [name, { structure, network }] of Object.entries(CASES)) {
    const { positions } = structure;
    const atoms = positions.length / 3;

    it(`has the energies of all atoms, by their sum, in single precision: ${name}`, () => {
      const { kernel, forces } = told({ structure, network });
      const whole = forces.whole(positions, new Float64Array(3 * atoms));
      expect(Math.abs(kernel.refresh(forces.list.counts.keys()) - whole)).toBeLessThan(1e-6 * whole);
      expect(kernel.refresh(forces.list.counts.keys())).toBe(0);
    });

    it(`has a region's gradient, and as much of the energy as changes in it: ${name}`, () => {
      const rng = createRng(2);
      for (const shells of [0, 1, 2]) {
        const four = Array.from({ length: 4 }, () => rng.integer(atoms));
        const { kernel, forces } = told({ structure, network });
        const slope = new Float64Array(3 * atoms);
        const wholeBefore = forces.whole(positions, slope);
        const before = kernel.measureRegion(four, shells);
        const scale = Math.max(...slope.map(Math.abs));
        for (const i of kernel.movable) {
          for (let c = 0; c < 3; c++)
            expect(Math.abs(kernel.gradient[4 * i + c] - slope[3 * i + c])).toBeLessThan(3e-6 * scale);
        }
        const moved = positions.slice();
        for (const i of kernel.movable) for (let c = 3 * i; c < 3 * i + 3; c++) moved[c] += 0.02 * rng.normal();
        kernel.setPositions(moved);
        const change = forces.whole(moved, slope) - wholeBefore;
        expect(Math.abs(kernel.measureRegion(four, shells) - before - change)).toBeLessThan(1e-6 * wholeBefore);
      }
    });

    it(`brings up to date what a region has changed: ${name}`, () => {
      const { kernel, forces } = told({ structure, network });
      kernel.refresh(forces.list.counts.keys());
      kernel.measureRegion([0, 1, 2, 3], 1);
      const moved = positions.slice();
      for (const i of kernel.movable) moved[3 * i] += 0.1;
      kernel.setPositions(moved);
      const change = kernel.refreshRegion();
      const slope = new Float64Array(3 * atoms);
      expect(change).toBeCloseTo(forces.whole(moved, slope) - forces.whole(positions, slope), 3);
      expect(kernel.refresh(forces.list.counts.keys())).toBe(0);
    });

    it(`accepts switches that the network can make, and refuses without a trace: ${name}`, () => {
      const own = fourBonds(structure);
      const { kernel, forces } = told({ structure, network: own });
      kernel.refresh(forces.list.counts.keys());
      const before = kernel.positions.slice();
      const refused = kernel.search(2000, 1e-9);
      if (!refused.accepted) expect(kernel.positions).toEqual(before);
      const { tried, relaxed, accepted } = kernel.search(1e6, 100);
      expect(tried).toBeLessThan(1e6);
      expect(relaxed).toBeLessThanOrEqual(tried);
      const bonds = bondSet(own);
      for (const slots of [refused.accepted, accepted]) if (slots) expect(own.switchBonds(...slots)).toBe(true);
      expect(bondSet(own)).not.toEqual(bonds);
      const still = Array.from({ length: atoms }, (_, i) => i).filter((i) => !kernel.movable.includes(i));
      if (!refused.accepted) for (const i of still) expect(kernel.positions[4 * i]).toBe(before[4 * i]);
    });
  }

  it('lets those within some bonds move: 4, 12 more atoms of diamond', () => {
    const { kernel } = told(switched(0));
    kernel.measureRegion([5, 5, 5, 5], 1);
    const near = Array.from(kernel.movable);
    expect(near.length).toBe(5);
    kernel.measureRegion([5, 5, 5, 5], 2);
    expect(kernel.movable.length).toBe(17);
    expect(new Set(kernel.movable).size).toBe(17);
    expect(Array.from(kernel.movable.subarray(0, 5))).toEqual(near);
  });

  it('draws from the generator whose state it was given', () => {
    const { kernel } = told(switched(15));
    const rng = createRng(1);
    for (let k = 0; k < 100; k++) {
      kernel.search(1, 1e-9);
      // An atom, three bonds and one or two thresholds.
      let draws = 0;
      while (rng.state().words.some((word, w) => word !== kernel.random[w] >>> 0) && draws < 7) {
        rng.next();
        draws++;
      }
      expect(draws).toBeGreaterThan(4);
      expect(draws).toBeLessThan(7);
    }
  });

  it('goes on from the state of its generator', () => {
    const [first, second] = [told(switched(15)), told(switched(15))];
    for (const { kernel, forces } of [first, second]) kernel.refresh(forces.list.counts.keys());
    expect(first.kernel.search(500, 0.4)).toEqual(second.kernel.search(500, 0.4));
    expect(first.kernel.random).toEqual(second.kernel.random);
    expect(first.kernel.random).not.toEqual(Int32Array.from(random));
  });
});

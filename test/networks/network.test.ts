import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Network } from '../../data/make/networks/network';
import { createRng } from '../../src/core';
import { bondSet, switched } from './networks';

/** That every atom has four different bonds, none to itself, and every bond two ends with opposite images. */
function expectNetwork(network: Network): void {
  const bonds = new Set(bondSet(network));
  expect(bonds.size).toBe(4 * network.atoms);
  network.neighbors.forEach((j, slot) => {
    expect(j).not.toBe(slot >> 2);
    expect(network.back(network.back(slot))).toBe(slot);
    expect(network.neighbors[network.back(slot)]).toBe(slot >> 2);
    for (let c = 0; c < 3; c++) {
      expect(network.shifts[3 * slot + c] + network.shifts[3 * network.back(slot) + c]).toBeCloseTo(0, 12);
    }
  });
}

describe('Network', () => {
  it('stays one of four bonds an atom through any switches', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectNetwork(switched(40, seed).network)),
      { seed: 1, numRuns: 10 },
    );
  });

  it('breaks A–B and C–D and makes A–C and B–D, and nothing else', () => {
    const { network } = switched(0);
    const before = bondSet(network);
    const toA = 8;
    const toC = 9;
    const toD = [0, 1, 2, 3].map((k) => 4 * network.neighbors[toC] + k).find((slot) => slot !== network.back(toC))!;
    const [a, b, c, d] = [network.neighbors[toA], 2, network.neighbors[toC], network.neighbors[toD]];
    expect(network.switchBonds(toA, toC, toD)).toBe(true);
    const after = bondSet(network);
    const pairs = (bonds: string[]): string[] => bonds.map((bond) => bond.split(' ').slice(0, 2).join(' '));
    const gone = pairs(before.filter((bond) => !after.includes(bond)));
    const made = pairs(after.filter((bond) => !before.includes(bond)));
    expect(gone.sort()).toEqual([`${a} ${b}`, `${b} ${a}`, `${c} ${d}`, `${d} ${c}`].sort());
    expect(made.sort()).toEqual([`${a} ${c}`, `${c} ${a}`, `${b} ${d}`, `${d} ${b}`].sort());
    // Backwards it is a switch too, of the chain A–C–B–D.
    expect(network.switchBonds(toD, network.back(toC), toA)).toBe(true);
    expect(bondSet(network)).toEqual(before);
    expect(network.switchBonds(toA, toC, toD)).toBe(true);
    expect(bondSet(network)).toEqual(after);
  });

  it('refuses, and leaves as it is, what would join an atom to itself or what is bonded already', () => {
    const { network } = switched(20);
    const before = bondSet(network);
    const toC = 4;
    expect(network.switchBonds(toC, toC, 4 * network.neighbors[toC])).toBe(false);
    expect(network.switchBonds(5, toC, network.back(toC))).toBe(false);
    expect(bondSet(network)).toEqual(before);
  });

  it('numbers images so that they add up and turn around', () => {
    const lattice = Float64Array.of(3, 0, 0, 0.5, 4, 0, 0, 0, 5);
    const images = Int32Array.from([1, 0, 0, -1, 0, 0, 0, 1, -1, 0, -1, 1, -1, 0, 0, 1, 0, 0, 0, -1, 1, 0, 1, -1]);
    const network = new Network({ lattice }, Int32Array.from([1, 1, 1, 1, 0, 0, 0, 0]), images);
    expect(Array.from(network.shifts.subarray(6, 12))).toEqual([0.5, 4, -5, -0.5, -4, 5]);
    expect([0, 1, 2, 3].map((slot) => network.back(slot))).toEqual([4, 5, 6, 7]);
    const rng = createRng(1);
    for (let k = 0; k < 100; k++) {
      network.switchBonds(rng.integer(8), rng.integer(8), rng.integer(8));
      expect(network.neighbors).toEqual(Int32Array.from([1, 1, 1, 1, 0, 0, 0, 0]));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { fourBonds } from '../../data/make/networks/fourBonds';
import { randomCell } from '../../src/diffusion';
import { neighborList, readExtxyz } from '../../src/structures';
import { BCC, cluster, crystal, rattle } from '../evaluate/helpers';
import { bondSet, diamond, RANDOM } from './networks';

describe('fourBonds', () => {
  it('finds the bonds of diamond, moved at random too', () => {
    const expected = bondSet(fourBonds(diamond));
    const { indices, offsets } = neighborList(diamond, 2.6);
    const { neighbors } = fourBonds(diamond);
    for (let i = 0; i < 64; i++) {
      const listed = Array.from(indices.subarray(offsets[i], offsets[i + 1])).sort();
      expect(Array.from(neighbors.subarray(4 * i, 4 * i + 4)).sort()).toEqual(listed);
    }
    expect(bondSet(fourBonds(rattle(diamond, 0.15, 1)))).toEqual(expected);
  });

  it('gives each atom of a random cell four different bonds that have two ends', () => {
    for (const seed of [1, 2]) {
      const network = fourBonds(randomCell({ ...RANDOM, atoms: 100, seed }));
      expect(new Set(bondSet(network)).size).toBe(400);
      network.neighbors.forEach((_, slot) => {
        expect(network.back(network.back(slot))).toBe(slot);
      });
    }
  });

  it('leaves nearly all bonds of a real cell as they are, and ends them where there are five', () => {
    const [cell] = readExtxyz('data/a-si/a-si-512-09.extxyz');
    const network = fourBonds(cell);
    const { indices, offsets } = neighborList(cell, 2.85);
    let same = 0;
    for (let i = 0; i < 512; i++) {
      const listed = new Set(indices.subarray(offsets[i], offsets[i + 1]));
      same += Array.from(network.neighbors.subarray(4 * i, 4 * i + 4)).filter((j) => listed.has(j)).length;
    }
    expect(same / 2048).toBeGreaterThan(0.98);
  });

  it('takes a cell of two atoms, bonded through the walls', () => {
    const network = fourBonds(
      crystal(
        [
          [0, 0, 0],
          [0.5, 0.5, 0.5],
        ] satisfies typeof BCC,
        3,
        1,
      ),
    );
    expect(Array.from(network.neighbors)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(new Set(network.images.subarray(0, 4)).size).toBe(4);
  });

  it('refuses what has no such network', () => {
    expect(() => fourBonds(cluster([0, 0, 0, 1, 1, 1]))).toThrow(/pbc: found \[false,false,false\]/);
    expect(() => fourBonds(crystal([[0, 0, 0]], 3, 1))).toThrow(/structure: found 1 atoms that have no four bonds/);
    expect(() => fourBonds(crystal(BCC, 12, 2))).toThrow(/within 6.5 Å/);
  });
});

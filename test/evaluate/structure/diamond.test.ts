import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { randomCell } from '../../../src/diffusion';
import { diamondLike } from '../../../src/evaluate';
import type { Structure } from '../../../src/structures';
import { randomRotation, turned } from '../../diffusion/graph/toy';

const BOND = { bonds: 2.85 };
const share = (structure: Structure): number =>
  diamondLike(structure, BOND).reduce((sum, one) => sum + one, 0) / structure.species.length;

/** Layers of diamond stacked along z: `ABC` is cubic diamond, `AB` lonsdaleite; 4 × 4 primitive cells a layer. */
function stacked(order: string): Structure {
  const bond = 2.352;
  const side = bond * Math.sqrt(8 / 3);
  const [a, b] = [
    [side, 0],
    [side / 2, (side * Math.sqrt(3)) / 2],
  ];
  const height = (4 * bond) / 3;
  const positions: number[] = [];
  [...order].forEach((letter, layer) => {
    const s = 'ABC'.indexOf(letter) / 3;
    for (let p = 0; p < 4; p++) {
      for (let q = 0; q < 4; q++) {
        const x = (p + s) * a[0] + (q + s) * b[0];
        const y = (p + s) * a[1] + (q + s) * b[1];
        // A pair with a bond along z; its upper atom bonds to the three of the layer above.
        positions.push(x, y, layer * height, x, y, layer * height + bond);
      }
    }
  });
  const lattice = Float64Array.of(4 * a[0], 0, 0, 4 * b[0], 4 * b[1], 0, 0, 0, order.length * height);
  return {
    ...{ lattice, pbc: [true, true, true], positions: Float64Array.from(positions), info: {}, arrays: {} },
    species: new Array<string>(positions.length / 3).fill('Si'),
  };
}

describe('diamondLike', () => {
  it('is every atom of cubic diamond, in any orientation', () => {
    const crystal = stacked('ABCABC');
    expect(share(crystal)).toBe(1);
    const Q = randomRotation(createRng(1));
    expect(share({ ...crystal, lattice: turned(crystal.lattice, Q), positions: turned(crystal.positions, Q) })).toBe(1);
  });

  it('is no atom of lonsdaleite, whose bonds along the axis are eclipsed', () => {
    expect(share(stacked('ABABAB'))).toBe(0);
  });

  it('is lost by the neighbors of a vacancy and theirs', () => {
    const crystal = stacked('ABCABC');
    const holed = { ...crystal, species: crystal.species.slice(1), positions: crystal.positions.slice(3) };
    // The four around the vacancy have three bonds; their twelve other neighbors are bonded to such atoms.
    expect(diamondLike(holed, BOND).reduce((sum, one) => sum + one, 0)).toBe(crystal.species.length - 1 - 16);
  });

  it('is hardly any atom at random places', () => {
    expect(share(randomCell({ density: 2.3, species: 'Si', minDistance: 2, seed: 1 }))).toBeLessThan(0.01);
  });

  it('refuses an option that it does not know', () => {
    expect(() => diamondLike(stacked('ABC'), { bond: 2 } as never)).toThrow(/^option bond: found/);
  });
});

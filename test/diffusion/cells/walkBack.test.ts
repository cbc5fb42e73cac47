import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { walkBack } from '../../../src/diffusion/cells/walkBack';
import { cube, largestDifference, oracle, ruled, watched } from './denoisers';

const structure = cube(createRng(1), 30);

describe('walkBack', () => {
  it('makes the given atoms noisy, draw by draw in their order, and holds all others to the bit', () => {
    const atoms = [7, 2, 19];
    const seen: number[][] = [];
    const still = watched(
      ruled(() => 0),
      ([{ positions }], [noise]) => {
        seen.push(Array.from(positions), Array.from(noise));
      },
    );
    walkBack(still, structure, atoms, { sigma: 0.5, steps: 1 }, createRng(4));
    const rng = createRng(4);
    const expected = structure.positions.slice();
    for (const i of atoms) for (let c = 0; c < 3; c++) expected[3 * i + c] += 0.5 * rng.normal();
    expect(seen[0]).toEqual(Array.from(expected));
    expect(seen[1]).toEqual(structure.species.map((_, i) => (atoms.includes(i) ? 0.5 : 0)));
  });

  it('comes back to the places that the model knows', () => {
    const { positions } = walkBack(
      oracle(structure.positions),
      structure,
      [0, 5],
      { sigma: 1, steps: 4 },
      createRng(2),
    );
    expect(largestDifference(positions, structure.positions)).toBeLessThan(1e-5);
  });

  it('without atoms changes nothing', () => {
    const { positions } = walkBack(oracle(structure.positions), structure, [], { sigma: 1, steps: 2 }, createRng(2));
    expect(positions).toEqual(structure.positions);
  });
});

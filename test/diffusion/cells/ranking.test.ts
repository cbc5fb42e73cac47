import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { relaxedByPotential } from '../../../src/diffusion/cells/ranking';
import { siliconStillingerWeber } from '../../../src/materials';
import { relaxStructure, type Structure } from '../../../src/structures';
import { crystal, DIAMOND } from '../../evaluate/helpers';
import { largestDifference } from './denoisers';

const potential = siliconStillingerWeber();

/** Diamond of n³ cubic cells whose last atom, which lies near the middle, has been displaced. */
function displaced(n: number): { structure: Structure; center: number[] } {
  const whole = crystal(DIAMOND, 5.431, n);
  const rng = createRng(1);
  const atoms = whole.species.length;
  const middle = [0, 1, 2].map((c) => whole.lattice[4 * c] / 2);
  const distance = (i: number): number => Math.hypot(...middle.map((x, c) => whole.positions[3 * i + c] - x));
  const nearest = [...whole.species.keys()].reduce((a, b) => (distance(a) < distance(b) ? a : b));
  const positions = whole.positions.slice();
  for (let c = 0; c < 3; c++) {
    [positions[3 * nearest + c], positions[3 * atoms - 3 + c]] = [
      positions[3 * atoms - 3 + c],
      positions[3 * nearest + c] + 0.6 * (rng.uniform() - 0.5),
    ];
  }
  return { structure: { ...whole, positions }, center: middle };
}

describe('relaxedByPotential', () => {
  it('of a region in a large cell is that of the whole cell with the same atoms movable', () => {
    const { structure, center } = displaced(10);
    const region = { center, radius: 1.5 };
    const { relaxed, energy } = relaxedByPotential(structure, 1, region, potential);
    const movable = [...structure.species.keys()].filter(
      (i) => Math.hypot(...center.map((x, c) => structure.positions[3 * i + c] - x)) < 9.5,
    );
    const whole = relaxStructure(structure, potential, { movable });
    expect(energy).toBeCloseTo(whole.energyAfter * structure.species.length, 3);
    expect(largestDifference(relaxed.positions, whole.structure.positions)).toBeLessThan(5e-3);
    const perfect = crystal(DIAMOND, 5.431, 10);
    expect(energy).toBeCloseTo(
      potential.energies(perfect).reduce((sum, one) => sum + one, 0),
      2,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { imageNumber } from '../../data/make/networks/nearbyAtoms';
import { ReferenceBins } from '../../data/make/networks/referenceBins';
import { createRng } from '../../src/core';
import { randomCell } from '../../src/diffusion';
import { neighborList } from '../../src/structures';
import { RANDOM } from './networks';

const cube = randomCell({ ...RANDOM, minDistance: 1, atoms: 300, seed: 2 });

describe('ReferenceBins', () => {
  it('finds what the neighbor list finds, after atoms have left their bins and the cell too', () => {
    const lattice = Float64Array.of(15, 0, 0, 4, 16, 0, -3, 2, 17);
    const positions = cube.positions.slice();
    const bins = ReferenceBins.of(lattice, positions, 4)!;
    const rng = createRng(1);
    for (let k = 0; k < 500; k++) {
      const i = rng.integer(300);
      for (let c = 3 * i; c < 3 * i + 3; c++) positions[c] += 10 * rng.normal();
      bins.move(i);
    }
    const { offsets, indices, images } = neighborList({ ...cube, lattice, positions }, 4);
    for (let i = 0; i < 300; i++) {
      const found: string[] = [];
      bins.forEachNear(i, (j, image) => found.push(`${j} ${image}`));
      const expected: string[] = [];
      for (let e = offsets[i]; e < offsets[i + 1]; e++) {
        expected.push(`${indices[e]} ${imageNumber(images[3 * e], images[3 * e + 1], images[3 * e + 2])}`);
      }
      expect(found.sort()).toEqual(expected.sort());
    }
  });

  it('does not take a cell of fewer than three bins along an axis', () => {
    expect(ReferenceBins.of(cube.lattice, cube.positions, cube.lattice[0] / 2.99)).toBeUndefined();
    expect(ReferenceBins.of(cube.lattice, cube.positions, cube.lattice[0] / 3.01)).toBeDefined();
  });
});

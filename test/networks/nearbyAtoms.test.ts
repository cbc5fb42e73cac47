import { describe, expect, it } from 'vitest';
import { imageNumber, NearbyAtoms, setShift } from '../../data/make/networks/nearbyAtoms';
import { createRng } from '../../src/core';
import { randomCell } from '../../src/diffusion';
import { neighborList, type Structure } from '../../src/structures';
import { RANDOM } from './networks';

/** Atoms and images of a list that are closer than the cutoff, sorted. */
function pairs(list: NearbyAtoms, positions: Float64Array, cutoff: number): string[] {
  const found: string[] = [];
  list.counts.forEach((count, i) => {
    for (let e = i * list.capacity; e < i * list.capacity + count; e++) {
      const j = list.indices[e];
      const gap = [0, 1, 2].map((c) => positions[3 * j + c] + list.shifts[3 * e + c] - positions[3 * i + c]);
      if (Math.hypot(...gap) < cutoff) found.push(`${i} ${j} ${list.images[e]}`);
    }
  });
  return found.sort();
}

function expected(structure: Structure, cutoff: number): string[] {
  const { offsets, indices, images } = neighborList(structure, cutoff);
  const found: string[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      const image = imageNumber(images[3 * e], images[3 * e + 1], images[3 * e + 2]);
      found.push(`${i} ${indices[e]} ${image}`);
    }
  }
  return found.sort();
}

const cube = randomCell({ ...RANDOM, minDistance: 1, atoms: 300, seed: 2 });
const skewed: Structure = {
  ...cube,
  lattice: Float64Array.of(15, 0, 0, 4, 16, 0, -3, 2, 17),
  positions: cube.positions.map((x) => 3 * x - 20),
};
const small: Structure = { ...randomCell({ ...RANDOM, minDistance: 1, atoms: 20, seed: 3 }) };

describe('NearbyAtoms', () => {
  for (const [name, structure] of Object.entries({ cube, skewed, small })) {
    it(`has every pair within the cutoff while atoms move, some of them told: ${name}`, () => {
      const rng = createRng(1);
      const atoms = structure.species.length;
      const list = new NearbyAtoms(structure, 3, 0.8);
      const positions = structure.positions.slice();
      for (let round = 0; round < 30; round++) {
        const moved = Int32Array.from({ length: 6 }, () => rng.integer(atoms));
        for (const i of moved) for (let c = 3 * i; c < 3 * i + 3; c++) positions[c] += rng.normal();
        list.update(positions, moved);
        expect(pairs(list, positions, 3)).toEqual(expected({ ...structure, positions }, 3));
      }
      for (let c = 0; c < positions.length; c++) positions[c] += 3 * rng.normal();
      expect(list.update(positions)).toBe(true);
      expect(list.update(positions)).toBe(false);
      expect(pairs(list, positions, 3)).toEqual(expected({ ...structure, positions }, 3));
    });
  }

  it('grows with atoms that crowd', () => {
    const positions = cube.positions.slice();
    const list = new NearbyAtoms(cube, 3, 0.8);
    const rng = createRng(1);
    for (let c = 0; c < 300; c++) positions[c] = rng.uniform();
    list.update(positions);
    expect(Math.max(...list.counts)).toBeGreaterThan(90);
    expect(pairs(list, positions, 3)).toEqual(expected({ ...cube, positions }, 3));
  });

  it('numbers images so that the number of a sum is the sum of numbers', () => {
    const lattice = Float64Array.of(1, 0, 0, 0, 10, 0, 0, 0, 100);
    const shift = new Float64Array(3);
    setShift(imageNumber(3, -2, 1) + imageNumber(-5, 1, -4), lattice, shift, 0);
    expect(Array.from(shift)).toEqual([-2, -10, -300]);
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { Denoiser, infillStructure } from '../../src/diffusion';
import { coordination, radialDistribution, ringStatistics, vacancies } from '../../src/evaluate';
import { siliconStillingerWeber } from '../../src/materials';
import { modelFile } from '../../src/model';
import { extractEnvironments } from '../../src/motifs';
import { nearestAtoms, readExtxyz, type Structure } from '../../src/structures';
import { distancesTo } from '../../src/structures/nearestAtoms';

const [cube] = readExtxyz('data/a-si/a-si-512-10.extxyz');
const BONDS = { bonds: 2.85 };

/** The crystal described by other cell vectors, integer combinations of those given. */
function resheared(cell: Structure, rows: number[]): Structure {
  const lattice = Float64Array.from({ length: 9 }, (_, k) =>
    [0, 1, 2].reduce((sum, r) => sum + rows[3 * Math.floor(k / 3) + r] * cell.lattice[3 * r + (k % 3)], 0),
  );
  return { ...cell, lattice };
}

/** Atoms moved by whole cell vectors, each by its own. */
function wandered(cell: Structure): Structure {
  const rng = createRng(1);
  const positions = cell.positions.slice();
  for (let i = 0; i < positions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const times = rng.integer(5) - 2;
      for (let c = 0; c < 3; c++) positions[i + c] += times * cell.lattice[3 * k + c];
    }
  }
  return { ...cell, positions };
}

/** Atom i of the result, all of one element, is atom `order[i]` of the cell. */
function reordered(cell: Structure, order: Int32Array): Structure {
  return {
    ...cell,
    positions: cell.positions.map((_, c) => cell.positions[3 * order[Math.floor(c / 3)] + (c % 3)]),
  };
}

function shuffled(atoms: number): Int32Array {
  const order = Int32Array.from({ length: atoms }, (_, i) => i);
  createRng(2).shuffle(order);
  return order;
}

const order = shuffled(512);
const same = Int32Array.from({ length: 512 }, (_, i) => i);

const cases: [string, Structure, Int32Array][] = [
  ['rows 1 0 0, 3 1 0, −2 5 1', resheared(cube, [1, 0, 0, 3, 1, 0, -2, 5, 1]), same],
  ['rows 1 0 0, 0 1 0, 7 11 1', resheared(cube, [1, 0, 0, 0, 1, 0, 7, 11, 1]), same],
  ['atoms moved by lattice vectors', wandered(cube), same],
  ['atoms in another order', reordered(cube, order), order],
];

describe.each(cases)('%s', (_, cell, from) => {
  it('has the same environments', () => {
    const options = { cutoff: 4, count: 8 };
    const [expected, found] = [cube, cell].map((one) => extractEnvironments([one], options));
    const places = new Map(Array.from(expected.atoms, (atom, m) => [atom, m]));
    expect(found.length).toBe(expected.length);
    found.atoms.forEach((atom, m) => {
      const to = places.get(from[atom]) as number;
      for (let c = 0; c < 24; c++) expect(found.positions[24 * m + c]).toBeCloseTo(expected.positions[24 * to + c], 9);
    });
  });

  it('has the same energies, bonds, rings and g(r)', () => {
    const potential = siliconStillingerWeber();
    const energies = potential.energies(cube);
    potential.energies(cell).forEach((energy, i) => {
      expect(energy).toBeCloseTo(energies[from[i]], 9);
    });
    expect(coordination(cell, BONDS)).toEqual(coordination(cube, BONDS).map((_, i, all) => all[from[i]]));
    expect(ringStatistics(cell, { ...BONDS, maxSize: 7 })).toEqual(ringStatistics(cube, { ...BONDS, maxSize: 7 }));
    expect(radialDistribution(cell).values).toEqual(radialDistribution(cube).values);
  });

  it('has the same nearest atoms', () => {
    const center = from.indexOf(17);
    const found = nearestAtoms(cell, center, 40);
    expect(found.map((i) => from[i])).toEqual(nearestAtoms(cube, 17, 40));
    const [a, b] = [cell, cube].map((one) => distancesTo(one, [1, 2, 3]));
    a.forEach((d, i) => {
      expect(d).toBeCloseTo(b[from[i]], 9);
    });
  });
});

it('one atom of a cell has the same nearest five at the same distances in three bases', () => {
  const [given] = readExtxyz('test/fixtures/structures/cube.extxyz');
  for (const rows of [
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
    [1, 0, 0, 3, 1, 0, -2, 5, 1],
    [1, 0, 0, 0, 1, 0, 7, 11, 1],
  ]) {
    const cell = resheared(given, rows);
    const near = nearestAtoms(cell, 17, 5);
    const distances = distancesTo(cell, cell.positions.subarray(51, 54));
    expect(Array.from(near)).toEqual([17, 46, 177, 344, 23]);
    expect(Array.from(near, (i) => distances[i].toFixed(3))).toEqual(['0.000', '2.387', '2.397', '2.440', '2.527']);
  }
});

describe('ten atoms taken out', () => {
  it('are put back at the same places with the same energies in other bases, by images, in another order', async () => {
    const denoiser = Denoiser.load(modelFile('cells'));
    const [{ structure: hole, missing }] = vacancies(cube, { atoms: 10, seed: 1 });
    const options = { samples: 2, steps: 3, seed: 1, potential: siliconStillingerWeber() };
    const fill = (structure: Structure) => infillStructure(denoiser, structure, missing, options);
    const expected = await fill(hole);
    for (const same of [
      resheared(hole, [1, 0, 0, 3, 1, 0, -2, 5, 1]),
      resheared(hole, [1, 0, 0, 0, 1, 0, 7, 11, 1]),
      wandered(hole),
      reordered(hole, shuffled(502)),
    ]) {
      const found = await fill(same);
      expect(found.length).toBe(expected.length);
      for (const { placed, energy } of found) {
        // Both relax to nearly one energy: rounding may decide which comes first.
        const away = expected.map((other) => {
          const near = { ...cube, species: Array(10).fill(cube.species[0]), positions: other.placed };
          return Math.max(
            ...Array.from({ length: 10 }, (_, i) => distancesTo(near, placed.subarray(3 * i, 3 * i + 3))[i]),
          );
        });
        const twin = away.indexOf(Math.min(...away));
        expect(away[twin]).toBeLessThan(1e-3);
        expect(energy).toBeCloseTo(expected[twin].energy as number, 2);
      }
    }
    denoiser.dispose();
  });
});

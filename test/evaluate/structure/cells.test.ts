import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import {
  bondAngles,
  bondLengths,
  coordination,
  density,
  kthNeighborDistances,
  neighborCounts,
  radialDistribution,
} from '../../../src/evaluate';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { cluster, crystal, DIAMOND, expectClose, FCC, rattle, rotateStructure } from '../helpers';

const A = 5.431;
const diamond = crystal(DIAMOND, A, 2);

describe('radialDistribution', () => {
  it('counts diamond’s shells: 4, 12, 12, 6 neighbors', () => {
    const { distances, values, coordination } = radialDistribution(diamond, { cutoff: 5.8, bins: 580 });
    const shells = [Math.sqrt(3) / 4, Math.SQRT1_2, Math.sqrt(11) / 4, 1].map((x) => x * A);
    const expected = [4, 16, 28, 34];
    shells.forEach((r, s) => {
      const after = distances.findIndex((d) => d > r + 0.02);
      expect(coordination[after]).toBeCloseTo(expected[s], 10);
      expect(values[distances.findIndex((d) => d > r - 0.0051)]).toBeGreaterThan(0);
    });
    expect(values[50]).toBe(0);
  });

  it('is 1 for uncorrelated atoms, in a cell smaller than the cutoff too', () => {
    const rng = createRng(11);
    const gas = crystal([[0, 0, 0]], 3, 10);
    gas.positions = gas.positions.map(() => 30 * rng.uniform());
    const { values } = radialDistribution(gas, { cutoff: 10, bins: 10 });
    // The pair count of the outermost bin is about 10⁵, of the third 7·10³: 3 σ of Poisson noise.
    expect(Math.abs(values[9] - 1)).toBeLessThan(0.02);
    expect(Math.abs(values[2] - 1)).toBeLessThan(0.06);
    const small = radialDistribution(crystal(DIAMOND, A, 1), { cutoff: 9, bins: 90 });
    const large = radialDistribution(diamond, { cutoff: 9, bins: 90 });
    expectClose(small.values, large.values, 9);
  });

  it('does not change under rotation, and averages structures', () => {
    const rattled = rattle(diamond, 0.1, 2);
    const one = radialDistribution(rattled, { cutoff: 6, bins: 30 }).values;
    const turned = radialDistribution(rotateStructure(rattled, randomRotation(createRng(1))), { cutoff: 6, bins: 30 });
    expectClose(turned.values, one, 9);
    const other = radialDistribution(diamond, { cutoff: 6, bins: 30 }).values;
    const both = radialDistribution([rattled, diamond], { cutoff: 6, bins: 30 }).values;
    expectClose(
      both,
      one.map((g, b) => (g + other[b]) / 2),
      9,
    );
  });

  it('refuses free atoms, empty lists and bad options', () => {
    expect(() => radialDistribution(cluster([0, 0, 0, 2, 0, 0]))).toThrow('structure 0, pbc');
    expect(() => radialDistribution([])).toThrow(InputError);
    expect(() => radialDistribution(cluster([]))).toThrow('no atoms');
    expect(() => radialDistribution(diamond, { cutoff: -1 })).toThrow('option cutoff');
    expect(() => radialDistribution(diamond, { bins: 1.5 })).toThrow('option bins');
  });
});

describe('bonds', () => {
  it('gives every atom of diamond four tetrahedral bonds', () => {
    expect(new Set(coordination(diamond))).toEqual(new Set([4]));
    expect(new Set(neighborCounts(diamond, 4))).toEqual(new Set([16]));
    const angles = bondAngles(diamond);
    expect(angles.length).toBe(64 * 6);
    for (const angle of angles) expect(angle).toBeCloseTo(Math.acos(-1 / 3), 10);
    const lengths = bondLengths(diamond);
    expect(lengths.length).toBe(64 * 2);
    for (const r of lengths) expect(r).toBeCloseTo((Math.sqrt(3) * A) / 4, 10);
  });

  it('counts bonds with an atom’s own images once', () => {
    const single = crystal([[0, 0, 0]], 2.5, 1);
    expect(Array.from(coordination(single))).toEqual([6]);
    expect(bondLengths(single).length).toBe(3);
  });

  it('joins structures in order', () => {
    const both = coordination([crystal([[0, 0, 0]], 2.5, 1), crystal(DIAMOND, A, 1)]);
    expect(Array.from(both)).toEqual([6, 4, 4, 4, 4, 4, 4, 4, 4]);
  });
});

describe('kthNeighborDistances', () => {
  it('gives fcc 12 nearest and 6 second neighbors', () => {
    const distances = kthNeighborDistances(crystal(FCC, 4.05, 1), 18);
    for (let k = 0; k < 18; k++) expect(distances[18 + k]).toBeCloseTo(k < 12 ? 4.05 / Math.SQRT2 : 4.05, 10);
  });

  it('finds far neighbors of a dilute cell, and of a small cluster', () => {
    expect(kthNeighborDistances(crystal([[0, 0, 0]], 20, 1), 1)[0]).toBeCloseTo(20, 10);
    expect(Array.from(kthNeighborDistances(cluster([0, 0, 0, 9, 0, 0, 0, 40, 0]), 2).subarray(0, 2))).toEqual([9, 40]);
  });

  it('refuses more neighbors than a cluster has', () => {
    expect(() => kthNeighborDistances(cluster([0, 0, 0, 9, 0, 0]), 2)).toThrow('at least 2 neighbors');
  });
});

describe('density', () => {
  it('is 2.329 g/cm³ for crystalline silicon', () => {
    expect(density(diamond)).toBeCloseTo((8 * 28.085 * 1.6605390666) / A ** 3, 10);
    expect(density(diamond)).toBeCloseTo(2.329, 3);
  });

  it('refuses an unknown element by atom', () => {
    expect(() => density({ ...diamond, species: ['Xx', ...diamond.species.slice(1)] })).toThrow('atom 0: found "Xx"');
  });
});

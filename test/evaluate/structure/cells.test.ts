import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import {
  bondAngles,
  bondLengths,
  bridges,
  coordination,
  density,
  kthNeighborDistances,
  neighborCounts,
  radialDistribution,
} from '../../../src/evaluate';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { silica } from '../../materials/silica';
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

describe('elements', () => {
  const cell = silica();
  const bonds = { 'Si-O': 2 };

  it('are told apart by coordination: silicon has four oxygen neighbors, oxygen two of silicon', () => {
    expect(Array.from(coordination(cell, { bonds, pair: 'Si-O' }))).toEqual(Array(8).fill(4));
    expect(Array.from(coordination(cell, { bonds, pair: 'O-Si' }))).toEqual(Array(16).fill(2));
    expect(Array.from(coordination(cell, { bonds, pair: 'Si-Si' }))).toEqual(Array(8).fill(0));
  });

  it('are told apart by angles, whose parts are all of them', () => {
    const atSilicon = bondAngles(cell, { bonds, triplet: 'O-Si-O' });
    expect(atSilicon).toHaveLength(8 * 6);
    for (const angle of atSilicon) expect(angle).toBeCloseTo(Math.acos(-1 / 3), 10);
    const atOxygen = bondAngles(cell, { bonds, triplet: 'Si-O-Si' });
    expect(atOxygen).toHaveLength(16);
    for (const angle of atOxygen) expect(angle).toBeCloseTo(Math.PI, 7);
    // All pairs within 2.7 Å: mixed ends come in either order, and once.
    const [near, order] = [{ bonds: 2.7 }, (angles: Float64Array) => Array.from(angles).sort()];
    const ends = ['O-O-O', 'O-O-Si', 'Si-O-Si', 'O-Si-O'].map((triplet) => bondAngles(cell, { ...near, triplet }));
    expect(order(Float64Array.from(ends.flatMap((part) => [...part])))).toEqual(order(bondAngles(cell, near)));
    expect(bondAngles(cell, { ...near, triplet: 'Si-O-O' })).toEqual(ends[1]);
  });

  it('are told apart by g(r), whose parts add up to the whole by their numbers of pairs', () => {
    const options = { cutoff: 6, bins: 60 };
    const rattled = rattle(cell, 0.2, 3);
    const part = (pair: string) => radialDistribution(rattled, { ...options, pair });
    const [silicon, mixed, turned, oxygen] = ['Si-Si', 'Si-O', 'O-Si', 'O-O'].map(part);
    expectClose(turned.values, mixed.values, 12);
    const sum = silicon.values.map(
      (g, b) => (8 * 8 * g + 2 * 8 * 16 * mixed.values[b] + 16 * 16 * oxygen.values[b]) / 24 ** 2,
    );
    expectClose(sum, radialDistribution(rattled, options).values, 12);
    const within = (pair: string) => radialDistribution(cell, { ...options, pair }).coordination[19];
    expect(within('Si-O')).toBeCloseTo(4, 12);
    expect(within('O-Si')).toBeCloseTo(2, 12);
  });

  it('bridge the network: four bridges at each silicon atom, fewer where an oxygen atom is gone', () => {
    expect(Array.from(bridges(cell, 'Si-O', { bonds }))).toEqual(Array(8).fill(4));
    const without = { ...cell, species: cell.species.slice(0, 23), positions: cell.positions.slice(0, 69) };
    expect(Array.from(bridges(without, 'Si-O', { bonds })).sort()).toEqual([3, 3, 4, 4, 4, 4, 4, 4]);
    // An oxygen atom that hangs on one silicon atom is no bridge.
    const alone = { ...cell, species: ['Si', 'O'], positions: Float64Array.of(0, 0, 0, 1.6, 0, 0) };
    expect(coordination(alone, { bonds, pair: 'Si-O' })[0]).toBe(1);
    expect(bridges(alone, 'Si-O', { bonds })[0]).toBe(0);
  });

  it.each([
    ['a pair of three', () => coordination(cell, { pair: 'Si-O-Si' }), "option pair: found 'Si-O-Si', expected 2"],
    ['a triplet of two', () => bondAngles(cell, { triplet: 'Si-O' }), "option triplet: found 'Si-O', expected 3"],
    ['an element that is not there', () => radialDistribution(cell, { pair: 'Si-C' }), 'which has no C'],
    ['a network of one element', () => bridges(cell, 'Si'), "option network: found 'Si'"],
  ])('refuse %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

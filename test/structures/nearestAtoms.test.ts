import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../src/core';
import {
  distancesTo,
  distancesToNearest,
  nearbyGroups,
  nearestAtoms,
  readCells,
  type Structure,
} from '../../src/structures';
import { cubic, make } from './make';

type Pbc = [boolean, boolean, boolean];

/** Atoms in and around a cell; oblique where `skew` is not 0. */
function randomCell(rng: Rng, skew: number): Structure {
  const pbc: Pbc = [rng.uniform() < 0.7, rng.uniform() < 0.7, rng.uniform() < 0.7];
  const lattice = cubic(1).map((x) => x * (4 + 3 * rng.uniform()) + skew * (2 * rng.uniform() - 1));
  const count = 1 + rng.integer(10);
  return make(
    lattice,
    pbc,
    Array.from({ length: 3 * count }, () => 9 * rng.uniform() - 2),
  );
}

const randomPoint = (rng: Rng): number[] => Array.from({ length: 3 }, () => 7 * rng.uniform());

/** The least distance to any of 11³ images. */
function bruteForce({ lattice, pbc, positions }: Structure, point: number[]): number[] {
  const shifts = (k: number): number[] => (pbc[k] ? Array.from({ length: 11 }, (_, n) => n - 5) : [0]);
  return Array.from({ length: positions.length / 3 }, (_, i) => {
    let least = Infinity;
    for (const a of shifts(0)) {
      for (const b of shifts(1)) {
        for (const c of shifts(2)) {
          const v = point.map((x, k) => {
            const image = positions[3 * i + k] + a * lattice[k] + b * lattice[3 + k] + c * lattice[6 + k];
            return image - x;
          });
          least = Math.min(least, Math.hypot(v[0], v[1], v[2]));
        }
      }
    }
    return least;
  });
}

/** The smallest distance between opposite faces, all directions taken as periodic. */
function smallestWidth({ lattice }: Structure): number {
  const [a, b, c] = [0, 3, 6].map((k) => Array.from(lattice.subarray(k, k + 3)));
  const cross = (u: number[], v: number[]): number[] => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const volume = Math.abs(cross(b, c).reduce((sum, x, k) => sum + x * a[k], 0));
  return Math.min(...[cross(b, c), cross(c, a), cross(a, b)].map((area) => volume / Math.hypot(...area)));
}

const property = (law: (rng: Rng) => void): void =>
  fc.assert(
    fc.property(fc.integer(), (seed) => law(createRng(seed))),
    { seed: 1, numRuns: 60 },
  );

describe('distancesTo', () => {
  it('is the least distance over images in any right-angled cell, wherever atoms and point are', () => {
    property((rng) => {
      const cell = randomCell(rng, 0);
      const point = randomPoint(rng);
      const expected = bruteForce(cell, point);
      distancesTo(cell, point).forEach((d, i) => {
        expect(Math.abs(d - expected[i])).toBeLessThan(1e-12);
      });
    });
  });

  it('is the least distance over images in any oblique cell too, far beyond half its width', () => {
    let beyond = 0;
    property((rng) => {
      const cell = randomCell(rng, 1.2);
      const point = randomPoint(rng);
      const expected = bruteForce(cell, point);
      distancesTo(cell, point).forEach((d, i) => {
        expect(Math.abs(d - expected[i])).toBeLessThan(1e-12);
        if (expected[i] > smallestWidth(cell) / 2) beyond++;
      });
    });
    expect(beyond).toBeGreaterThan(50);
  });

  it('is the plain distance without periodic directions, whatever the lattice', () => {
    const positions = [0, 0, 0, 3, 4, 0, -30, 0, 40];
    for (const lattice of [cubic(0), cubic(2)]) {
      const cell = make(lattice, [false, false, false], positions);
      expect(Array.from(distancesTo(cell, [0, 0, 0]))).toEqual([0, 5, 50]);
    }
  });

  it('does not depend on which images of the atoms are given', () => {
    const [cell] = readCells();
    const rng = createRng(1);
    const wandered = cell.positions.slice();
    for (let i = 0; i < wandered.length; i += 3) {
      for (let k = 0; k < 3; k++) {
        const times = rng.integer(7) - 3;
        for (let c = 0; c < 3; c++) wandered[i + c] += times * cell.lattice[3 * k + c];
      }
    }
    const expected = distancesTo(cell, [1, 2, 3]);
    distancesTo({ ...cell, positions: wandered }, [1, 2, 3]).forEach((d, i) => {
      expect(d).toBeCloseTo(expected[i], 10);
    });
  });

  it('names a point or an atom that is nowhere, and a flat cell', () => {
    const cell = make(cubic(5), [true, true, true], [0, 0, 0, 1, 1, NaN]);
    expect(() => distancesTo(cell, [0, 0, 0])).toThrow(/^positions\[5\]: found NaN/);
    expect(() => distancesTo(cell, [0, Infinity, 0])).toThrow(/^point\[1\]: found Infinity/);
    const flat = make([1, 0, 0, 0, 1, 0, 1, 1, 0], [true, true, true], [0, 0, 0]);
    expect(() => distancesTo(flat, [0, 0, 0])).toThrow(InputError);
  });
});

describe('distancesToNearest', () => {
  it('are the least of all distances from each point, to the bit', () => {
    property((rng) => {
      const cell = randomCell(rng, rng.uniform() < 0.5 ? 0 : 1.2);
      const points = [randomPoint(rng), randomPoint(rng)];
      const expected = points.map((point) => Math.min(...distancesTo(cell, point)));
      expect(Array.from(distancesToNearest(cell, Float64Array.from(points.flat())))).toEqual(expected);
    });
  });

  it('are 0 at an atom, infinite where there is none, and none of no points', () => {
    const [cell] = readCells();
    expect(Array.from(distancesToNearest(cell, cell.positions.subarray(51, 54)))).toEqual([0]);
    const none = make(cubic(5), [true, true, true], []);
    expect(Array.from(distancesToNearest(none, Float64Array.of(1, 2, 3)))).toEqual([Infinity]);
    expect(distancesToNearest(cell, new Float64Array(0))).toHaveLength(0);
    expect(() => distancesToNearest(cell, Float64Array.of(1, NaN, 3))).toThrow(/^points\[1\]: found NaN/);
  });
});

describe('nearestAtoms', () => {
  it('gives the nearest of a real cell in order, itself first', () => {
    const [cell] = readCells();
    for (const center of [0, 17, 511]) {
      const point = Array.from(cell.positions.subarray(3 * center, 3 * center + 3));
      const distances = bruteForce(cell, point);
      const expected = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b]);
      const found = nearestAtoms(cell, center, 40);
      expect(found).toEqual(expected.slice(0, 40));
      expect(found[0]).toBe(center);
    }
  });

  it('gives equally near atoms in the order of the structure', () => {
    const grid = Array.from({ length: 27 }, (_, n) => [n % 3, Math.floor(n / 3) % 3, Math.floor(n / 9)]).flat();
    const crystal = make(cubic(3), [true, true, true], grid);
    expect(nearestAtoms(crystal, 13, 7)).toEqual([13, 4, 10, 12, 14, 16, 22]);
    // Through the faces of the cell: the neighbors of the corner.
    expect(nearestAtoms(crystal, 0, 7)).toEqual([0, 1, 2, 3, 6, 9, 18]);
  });

  it('gives the first of two atoms in one place first', () => {
    expect(nearestAtoms(make(cubic(0), [false, false, false], [1, 0, 0, 1, 0, 0]), 1, 2)).toEqual([0, 1]);
  });

  it('gives all atoms if there are fewer, and none if none are wanted', () => {
    const pair = make(cubic(9), [true, true, true], [0, 0, 0, 8, 0, 0]);
    expect(nearestAtoms(pair, 1, 5)).toEqual([1, 0]);
    expect(nearestAtoms(pair, 1, 0)).toEqual([]);
  });

  it.each([
    [2, 1, /^atom: found 2, expected one of the 2/],
    [-1, 1, /^atom: found -1/],
    [0.5, 1, /^atom: found 0.5/],
    [0, -1, /^count: found -1/],
  ])('refuses atom %d, count %d', (center, count, message) => {
    const pair = make(cubic(9), [true, true, true], [0, 0, 0, 8, 0, 0]);
    expect(() => nearestAtoms(pair, center, count)).toThrow(InputError);
    expect(() => nearestAtoms(pair, center, count)).toThrow(message);
  });
});

describe('nearbyGroups', () => {
  it('are atoms that chains of short distances join, across faces of the cell', () => {
    const line = make(cubic(10), [true, true, true], [9, 0, 0, 1, 0, 0, 3, 0, 0, 5.9, 0, 0]);
    // 9 to 1 and 1 to 3: 2 Å each; 3 to 5.9: 2.9 Å; 5.9 to 9: 3.1 Å.
    expect(nearbyGroups(line, [0, 1, 2, 3], 2.5)).toEqual([[0, 1, 2], [3]]);
    expect(nearbyGroups(line, [2, 3, 0, 1], 2.5)).toEqual([[2, 1, 0], [3]]);
    expect(nearbyGroups(line, [0, 2, 3], 2.5)).toEqual([[0], [2], [3]]);
    expect(nearbyGroups(line, [0, 1, 2, 3], 3)).toEqual([[0, 1, 2, 3]]);
    expect(nearbyGroups(line, [], 3)).toEqual([]);
  });
});

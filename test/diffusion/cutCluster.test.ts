import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { clusterCutter, cutCluster } from '../../src/diffusion/cutCluster';
import { readCells, type Structure } from '../../src/structures';
import { holds, toyStructure } from './graph/toy';

const [cell] = readCells();

/** Vectors from an atom to all images of all atoms within some cell vectors, nearest first, with their species. */
function neighborsOf({ lattice, pbc, positions, species }: Structure, center: number, reach: number) {
  const range = (k: number): number[] => (pbc[k] ? Array.from({ length: 2 * reach + 1 }, (_, n) => n - reach) : [0]);
  const found: { symbol: string; vector: number[]; distance: number }[] = [];
  species.forEach((symbol, i) => {
    for (const a of range(0)) {
      for (const b of range(1)) {
        for (const c of range(2)) {
          if (i === center && a === 0 && b === 0 && c === 0) continue;
          const vector = [0, 1, 2].map(
            (k) =>
              positions[3 * i + k] -
              positions[3 * center + k] +
              a * lattice[k] +
              b * lattice[3 + k] +
              c * lattice[6 + k],
          );
          found.push({ symbol, vector, distance: Math.hypot(...vector) });
        }
      }
    }
  });
  return found.sort((p, q) => p.distance - q.distance);
}

/** Distances from the origin. */
const distances = ({ positions }: Structure): number[] =>
  Array.from({ length: positions.length / 3 }, (_, i) => Math.hypot(...positions.subarray(3 * i, 3 * i + 3)));

describe('cutCluster', () => {
  it('is an atom at the origin and the nearest of all images of all others, in the order of their distances', () => {
    holds((rng) => {
      const structure = toyStructure(rng, 1 + rng.integer(8));
      structure.pbc = [true, rng.uniform() < 0.7, rng.uniform() < 0.7];
      const center = rng.integer(structure.species.length);
      const neighbors = 1 + rng.integer(20);
      const expected = neighborsOf(structure, center, structure.pbc.every(Boolean) ? 4 : 20).slice(0, neighbors);
      const cluster = cutCluster(structure, center, neighbors);
      expect(cluster.species).toEqual([structure.species[center], ...expected.map(({ symbol }) => symbol)]);
      expect(Array.from(cluster.positions.subarray(0, 3))).toEqual([0, 0, 0]);
      distances(cluster).forEach((distance, i) => {
        expect(distance).toBeCloseTo(i === 0 ? 0 : expected[i - 1].distance, 10);
      });
      // An atom's images at opposite sides are equally far: either may come first.
      const places = (vectors: number[][]): string[] =>
        vectors.map((v) => v.map((x) => (Math.round(1e6 * x) / 1e6 || 0).toFixed(6)).join()).sort();
      const last = expected[neighbors - 1].distance - 1e-9;
      const within = Array.from({ length: neighbors }, (_, i) =>
        Array.from(cluster.positions.subarray(3 * i + 3, 3 * i + 6)),
      );
      expect(places(within.filter((v) => Math.hypot(...v) < last))).toEqual(
        places(expected.filter(({ distance }) => distance < last).map(({ vector }) => vector)),
      );
      expect(cluster.pbc).toEqual([false, false, false]);
      expect(cluster.lattice.every((x) => x === 0)).toBe(true);
    }, 40);
  });

  it('is the same from lists that are made once for many', () => {
    const [cell] = readCells();
    const cut = clusterCutter(cell);
    for (const [center, neighbors] of [
      [3, 8],
      [3, 32],
      [500, 60],
      [4, 8],
    ]) {
      expect(cut(center, neighbors)).toEqual(cutCluster(cell, center, neighbors));
    }
  });

  it('finds the neighbors of a real cell, the ends of the list of atoms included', () => {
    for (const center of [0, 200, 511]) {
      const expected = neighborsOf(cell, center, 1).slice(0, 32);
      const { positions } = cutCluster(cell, center, 32);
      expected.forEach(({ vector }, i) => {
        for (let c = 0; c < 3; c++) expect(positions[3 * i + 3 + c]).toBeCloseTo(vector[c], 10);
      });
    }
  });

  it('does not depend on which images of the atoms are given', () => {
    const rng = createRng(1);
    const positions = cell.positions.slice();
    for (let i = 0; i < positions.length; i += 3) {
      for (let c = 0; c < 3; c++) positions[i + c] += (rng.integer(5) - 2) * cell.lattice[4 * c];
    }
    const here = cutCluster(cell, 7, 20);
    const there = cutCluster({ ...cell, positions }, 7, 20);
    there.positions.forEach((x, k) => {
      expect(x).toBeCloseTo(here.positions[k], 9);
    });
  });

  it('of one atom in a cube are its images: 6 at an edge, 12 at a diagonal of a face, 8 at one of the cube', () => {
    const edge = 7;
    const alone: Structure = {
      lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
      pbc: [true, true, true],
      species: ['Si'],
      positions: Float64Array.of(1, 2, 3),
      info: {},
      arrays: {},
    };
    const found = distances(cutCluster(alone, 0, 26)).map((d) => (d / edge) ** 2);
    const expected = [0, ...new Array(6).fill(1), ...new Array(12).fill(2), ...new Array(8).fill(3)];
    found.forEach((square, k) => {
      expect(square).toBeCloseTo(expected[k], 10);
    });
  });

  it('of atoms free in space are all others at most, however far', () => {
    const free = (positions: number[]): Structure => ({
      ...toyStructure(createRng(1), positions.length / 3, false),
      positions: Float64Array.from(positions),
    });
    const far = free([0, 0, 0, 5e4, 0, 0, 0, 1, 0]);
    expect(Array.from(cutCluster(far, 0, 2).positions)).toEqual([0, 0, 0, 0, 1, 0, 5e4, 0, 0]);
    expect(() => cutCluster(far, 0, 3)).toThrow(InputError);
    expect(() => cutCluster(far, 0, 3)).toThrow(/^atom 0: found 2 neighbors, expected at least 3/);
    expect(() => cutCluster(free([0, 0, 0]), 0, 1)).toThrow(/^atom 0: found 0 neighbors/);
  });

  it('takes an atom in the place of the center as the nearest', () => {
    const pair = { ...toyStructure(createRng(1), 3, false), positions: Float64Array.of(2, 0, 0, 1, 1, 1, 1, 1, 1) };
    expect(Array.from(cutCluster(pair, 2, 2).positions)).toEqual([0, 0, 0, 0, 0, 0, 1, -1, -1]);
  });

  it.each([
    [-1, 3, /^center: found -1/],
    [512, 3, /^center: found 512, expected an atom from 0 to 511/],
    [0.5, 3, /^center: found 0.5/],
    [NaN, 3, /^center: found NaN/],
    [0, 0, /^option neighbors: found 0/],
    [0, 2.5, /^option neighbors: found 2.5/],
  ])('refuses center %d with %d neighbors', (center, neighbors, message) => {
    expect(() => cutCluster(cell, center, neighbors)).toThrow(InputError);
    expect(() => cutCluster(cell, center, neighbors)).toThrow(message);
  });
});

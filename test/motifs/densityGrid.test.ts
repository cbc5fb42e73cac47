import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { coordinatesFromGram } from '../../src/motifs/coordinates';
import { densityGrid, peaks } from '../../src/motifs/densityGrid';
import { extractEnvironments } from '../../src/motifs/environments';
import { gramVector, gramVectors } from '../../src/motifs/gram';
import { randomRotation } from '../../src/motifs/randomRotation';
import { synchronize } from '../../src/motifs/synchronize';
import { readExtxyz } from '../../src/structures';
import { rotate } from './points';

const TETRAHEDRON = Float64Array.from([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1], (c) => 1.357 * c);

/** Peaks of two atoms at a distance, opposite each other as seen from the center. */
function peaksOfPair(distance: number, width: number) {
  return peaks(densityGrid(gramVector([distance / 2, 0, 0, -distance / 2, 0, 0], 2), 2, { width, spacing: width / 8 }));
}

describe('densityGrid', () => {
  it('is the sum of Gaussians: its integral is n (2π)^{3/2} w³', () => {
    const grid = densityGrid(gramVector(TETRAHEDRON, 4), 4, { width: 0.4, spacing: 0.2, margin: 2.8 });
    const integral = grid.values.reduce((sum, value) => sum + value, 0) * grid.spacing ** 3;
    expect(integral).toBeCloseTo(4 * (2 * Math.PI) ** 1.5 * 0.4 ** 3, 6);
  });

  it('is the sum of Gaussians at every point asked for', () => {
    const rng = createRng(1);
    const gram = gramVector(
      TETRAHEDRON.map((c) => c + 0.2 * rng.normal()),
      4,
    );
    const { positions } = coordinatesFromGram(gram, 4);
    const grid = densityGrid(gram, 4, { width: 0.5, spacing: 0.3 });
    for (let trial = 0; trial < 50; trial++) {
      const index = grid.shape.map((points) => rng.integer(points));
      const at = (index[0] * grid.shape[1] + index[1]) * grid.shape[2] + index[2];
      const point = index.map((k, axis) => grid.origin[axis] + k * grid.spacing);
      let density = 0;
      for (let i = 0; i < 4; i++) {
        density += Math.exp(-point.reduce((sum, c, axis) => sum + (c - positions[3 * i + axis]) ** 2, 0) / 0.5);
      }
      expect(grid.values[at]).toBeCloseTo(density, 12);
    }
  });

  it('refuses options out of range and grids past all memory', () => {
    const gram = gramVector(TETRAHEDRON, 4);
    expect(() => densityGrid(gram, 4, { width: 0 })).toThrow('option width: found 0');
    expect(() => densityGrid(gram, 4, { spacing: -1 })).toThrow('option spacing: found -1');
    expect(() => densityGrid(gram, 4, { margin: Number.NaN })).toThrow('option margin: found NaN');
    expect(() => densityGrid(gram, 4, { spacing: 1e-4 })).toThrow('option spacing: found 0.0001');
    expect(() => densityGrid(gram, 5)).toThrow('gram length: found 10');
  });
});

describe('peaks', () => {
  it('finds separate atoms between the grid points', () => {
    const rng = createRng(2);
    for (let k = 0; k < 10; k++) {
      const x = rotate(TETRAHEDRON, randomRotation(rng));
      const found = peaks(densityGrid(gramVector(x, 4), 4, { width: 0.3, spacing: 0.15 }));
      expect(found.count).toBe(4);
      const fit = synchronize(x, found.positions, { permute: true, reflections: true });
      expect(fit.rmsd).toBeLessThan(1e-6);
      for (const height of found.heights) expect(height).toBeCloseTo(1, 6);
    }
  });

  it('finds the eight neighbors of real environments, to a few hundredths of an Å', () => {
    const cell = readExtxyz(path.join(__dirname, '../../data/a-si/a-si-512-09.extxyz'));
    const environments = extractEnvironments(cell);
    const grams = gramVectors(environments);
    for (let m = 0; m < environments.length; m += 50) {
      const found = peaks(densityGrid(grams.subarray(36 * m, 36 * m + 36), 8, { width: 0.4, spacing: 0.2 }));
      expect(found.count).toBe(8);
      const x = environments.positions.subarray(24 * m, 24 * m + 24);
      const fit = synchronize(x, found.positions, { permute: true, reflections: true });
      expect(fit.rmsd).toBeLessThan(0.05);
    }
  });

  it('fails where it must: atoms closer than two widths run together into one peak', () => {
    expect(peaksOfPair(2.2 * 0.4, 0.4).count).toBe(2);
    const merged = peaksOfPair(1.8 * 0.4, 0.4);
    expect(merged.count).toBe(1);
    expect(merged.heights[0]).toBeGreaterThan(1.2);
    // The same pair is told apart at half the width.
    expect(peaksOfPair(1.8 * 0.4, 0.2).count).toBe(2);
  });

  it('moves the peaks of atoms that overlap towards each other', () => {
    const { positions } = peaksOfPair(2.4 * 0.4, 0.4);
    const distance = Math.hypot(...[0, 1, 2].map((c) => positions[c] - positions[3 + c]));
    expect(distance).toBeGreaterThan(0.5 * 2.4 * 0.4);
    expect(distance).toBeLessThan(0.98 * 2.4 * 0.4);
  });

  it('counts coinciding atoms once, at twice the height', () => {
    const found = peaks(densityGrid(gramVector([2, 0, 0, 2, 0, 0], 2), 2));
    expect(found.count).toBe(1);
    expect(found.heights[0]).toBeCloseTo(2, 10);
  });

  it('counts an atom once that lies halfway between grid points', () => {
    for (const spacing of [0.2, 0.25, 0.3]) {
      for (const margin of [1.1, 1.15, 1.2, 1.25]) {
        expect(peaks(densityGrid([4], 1, { spacing, margin })).count).toBe(1);
      }
    }
  });

  it('finds an atom far narrower than a voxel where it lies on a grid point', () => {
    const { positions, heights } = peaks(densityGrid([4], 1, { width: 0.01, spacing: 0.4, margin: 0.4 }));
    expect(positions).toEqual(Float64Array.of(2, 0, 0));
    expect(heights).toEqual(Float64Array.of(1));
  });

  it('leaves out what is lower than the threshold', () => {
    const grid = densityGrid(gramVector(TETRAHEDRON, 4), 4);
    expect(peaks(grid, { threshold: 1.5 }).count).toBe(0);
    expect(peaks(grid, { threshold: 0.9 }).count).toBe(4);
  });

  it('refuses what is no grid', () => {
    const grid = densityGrid([4], 1);
    expect(() => peaks({ ...grid, shape: [1, 2, 3] })).toThrow('grid.values length');
    expect(() => peaks(grid, { threshold: 0 })).toThrow('option threshold: found 0');
    const broken = grid.values.slice();
    broken[7] = Number.NaN;
    expect(() => peaks({ ...grid, values: broken })).toThrow('grid.values[7]: found NaN');
  });
});

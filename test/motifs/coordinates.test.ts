import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { coordinatesFromGram, coordinatesFromGrams } from '../../src/motifs/coordinates';
import { extractEnvironments } from '../../src/motifs/environments';
import { gramMatrix, gramSize, gramVector, gramVectors } from '../../src/motifs/gram';
import { randomRotation } from '../../src/motifs/randomRotation';
import { environmentPositions } from '../../src/motifs/select';
import { synchronize } from '../../src/motifs/synchronize';
import { readExtxyz } from '../../src/structures';
import { largestDifference, mirror, randomPoints, rotate } from './points';

/** Largest error of the Gram vector that comes back from the coordinates. */
function roundTrip(x: Float64Array): number {
  const n = x.length / 3;
  const gram = gramVector(x, n);
  return largestDifference(gramVector(coordinatesFromGram(gram, n).positions, n), gram);
}

/** (x, y, 0) for coplanar points, (x, 0, 0) for collinear ones. */
function flatten(x: Float64Array, axes: number): Float64Array {
  return x.map((c, k) => (k % 3 < axes ? c : 0));
}

describe('coordinatesFromGram', () => {
  it('gives every environment of a cell back to 1e-9 in Gram entries', () => {
    const cell = readExtxyz(path.join(__dirname, '../../data/a-si/a-si-512-10.extxyz'));
    const environments = extractEnvironments(cell);
    const grams = gramVectors(environments);
    for (let m = 0; m < environments.length; m++) {
      const gram = grams.subarray(36 * m, 36 * (m + 1));
      const { positions, residual } = coordinatesFromGram(gram, 8);
      expect(largestDifference(gramVector(positions, 8), gram)).toBeLessThan(1e-9);
      expect(residual).toBeLessThan(1e-9);
      const back = synchronize(environmentPositions(environments, m), positions, { reflections: true });
      expect(back.rmsd).toBeLessThan(1e-9);
    }
  });

  it('gives any points back, coplanar and collinear ones included, in any orientation', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 }), (seed, n, axes) => {
        const rng = createRng(seed);
        const x = rotate(flatten(randomPoints(n, rng), axes), randomRotation(rng));
        expect(roundTrip(x)).toBeLessThan(1e-9);
        const { eigenvalues } = coordinatesFromGram(gramVector(x, n), n);
        expect(eigenvalues.filter((value) => value > 1e-9).length).toBe(Math.min(axes, n));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives regular arrangements back, whose eigenvalues coincide', () => {
    const tetrahedron = Float64Array.from([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1]);
    const octahedron = Float64Array.from([2, 0, 0, -2, 0, 0, 0, 2, 0, 0, -2, 0, 0, 0, 2, 0, 0, -2]);
    const cube = Float64Array.from({ length: 24 }, (_, k) => ((k / 3) & (1 << (k % 3)) ? 1 : -1));
    for (const x of [tetrahedron, octahedron, cube]) {
      expect(roundTrip(x)).toBeLessThan(1e-12);
      const { eigenvalues } = coordinatesFromGram(gramVector(x, x.length / 3), x.length / 3);
      expect(eigenvalues[0]).toBeCloseTo(eigenvalues[2], 10);
    }
  });

  it('cannot tell an arrangement from its mirror image: same answer, which fits both only with reflections', () => {
    const x = randomPoints(8, createRng(6));
    const image = mirror(x);
    const fromX = coordinatesFromGram(gramVector(x, 8), 8);
    expect(coordinatesFromGram(gramVector(image, 8), 8)).toEqual(fromX);
    for (const original of [x, image]) {
      expect(synchronize(original, fromX.positions, { reflections: true }).rmsd).toBeLessThan(1e-9);
    }
    // Without reflections it fits one of the two and misses the other: the Gram matrix has no chirality.
    const [a, b] = [x, image].map((original) => synchronize(original, fromX.positions).rmsd);
    expect(Math.min(a, b)).toBeLessThan(1e-9);
    expect(Math.max(a, b)).toBeGreaterThan(0.3);
  });

  it('satisfies G v = λ v: eigenvalues and the squared lengths of the columns agree', () => {
    const x = randomPoints(6, createRng(2));
    const { positions, eigenvalues } = coordinatesFromGram(gramVector(x, 6), 6);
    const matrix = gramMatrix(gramVector(x, 6), 6);
    for (let axis = 0; axis < 3; axis++) {
      const column = Float64Array.from({ length: 6 }, (_, i) => positions[3 * i + axis]);
      const product = column.map((_, i) => column.reduce((sum, c, j) => sum + matrix[6 * i + j] * c, 0));
      expect(
        largestDifference(
          product,
          column.map((c) => eigenvalues[axis] * c),
        ),
      ).toBeLessThan(1e-11);
      expect(column.reduce((sum, c) => sum + c * c, 0)).toBeCloseTo(eigenvalues[axis], 10);
    }
  });

  it('projects what is no Gram matrix of points, and says by how much', () => {
    // diag(5, 4, 3, 2, −1): the nearest matrix of rank 3 without negative eigenvalues is diag(5, 4, 3, 0, 0).
    const gram = [5, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 2, 0, -1];
    const { positions, eigenvalues, residual, discarded } = coordinatesFromGram(gram, 5);
    expect(largestDifference(eigenvalues, [5, 4, 3, 2, -1])).toBeLessThan(1e-12);
    expect(largestDifference(discarded, [2, -1])).toBeLessThan(1e-12);
    expect(residual).toBeCloseTo(Math.sqrt(5), 12);
    const projected = [5, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 0, 0];
    expect(largestDifference(gramVector(positions, 5), projected)).toBeLessThan(1e-12);
  });

  it('finds no nearer matrix of points by random trial, and its residual is the distance to its own', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = createRng(seed);
        const gram = Float64Array.from({ length: gramSize(5) }, () => rng.normal());
        const { positions, residual } = coordinatesFromGram(gram, 5);
        const distance = (x: Float64Array) => {
          const difference = gramMatrix(gramVector(x, 5), 5).map((g, k) => g - gramMatrix(gram, 5)[k]);
          return Math.hypot(...difference);
        };
        expect(distance(positions)).toBeCloseTo(residual, 10);
        for (let k = 0; k < 20; k++) {
          const nearby = positions.map((c) => c + 0.1 * rng.normal());
          expect(distance(nearby)).toBeGreaterThanOrEqual(residual - 1e-12);
        }
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it('gives zero points for negative and zero matrices', () => {
    expect(coordinatesFromGram([-1, 0, -2], 2).positions).toEqual(new Float64Array(6));
    expect(coordinatesFromGram([0, 0, 0], 2)).toMatchObject({ residual: 0, positions: new Float64Array(6) });
  });

  it('refuses wrong lengths and what is not finite', () => {
    expect(() => coordinatesFromGram([1, 2], 2)).toThrow('gram length: found 2');
    expect(() => coordinatesFromGram([1, Number.NaN, 2], 2)).toThrow('gram[1]: found NaN');
  });
});

describe('coordinatesFromGrams', () => {
  it('gives for each of many what coordinatesFromGram gives for one', () => {
    const rng = createRng(4);
    const grams = Float64Array.from({ length: 3 * 10 }, () => rng.normal());
    const many = coordinatesFromGrams(grams, 4);
    for (let m = 0; m < 3; m++) {
      const one = coordinatesFromGram(grams.subarray(10 * m, 10 * (m + 1)), 4);
      expect(many.positions.subarray(12 * m, 12 * (m + 1))).toEqual(one.positions);
      expect(many.eigenvalues.subarray(4 * m, 4 * (m + 1))).toEqual(one.eigenvalues);
      expect(many.residuals[m]).toBe(one.residual);
    }
    expect(coordinatesFromGrams([], 4).residuals.length).toBe(0);
  });

  it('refuses a length that is no whole number of Gram vectors', () => {
    expect(() => coordinatesFromGrams([1, 2, 3, 4], 2)).toThrow('grams length: found 4');
  });
});

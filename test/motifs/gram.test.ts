import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { gramEntries, gramIndex, gramMatrix, gramVector, gramVectors } from '../../src/motifs/gram';
import { randomRotation } from '../../src/motifs/randomRotation';
import { largestDifference, mirror, randomPoints, rotate } from './points';

describe('gramVector', () => {
  it('is the upper triangle of x xᵀ, row-major', () => {
    const x = [1, 0, 0, 0, 2, 0, 1, 1, 3];
    expect(Array.from(gramVector(x, 3))).toEqual([1, 0, 1, 4, 2, 11]);
  });

  it('does not change under rotation and reflection, while the coordinates do', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const rng = createRng(seed);
        const x = randomPoints(n, rng);
        const gram = gramVector(x, n);
        const turned = rotate(x, randomRotation(rng));
        const scale = Math.max(...gram.map(Math.abs));
        expect(largestDifference(gramVector(turned, n), gram)).toBeLessThan(1e-12 * scale);
        expect(largestDifference(gramVector(mirror(x), n), gram)).toBe(0);
        expect(largestDifference(turned, x)).toBeGreaterThan(1e-6);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('refuses a wrong number of coordinates', () => {
    expect(() => gramVector([1, 2, 3, 4], 2)).toThrow('positions length: found 4, expected 3n = 6');
    expect(() => gramVector([], 0)).toThrow('n: found 0');
  });
});

describe('gramVectors', () => {
  it('is gramVector of each environment in turn', () => {
    const positions = randomPoints(15, createRng(3));
    const grams = gramVectors({ positions, n: 5, length: 3 });
    for (let m = 0; m < 3; m++) {
      expect(grams.subarray(15 * m, 15 * (m + 1))).toEqual(gramVector(positions.subarray(15 * m, 15 * (m + 1)), 5));
    }
    expect(gramVectors({ positions: new Float64Array(0), n: 5, length: 0 }).length).toBe(0);
    expect(() => gramVectors({ positions, n: 5, length: 2 })).toThrow('M·n·3 = 30');
  });
});

describe('gramMatrix and gramIndex', () => {
  it('agree with each other and with x xᵀ, on both sides of the diagonal', () => {
    for (let n = 1; n <= 9; n++) {
      const x = randomPoints(n, createRng(n));
      const gram = gramVector(x, n);
      const matrix = gramMatrix(gram, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const product = [0, 1, 2].reduce((sum, c) => sum + x[3 * i + c] * x[3 * j + c], 0);
          expect(gram[gramIndex(i, j, n)]).toBeCloseTo(product, 12);
          expect(matrix[i * n + j]).toBe(gram[gramIndex(i, j, n)]);
        }
      }
    }
  });

  it('refuses other lengths', () => {
    expect(() => gramMatrix([1, 2], 2)).toThrow('n(n+1)/2 = 3');
  });
});

describe('gramEntries', () => {
  it('sorts entries by kind and keeps their order', () => {
    const grams = [1, 12, 13, 2, 23, 3, 10, 120, 130, 20, 230, 30];
    const { diagonal, offDiagonal } = gramEntries(grams, 3);
    expect(Array.from(diagonal)).toEqual([1, 2, 3, 10, 20, 30]);
    expect(Array.from(offDiagonal)).toEqual([12, 13, 23, 120, 130, 230]);
    expect(() => gramEntries([1, 2], 2)).toThrow('a multiple of n(n+1)/2 = 3');
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { projectionEffect, rmsDifference } from '../../../src/evaluate';
import { coordinatesFromGram, gramVectors } from '../../../src/motifs';
import { randomPoints } from '../../motifs/points';

describe('projectionEffect', () => {
  it('is nothing for Gram matrices of points', () => {
    const positions = randomPoints(10, createRng(1));
    const grams = gramVectors({ positions, n: 5, length: 2 });
    const { change, decoded } = projectionEffect({ grams, positions, n: 5 });
    expect(change).toBeLessThan(1e-6);
    expect(decoded).toHaveLength(20);
  });

  it('shortens distances where a fourth dimension is dropped: of the 4 × 4 identity, those to one point', () => {
    const grams = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 1, 0, 1);
    const { positions } = coordinatesFromGram(grams, 4);
    const { change, shortened } = projectionEffect({ grams, positions, n: 4 });
    expect(shortened).toBe(0.5);
    expect(change).toBeCloseTo((Math.SQRT2 - 1) / Math.SQRT2, 9);
  });
});

describe('rmsDifference', () => {
  it('is the root mean square, and refuses other lengths and none', () => {
    expect(rmsDifference([0, 0], [3, 4])).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(() => rmsDifference([0], [1, 2])).toThrow('second sample: found 2 values');
    expect(() => rmsDifference([], [])).toThrow('at least one');
  });
});

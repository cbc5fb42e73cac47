import { describe, expect, it } from 'vitest';
import { normalQuantile, stretch, studentQuantile } from '../../../src/evaluate/statistics/quantiles';

describe('quantiles', () => {
  it.each([
    [0.5, 0],
    [0.1, 1.2815516],
    [0.025, 1.959964],
    [0.001, 3.0902323],
  ])('of the normal distribution: %f above %f', (tail, z) => {
    expect(normalQuantile(tail)).toBeCloseTo(z, 5);
  });

  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [3, 3.18245],
    [5, 2.57058],
    [9, 2.26216],
    [30, 2.04227],
  ])("of Student's t of %i degrees of freedom, as tables have them", (freedom, t) => {
    expect(Math.abs(studentQuantile(0.025, freedom) / t - 1)).toBeLessThan(2e-3);
  });

  it('stretch intervals of few groups, of many not', () => {
    expect(stretch(0.025, 4)).toBeCloseTo((3.18245 * Math.sqrt(4 / 3)) / 1.959964, 2);
    expect(stretch(0.025, 1e5)).toBeCloseTo(1, 4);
    expect(stretch(0.025, 1)).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { principalComponents } from '../../../src/evaluate';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { rotate } from '../../motifs/points';
import { cloud, expectClose } from '../helpers';

describe('principalComponents', () => {
  const scaled = cloud(1, 500, 3).map((x, i) => x * [1, 5, 2][i % 3] + 7);

  it('finds the axes of a stretched cloud, and its variances', () => {
    const { axes, coordinates, explained } = principalComponents(scaled, 3, 2);
    expect(axes[1]).toBeGreaterThan(0.99);
    expect(axes[5]).toBeGreaterThan(0.99);
    expect(explained[0]).toBeGreaterThan(explained[1]);
    // Uncorrelated, of mean 0, with the variances stated.
    const [a, b] = [0, 1].map((k) => coordinates.filter((_, i) => i % 2 === k));
    expect(a.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 8);
    expect(a.reduce((sum, x, i) => sum + x * b[i], 0)).toBeCloseTo(0, 6);
    const variance = (x: Float64Array): number => x.reduce((sum, v) => sum + v * v, 0) / x.length;
    expect(variance(a) / variance(b)).toBeCloseTo(explained[0] / explained[1], 8);
  });

  it('says where the origin lies: at a row that is zero', () => {
    const values = Float64Array.of(...scaled, 0, 0, 0);
    const { coordinates, origin } = principalComponents(values, 3, 3);
    expectClose(coordinates.slice(-3), origin, 9);
  });

  it('explains the same after a rotation', () => {
    const turned = rotate(scaled, randomRotation(createRng(2)));
    expectClose(principalComponents(turned, 3, 3).explained, principalComponents(scaled, 3, 3).explained, 9);
  });

  it('refuses more components than dimensions', () => {
    expect(() => principalComponents(scaled, 3, 4)).toThrow(InputError);
  });
});

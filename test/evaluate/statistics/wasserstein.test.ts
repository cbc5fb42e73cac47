import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { wasserstein1 } from '../../../src/evaluate';

const sample = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('wasserstein1', () => {
  it('is the mean difference of sorted values for equal sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })), {
          minLength: 1,
        }),
        (pairs) => {
          const a = pairs.map((p) => p[0]);
          const b = pairs.map((p) => p[1]);
          const x = Float64Array.from(a).sort();
          const y = Float64Array.from(b).sort();
          const expected = x.reduce((sum, v, i) => sum + Math.abs(v - y[i]), 0) / x.length;
          expect(wasserstein1(a, b)).toBeCloseTo(expected, 9);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('does not change when a sample is repeated whole', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(wasserstein1([...a, ...a, ...a], [...b, ...b])).toBeCloseTo(wasserstein1(a, b), 9);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is a metric: zero on itself, symmetric, triangle', () => {
    fc.assert(
      fc.property(sample, sample, sample, (a, b, c) => {
        expect(wasserstein1(a, a)).toBe(0);
        expect(wasserstein1(a, b)).toBeCloseTo(wasserstein1(b, a), 9);
        expect(wasserstein1(a, c)).toBeLessThanOrEqual(wasserstein1(a, b) + wasserstein1(b, c) + 1e-9);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is the shift between a sample and its shifted copy', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: -50, max: 50, noNaN: true }), (a, shift) => {
        expect(
          wasserstein1(
            a,
            a.map((x) => x + shift),
          ),
        ).toBeCloseTo(Math.abs(shift), 9);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('tends to the closed form between normals: |μ₁ − μ₂| for equal deviations', () => {
    const rng = createRng(5);
    const a = Float64Array.from({ length: 20000 }, () => rng.normal());
    const b = Float64Array.from({ length: 30000 }, () => 0.5 + rng.normal());
    expect(wasserstein1(a, b)).toBeGreaterThan(0.47);
    expect(wasserstein1(a, b)).toBeLessThan(0.53);
  });

  it('refuses an empty sample and values that are not finite', () => {
    expect(() => wasserstein1([], [1])).toThrow(InputError);
    expect(() => wasserstein1([1], [2, Number.POSITIVE_INFINITY])).toThrow('second sample[1]');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { bootstrap, bootstrapMean, bootstrapWasserstein1, wasserstein1 } from '../../../src/evaluate';
import {
  bootstrapBalancedMean,
  bootstrapBinDistance,
  bootstrapMedian,
  type Interval,
} from '../../../src/evaluate/statistics/bootstrap';
import { sortedQuantile } from '../../../src/evaluate/statistics/moments';

const number = fc.double({ noNaN: true, min: -1e3, max: 1e3 });

function distance(a: number[], b: number[]): number {
  return Math.hypot(...a.map((x, i) => x - b[i]));
}

function normals(seed: number, count: number, mean = 0): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: count }, () => mean + rng.normal());
}

describe('bootstrap', () => {
  it('gives the mean of normals its standard error', () => {
    const values = normals(1, 400, 3);
    const { value, low, high, deviation } = bootstrapMean({ values }, { seed: 2 });
    expect(value).toBeCloseTo(values.reduce((a, b) => a + b) / 400, 12);
    // σ/√N = 0.05, and ±1.96 of it; 1,000 resamples know them to a few per cent.
    expect(deviation).toBeGreaterThan(0.044);
    expect(deviation).toBeLessThan(0.056);
    expect(value - low).toBeCloseTo(1.96 * deviation, 1);
    expect(high - value).toBeCloseTo(1.96 * deviation, 1);
  });

  it('holds the true mean in about 95 of 100 intervals', () => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = bootstrapMean({ values: normals(seed, 60) }, { seed, resamples: 300 });
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(199);
  });

  it('resamples whole groups: copies of a value add nothing', () => {
    const values = normals(3, 50);
    const copies = Float64Array.from({ length: 500 }, (_, i) => values[Math.floor(i / 10)]);
    const groups = Int32Array.from({ length: 500 }, (_, i) => Math.floor(i / 10));
    const single = bootstrapMean({ values }, { seed: 4 });
    const grouped = bootstrapMean({ values: copies, groups }, { seed: 4 });
    expect(grouped.deviation).toBeCloseTo(single.deviation, 10);
    expect(bootstrapMean({ values: copies }, { seed: 4 }).deviation).toBeLessThan(0.5 * single.deviation);
  });

  it('takes any statistic of any count, the same numbers for the same seed', () => {
    const values = normals(5, 30);
    const median = (indices: Int32Array): number => Array.from(indices, (i) => values[i]).sort((a, b) => a - b)[15];
    const first = bootstrap(30, median, { seed: 1, resamples: 200 });
    expect(bootstrap(30, median, { seed: 1, resamples: 200 })).toEqual(first);
    expect(bootstrap(30, median, { seed: 2, resamples: 200 })).not.toEqual(first);
    expect(first.low).toBeLessThanOrEqual(first.value);
    expect(first.high).toBeGreaterThanOrEqual(first.value);
  });

  it('has the Wasserstein-1 distance for value, and an interval around a clear shift', () => {
    const [a, b] = [normals(6, 300), normals(7, 500, 1)];
    const result = bootstrapWasserstein1({ values: a }, { values: b }, { seed: 1 });
    expect(result.value).toBeCloseTo(wasserstein1(a, b), 12);
    expect(result.low).toBeLessThan(result.value);
    expect(result.high).toBeGreaterThan(result.value);
    // Standard error of the difference of means: √(1/300 + 1/500) = 0.073.
    expect(result.deviation).toBeGreaterThan(0.06);
    expect(result.deviation).toBeLessThan(0.09);
  });

  it('resamples the Wasserstein-1 distance as by hand', () => {
    const [a, b] = [normals(8, 12), normals(9, 12)];
    // With two groups of which one is drawn at a time, there are few outcomes: all are distances of halves.
    const groups = Int32Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : 7));
    const halves = [a.subarray(0, 6), a.subarray(6), a];
    const whole = [b.subarray(0, 6), b.subarray(6), b];
    const outcomes = halves.flatMap((x) => whole.map((y) => wasserstein1(x, y)));
    const { low, high } = bootstrapWasserstein1({ values: a, groups }, { values: b, groups }, { level: 0.999999 });
    expect(low).toBeCloseTo(Math.min(...outcomes), 6);
    expect(high).toBeCloseTo(Math.max(...outcomes), 6);
  });

  it('gives means and medians the intervals of the same statistics of drawn indices, to the bit', () => {
    fc.assert(
      fc.property(fc.array(fc.array(number, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (members) => {
        const sample = { values: members.flat(), groups: members.flatMap((values, g) => values.map(() => 3 * g)) };
        const options = { seed: 2, resamples: 50 };
        const drawn = (indices: Int32Array): number[] => Array.from(indices).flatMap((g) => members[g]);
        const median = (values: number[]): number => sortedQuantile(Float64Array.from(values).sort(), 0.5);
        const mean = (indices: Int32Array): number => {
          // Added value by value, each as often as its group was drawn.
          const times = members.map((_, g) => indices.filter((index) => index === g).length);
          const sum = members.flatMap((values, g) => values.map((x) => times[g] * x)).reduce((a, b) => a + b);
          return sum / drawn(indices).length;
        };
        expect(bootstrapMedian(sample, options)).toEqual(
          bootstrap(members.length, (indices) => median(drawn(indices)), options),
        );
        expect(bootstrapMean(sample, options)).toEqual(bootstrap(members.length, mean, options));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('compares two samples in each resample as if their values had been repeated', () => {
    const [a, b] = [15, 9].map((count, s) => Array.from(normals(s, count), (x) => Math.min(3, Math.floor(2 + x))));
    const groupsA = a.map((_, i) => Math.floor(i / 2));
    const fractions = (values: number[]): number[] =>
      [0, 1, 2, 3].map((bin) => values.filter((value) => value === bin).length / values.length);
    const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
    const [first, second, options] = [{ values: a, groups: groupsA }, { values: b }, { resamples: 101, seed: 5 }];
    const pairs: [Interval, (x: number[], y: number[]) => number][] = [
      [bootstrapBinDistance(first, second, 4, options), (x, y) => distance(fractions(x), fractions(y))],
      [bootstrapBalancedMean(first, second, options), (x, y) => (mean(x) + mean(y)) / 2],
      [bootstrapWasserstein1(first, second, options), (x, y) => wasserstein1(x, y)],
    ];
    for (const [found, statistic] of pairs) {
      const rng = createRng(5);
      const values = Array.from({ length: 101 }, () => {
        const groups = Array.from({ length: 8 }, () => rng.integer(8));
        const x = groups.flatMap((group) => a.filter((_, i) => groupsA[i] === group));
        return statistic(
          x,
          b.map(() => b[rng.integer(9)]),
        );
      });
      const sorted = Float64Array.from(values).sort();
      expect(found.value).toBeCloseTo(statistic(a, b), 12);
      expect(found.low).toBeCloseTo(sortedQuantile(sorted, 0.025), 12);
      expect(found.high).toBeCloseTo(sortedQuantile(sorted, 0.975), 12);
    }
  });

  it('takes a generator for a seed, and draws on from where it is', () => {
    const sample = { values: normals(10, 20) };
    const rng = createRng(4);
    const first = bootstrapMean(sample, { seed: rng });
    expect(first).toEqual(bootstrapMean(sample, { seed: 4 }));
    expect(bootstrapMean(sample, { seed: rng })).not.toEqual(first);
  });

  it('refuses bad samples and options', () => {
    expect(() => bootstrapMean({ values: [] })).toThrow(InputError);
    expect(() => bootstrapMean({ values: [1, 2], groups: [0] })).toThrow('groups');
    expect(() => bootstrapMean({ values: [1, 2] }, { level: 1 })).toThrow('option level');
    expect(() => bootstrapMean({ values: [1, 2] }, { resamples: 1 })).toThrow('option resamples');
    expect(() => bootstrap(0, () => 0)).toThrow('count');
  });
});

import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { bootstrap, bootstrapMean, bootstrapWasserstein1, wasserstein1 } from '../../src/evaluate';

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

  it('refuses bad samples and options', () => {
    expect(() => bootstrapMean({ values: [] })).toThrow(InputError);
    expect(() => bootstrapMean({ values: [1, 2], groups: [0] })).toThrow('groups');
    expect(() => bootstrapMean({ values: [1, 2] }, { level: 1 })).toThrow('option level');
    expect(() => bootstrapMean({ values: [1, 2] }, { resamples: 1 })).toThrow('option resamples');
    expect(() => bootstrap(0, () => 0)).toThrow('count');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import {
  bootstrap,
  bootstrapMean,
  bootstrapWasserstein1,
  type GroupedSample,
  shareInterval,
  wasserstein1,
} from '../../../src/evaluate';
import {
  bootstrapBalancedMean,
  bootstrapBinDistance,
  bootstrapMedian,
  type Interval,
} from '../../../src/evaluate/statistics/bootstrap';
import { sortedQuantile } from '../../../src/evaluate/statistics/moments';
import { stretch } from '../../../src/evaluate/statistics/quantiles';

const number = fc.double({ noNaN: true, min: -1e3, max: 1e3 });

const width = ({ low, high }: Interval): number => high - low;

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
    const { value, low, high } = bootstrapMean({ values }, { seed: 2 });
    expect(value).toBeCloseTo(values.reduce((a, b) => a + b) / 400, 12);
    // ±1.96 σ/√N = ±0.098; 1,000 resamples know them to a few per cent.
    for (const half of [value - low, high - value]) expect(Math.abs(half - 0.098)).toBeLessThan(0.015);
  });

  it('resamples whole groups: copies of a value add nothing', () => {
    const values = normals(3, 50);
    const copies = Float64Array.from({ length: 500 }, (_, i) => values[Math.floor(i / 10)]);
    const groups = Int32Array.from({ length: 500 }, (_, i) => Math.floor(i / 10));
    const single = bootstrapMean({ values }, { seed: 4 });
    const grouped = bootstrapMean({ values: copies, groups }, { seed: 4 });
    expect(width(grouped)).toBeCloseTo(width(single), 10);
    expect(width(bootstrapMean({ values: copies }, { seed: 4 }))).toBeLessThan(0.5 * width(single));
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
    // ±1.96 standard errors of the difference of means, √(1/300 + 1/500) = 0.073.
    expect(width(result)).toBeGreaterThan(0.24);
    expect(width(result)).toBeLessThan(0.42);
  });

  it('holds the distance of two samples between what all resamples could add to it and take off', () => {
    const [a, b] = [normals(8, 12), normals(9, 12, 0.5)];
    // With two groups of which one is drawn at a time, there are few outcomes: all are distances of halves.
    const groups = Int32Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : 7));
    const levels = Float64Array.of(...a, ...b).sort();
    const gap = (i: number) => (i < 23 ? levels[i + 1] - levels[i] : 0);
    const below = (x: Float64Array) => levels.map((v) => x.filter((y) => y <= v).length / x.length);
    const parts = (x: Float64Array) => [x.subarray(0, 6), x.subarray(6), x].map(below);
    const difference = (f: Float64Array, g: Float64Array) => f.map((value, i) => value - g[i]);
    const base = difference(below(a), below(b));
    const added = parts(a).flatMap((f) => parts(b).map((g) => difference(difference(f, g), base)));
    const over = (values: Float64Array) => values.reduce((sum, value, i) => sum + value * gap(i), 0);
    const most = Math.max(...added.map((x) => over(x.map(Math.abs))));
    const least = Math.min(
      ...added.map((x) => over(x.map((v, i) => (base[i] ? Math.sign(base[i]) * v : Math.abs(v))))),
    );
    const found = bootstrapWasserstein1({ values: a, groups }, { values: b, groups }, { level: 0.999 });
    const factor = stretch(0.0005, 2);
    expect(found.low).toBeCloseTo(Math.max(0, found.value - factor * most), 9);
    expect(found.high).toBeCloseTo(found.value - factor * least, 9);
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
      [bootstrapBalancedMean(first, second, options), (x, y) => (mean(x) + mean(y)) / 2],
    ];
    const bins = bootstrapBinDistance(first, second, 4, options);
    expect(bins.value).toBeCloseTo(distance(fractions(a), fractions(b)), 12);
    expect(bootstrapWasserstein1(first, second, options).value).toBeCloseTo(wasserstein1(a, b), 12);
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
      const value = statistic(a, b);
      const stretched = (part: number) => value + stretch(0.025, 8) * (sortedQuantile(sorted, part) - value);
      expect(found.value).toBeCloseTo(value, 12);
      expect(found.low).toBeCloseTo(stretched(0.025), 12);
      expect(found.high).toBeCloseTo(stretched(0.975), 12);
    }
  });

  it('takes a generator for a seed, and draws on from where it is', () => {
    const sample = { values: normals(10, 20) };
    const rng = createRng(4);
    const first = bootstrapMean(sample, { seed: rng });
    expect(first).toEqual(bootstrapMean(sample, { seed: 4 }));
    expect(bootstrapMean(sample, { seed: rng })).not.toEqual(first);
  });

  it('gives a share its binomial interval', () => {
    const share = (ones: number, of: number) =>
      shareInterval({ values: Array.from({ length: of }, (_, i) => Number(i < ones)) });
    // Wilson's roots of (p − k/n)² = z² p (1 − p)/n.
    for (const [k, n] of [
      [60, 60],
      [0, 60],
      [7, 20],
      [299, 300],
    ]) {
      const { value, low, high } = share(k, n);
      expect(value).toBeCloseTo(k / n, 12);
      for (const p of [low, high]) expect((p - k / n) ** 2).toBeCloseTo((1.959964 ** 2 * p * (1 - p)) / n, 6);
    }
    expect(share(60, 60)).toEqual({ value: 1, low: expect.closeTo(0.9398, 4), high: 1 });
    expect(() => shareInterval({ values: [0, 2] })).toThrow('values[1]: found 2, expected 0 or 1');
  });

  it('takes values of one group for as many as their scatter over groups is worth', () => {
    const groups = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 10));
    const rng = createRng(2);
    const members = Array.from({ length: 40 }, () => Number(rng.uniform() < 0.7));
    const copies = shareInterval({ values: Array.from(groups, (g) => members[g]), groups });
    const single = shareInterval({ values: members });
    // Student's quantile of 39 degrees of freedom in place of the normal one, and n − 1 for n.
    expect(width(copies) / width(single)).toBeGreaterThan(1);
    expect(width(copies) / width(single)).toBeLessThan(1.06);
    expect(shareInterval({ values: new Uint8Array(400), groups })).toEqual(
      shareInterval({ values: new Uint8Array(40) }),
    );
  });

  it('refuses bad samples and options', () => {
    expect(() => bootstrapMean({ values: [] })).toThrow(InputError);
    expect(() => bootstrapMean({ values: [1, 2], groups: [0] })).toThrow('groups');
    expect(() => bootstrapMean({ values: [1, 2] }, { level: 1 })).toThrow('option level');
    expect(() => bootstrapMean({ values: [1, 2] }, { resamples: 1 })).toThrow('option resamples');
    expect(() => bootstrap(0, () => 0)).toThrow('count');
  });
});

describe('95 % intervals', () => {
  const SETS = 200;
  /** Normals in cells that have means of their own. */
  const cells = (seed: number, shift = 0): GroupedSample => {
    const rng = createRng(seed);
    const offsets = Array.from({ length: 8 }, () => shift + 0.2 * rng.normal());
    const groups = Int32Array.from({ length: 96 }, (_, i) => i % 8);
    return { values: Array.from(groups, (g) => offsets[g] + rng.normal()), groups };
  };
  const above = ({ values, groups }: GroupedSample): GroupedSample => {
    return { values: Array.from(values, (x) => Number(x > 0)), groups };
  };
  const coverage = (interval: (seed: number) => Interval, truth: number): number => {
    let held = 0;
    for (let seed = 0; seed < SETS; seed++) {
      const { value, low, high } = interval(seed);
      expect(low <= value && value <= high).toBe(true);
      if (low <= truth && truth <= high) held++;
    }
    return held / SETS;
  };
  const options = (seed: number) => ({ seed, resamples: 200 });
  // Three standard errors of a share of 93 % among 200.
  const LEAST = 0.93 - 3 * Math.sqrt((0.93 * 0.07) / SETS);

  it.each<[string, (seed: number) => Interval, number]>([
    ['mean', (seed) => bootstrapMean(cells(seed), options(seed)), 0],
    ['median', (seed) => bootstrapMedian(cells(seed), options(seed)), 0],
    ['share', (seed) => shareInterval(above(cells(seed))), 0.5],
    ['distance', (seed) => bootstrapWasserstein1(cells(seed), cells(seed + 1e6, 0.5), options(seed)), 0.5],
    ['small distance', (seed) => bootstrapWasserstein1(cells(seed), cells(seed + 1e6, 0.02), options(seed)), 0.02],
    ['no distance', (seed) => bootstrapWasserstein1(cells(seed), cells(seed + 1e6), options(seed)), 0],
  ])('of a %s over eight cells hold the truth', (_, interval, truth) => {
    expect(coverage(interval, truth)).toBeGreaterThan(LEAST);
  });

  it('of sets that differ by more than their scatter do not reach 0', () => {
    expect(coverage((seed) => bootstrapWasserstein1(cells(seed), cells(seed + 1e6, 1), options(seed)), 0)).toBe(0);
  });
});

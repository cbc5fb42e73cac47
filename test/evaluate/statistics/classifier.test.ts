import { describe, expect, it } from 'vitest';
import { classifierTest } from '../../../src/evaluate/statistics/classifier';
import { cloud } from '../helpers';

/** Accuracy, mean over the two samples, and its standard error as if all test points were independent. */
function test(...given: Parameters<typeof classifierTest>): { accuracy: number; error: number } {
  const sets = classifierTest(...given);
  const rates = sets.map((right) => right.reduce((sum, one) => sum + one, 0) / right.length);
  const variance = rates.reduce((sum, rate, s) => sum + (rate * (1 - rate)) / sets[s].length, 0);
  return { accuracy: (rates[0] + rates[1]) / 2, error: Math.sqrt(variance) / 2 };
}

describe('classifierTest', () => {
  it.each(['logistic', 'neighbors'] as const)(
    '%s: half for equal distributions, all for distant ones',
    (classifier) => {
      const { accuracy, error } = test(cloud(1, 400, 3), cloud(2, 300, 3), 3, { classifier });
      expect(Math.abs(accuracy - 0.5)).toBeLessThan(4 * error);
      expect(test(cloud(1, 400, 3), cloud(2, 300, 3, 9), 3, { classifier }).accuracy).toBe(1);
    },
  );

  it('reaches the best possible accuracy for shifted normals', () => {
    // Bayes: Φ(|shift|/2) with |shift| = 1.2.
    const { accuracy, error } = test(cloud(3, 2000, 1), cloud(4, 2000, 1, 1.2), 1);
    expect(Math.abs(accuracy - 0.7257)).toBeLessThan(4 * error);
  });

  it('neighbors sees what a plane cannot: equal means, unequal spread', () => {
    const wide = cloud(6, 500, 2).map((x) => 4 * x);
    expect(test(cloud(5, 500, 2), wide, 2, { classifier: 'neighbors' }).accuracy).toBeGreaterThan(0.75);
  });

  it('does not care which sample is larger', () => {
    const { accuracy, error } = test(cloud(7, 2000, 2), cloud(8, 100, 2), 2, { classifier: 'neighbors' });
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(4 * error);
  });

  it('bears a constant feature, and refuses bad options', () => {
    const flat = Float64Array.from({ length: 80 }, (_, i) => (i % 2 ? 3 : i));
    expect(test(flat, flat.slice(), 2).accuracy).toBeLessThan(0.7);
    expect(() => classifierTest(flat, flat, 2, { k: 4 })).toThrow('option k');
    const one = new Int32Array(40);
    expect(() => classifierTest(flat, flat, 2, { groups: [one, one] })).toThrow('groups: found one group');
    expect(() => classifierTest(flat, flat, 2, { groups: [[1], one] })).toThrow('groups, first: found 1 entries');
  });

  it.each(['logistic', 'neighbors'] as const)('%s: half on average for sets of one kind of cells', (classifier) => {
    const SETS = 60;
    const cells = (seed: number): Float64Array => {
      const [rows, offsets] = [cloud(seed, 60, 3), cloud(seed + 1e6, 5, 3)];
      return rows.map((x, i) => x + 0.1 * offsets[3 * (Math.floor(i / 3) % 5) + (i % 3)]);
    };
    const of = Int32Array.from({ length: 60 }, (_, row) => row % 5);
    const accuracies = Array.from(
      { length: SETS },
      (_, seed) => test(cells(2 * seed), cells(2 * seed + 1), 3, { classifier, seed, groups: [of, of] }).accuracy,
    );
    const mean = accuracies.reduce((sum, a) => sum + a, 0) / SETS;
    // Of 7,200 answers: a standard error of 0.006 if they were independent.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.025);
  });

  it('tests on groups that it has not seen', () => {
    // Three copies of each row: by rows a nearest neighbor knows the answer, by groups it can only guess.
    const copies = (seed: number) =>
      Float64Array.from({ length: 300 }, (_, i) => cloud(seed, 100, 1)[Math.floor(i / 3)]);
    const of = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / 3));
    const [a, b, options] = [copies(11), copies(12), { classifier: 'neighbors', k: 1 } as const];
    expect(test(a, b, 1, options).accuracy).toBeGreaterThan(0.8);
    expect(Math.abs(test(a, b, 1, { ...options, groups: [of, of] }).accuracy - 0.5)).toBeLessThan(0.15);
  });
});

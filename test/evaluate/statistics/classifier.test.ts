import { describe, expect, it } from 'vitest';
import { classifierTest } from '../../../src/evaluate/statistics/classifier';
import { cloud } from '../helpers';

describe('classifierTest', () => {
  it.each(['logistic', 'neighbors'] as const)(
    '%s: half for equal distributions, all for distant ones',
    (classifier) => {
      const { accuracy, error } = classifierTest(cloud(1, 400, 3), cloud(2, 300, 3), 3, { classifier });
      expect(Math.abs(accuracy - 0.5)).toBeLessThan(4 * error);
      expect(classifierTest(cloud(1, 400, 3), cloud(2, 300, 3, 9), 3, { classifier }).accuracy).toBe(1);
    },
  );

  it('reaches the best possible accuracy for shifted normals', () => {
    // Bayes: Φ(|shift|/2) with |shift| = 1.2.
    const { accuracy, error } = classifierTest(cloud(3, 2000, 1), cloud(4, 2000, 1, 1.2), 1);
    expect(Math.abs(accuracy - 0.7257)).toBeLessThan(4 * error);
  });

  it('neighbors sees what a plane cannot: equal means, unequal spread', () => {
    const wide = cloud(6, 500, 2).map((x) => 4 * x);
    expect(classifierTest(cloud(5, 500, 2), wide, 2, { classifier: 'neighbors' }).accuracy).toBeGreaterThan(0.75);
  });

  it('does not care which sample is larger', () => {
    const { accuracy, error } = classifierTest(cloud(7, 2000, 2), cloud(8, 100, 2), 2, { classifier: 'neighbors' });
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(4 * error);
  });

  it('bears a constant feature, and refuses bad options', () => {
    const flat = Float64Array.from({ length: 80 }, (_, i) => (i % 2 ? 3 : i));
    expect(classifierTest(flat, flat.slice(), 2).accuracy).toBeLessThan(0.7);
    expect(() => classifierTest(flat, flat, 2, { k: 4 })).toThrow('option k');
    expect(() => classifierTest(flat, flat, 2, { folds: 50 })).toThrow('more than 49');
  });
});

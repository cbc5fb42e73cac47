import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../../src/evaluate';

describe('rankCorrelation', () => {
  it('is 1 for any increasing function and −1 for any decreasing one', () => {
    const x = [0.3, -2, 5, 1.1, 0.9];
    expect(rankCorrelation(x, x.map(Math.exp))).toBeCloseTo(1, 12);
    expect(
      rankCorrelation(
        x,
        x.map((v) => -(v ** 3)),
      ),
    ).toBeCloseTo(-1, 12);
  });

  it('is 1 − 6Σd²/(n(n² − 1)) where nothing is tied', () => {
    // d = 1, 1, 0, 1, 1.
    expect(rankCorrelation([1, 2, 3, 4, 5], [2, 1, 3, 6, 4])).toBeCloseTo(1 - (6 * 4) / 120, 12);
  });

  it('gives equal values their mean rank', () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5, variances 4.5 and 5.
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('is not a number where one side never changes', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  });

  it('refuses pairs that are none and numbers that are not finite', () => {
    expect(() => rankCorrelation([1, 2], [1])).toThrow(/2 and 1 numbers/);
    expect(() => rankCorrelation([1], [1])).toThrow(/at least two/);
    expect(() => rankCorrelation([1, Number.NaN], [1, 2])).toThrow(/x\[1\]/);
  });
});

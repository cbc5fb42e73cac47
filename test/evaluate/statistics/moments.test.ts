import { describe, expect, it } from 'vitest';
import { moments, quantiles } from '../../../src/evaluate/statistics/moments';

describe('moments and quantiles', () => {
  it('are those of the finite values', () => {
    const values = [2, Number.NaN, 4, 4, 4, 5, 5, 7, Number.POSITIVE_INFINITY, 9];
    expect(moments(values)).toEqual({ mean: 5, deviation: 2, least: 2, greatest: 9, finite: 8 });
    expect(quantiles(values, [0, 0.5, 1])).toEqual([2, 4.5, 9]);
    expect(() => quantiles([Number.NaN], [0.5])).toThrow('found no finite number');
  });

  it('keep their digits far from zero', () => {
    expect(moments([1e9, 1e9 + 1, 1e9 + 2]).deviation).toBeCloseTo(Math.sqrt(2 / 3), 6);
  });
});

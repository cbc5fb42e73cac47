import { describe, expect, it } from 'vitest';
import { indicesAtQuantiles, quantileOf } from '../../../src/evaluate';

const values = [5, 1, 4, 2, 3];

describe('quantileOf', () => {
  it('is the value at or just below, and leaves the sample as it is', () => {
    expect([0, 0.5, 0.74, 0.75, 1].map((q) => quantileOf(values, q))).toEqual([1, 3, 3, 4, 5]);
    expect(values).toEqual([5, 1, 4, 2, 3]);
  });

  it('refuses nothing, NaN and fractions beyond 0 … 1', () => {
    expect(() => quantileOf([], 0.5)).toThrow('at least one value');
    expect(() => quantileOf([1, Number.NaN], 0.5)).toThrow('values');
    expect(() => quantileOf(values, 1.1)).toThrow('0 … 1');
  });
});

describe('indicesAtQuantiles', () => {
  it('names the least, the middle and the greatest value', () => {
    expect(indicesAtQuantiles(values, [0, 0.5, 1])).toEqual([1, 4, 0]);
  });

  it('takes the value below between two, and only those that take part', () => {
    expect(indicesAtQuantiles(values, [0.6])).toEqual([4]);
    expect(indicesAtQuantiles(values, [0, 1], [0, 2])).toEqual([2, 0]);
    expect(() => indicesAtQuantiles(values, [0], [])).toThrow('among');
  });
});

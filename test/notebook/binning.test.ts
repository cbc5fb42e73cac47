import { describe, expect, it } from 'vitest';
import { binPairs } from '../../src/notebook/binning';

describe('binPairs', () => {
  it('puts the smallest and the greatest value into the first and the last bin', () => {
    const { counts } = binPairs([0, 1, 2], [0, 1, 2], { bins: 2 });
    expect(Array.from(counts)).toEqual([1, 0, 0, 2]);
  });

  it('takes values that are all equal', () => {
    expect(binPairs([3, 3], [3, 3], { bins: 1 }).counts[0]).toBe(2);
  });
});

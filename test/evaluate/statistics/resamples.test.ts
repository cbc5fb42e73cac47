import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { groupCounts } from '../../../src/evaluate/statistics/resamples';

describe('groupCounts', () => {
  const total = (counts: Uint16Array): number => counts.reduce((sum, count) => sum + count, 0);

  it('draws from each sample as many groups as it has', () => {
    const resamples = [...groupCounts([7, 3], 10, 1)];
    expect(resamples.length).toBe(10);
    for (const counts of resamples) {
      expect([total(counts.subarray(0, 7)), total(counts.subarray(7))]).toEqual([7, 3]);
    }
  });

  it('counts what the generator draws, resample by resample', () => {
    const rng = createRng(3);
    for (const counts of groupCounts([5], 8, 3)) {
      const drawn = Array.from({ length: 5 }, () => rng.integer(5));
      for (let g = 0; g < 5; g++) expect(counts[g]).toBe(drawn.filter((each) => each === g).length);
    }
  });

  it('returns the same counts for the same numbers, kept or not, and after a walk that broke off', () => {
    for (const _ of groupCounts([6, 2], 20, 9)) break;
    const first = [...groupCounts([6, 2], 20, 9)];
    expect([...groupCounts([6, 2], 20, 9)]).toEqual(first);
    expect([...groupCounts([6, 2], 20, createRng(9))]).toEqual(first);
    expect([...groupCounts([2, 6], 20, 9)]).not.toEqual(first);
    expect([...groupCounts([6, 2], 20, 8)]).not.toEqual(first);
  });
});

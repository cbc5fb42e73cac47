import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { groupCounts } from '../../../src/evaluate/statistics/resamples';

describe('groupCounts', () => {
  const total = (counts: Uint16Array, from: number, end: number, lane: number): number => {
    let sum = 0;
    for (let g = from; g < end; g++) sum += counts[4 * g + lane];
    return sum;
  };

  it('draws from each sample as many groups as it has, and nothing beyond the last resample', () => {
    const fours = [...groupCounts([7, 3], 10, 1)];
    expect(fours.length).toBe(3);
    fours.forEach((counts, k) => {
      for (let lane = 0; lane < 4; lane++) {
        const used = 4 * k + lane < 10;
        expect([total(counts, 0, 7, lane), total(counts, 7, 10, lane)]).toEqual(used ? [7, 3] : [0, 0]);
      }
    });
  });

  it('counts what the generator draws, resample by resample', () => {
    const rng = createRng(3);
    for (const counts of groupCounts([5], 8, 3)) {
      for (let lane = 0; lane < 4; lane++) {
        const drawn = Array.from({ length: 5 }, () => rng.integer(5));
        for (let g = 0; g < 5; g++) expect(counts[4 * g + lane]).toBe(drawn.filter((each) => each === g).length);
      }
    }
  });

  it('gives the same counts for the same numbers, kept or not, and after a walk that broke off', () => {
    for (const _ of groupCounts([6, 2], 20, 9)) break;
    const first = [...groupCounts([6, 2], 20, 9)];
    expect([...groupCounts([6, 2], 20, 9)]).toEqual(first);
    expect([...groupCounts([6, 2], 20, createRng(9))]).toEqual(first);
    expect([...groupCounts([2, 6], 20, 9)]).not.toEqual(first);
    expect([...groupCounts([6, 2], 20, 8)]).not.toEqual(first);
  });
});

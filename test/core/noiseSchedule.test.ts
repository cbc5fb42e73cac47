import { describe, expect, it } from 'vitest';
import { noiseSchedule } from '../../src/core/noiseSchedule';

describe('noiseSchedule', () => {
  it('falls in equal ratios from the first level to the last, and then to 0', async () => {
    const levels = noiseSchedule(4, [2, 0.25]);
    expect(levels).toHaveLength(5);
    [2, 1, 0.5, 0.25, 0].forEach((level, k) => {
      expect(levels[k]).toBeCloseTo(level, 12);
    });
  });

  it('of one step is the first level and 0', async () => {
    expect(Array.from(noiseSchedule(1, [2, 0.25]))).toEqual([2, 0]);
  });
});

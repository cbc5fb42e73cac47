import { describe, expect, it } from 'vitest';
import { densityRecovery } from '../../../src/evaluate';
import { gramVector } from '../../../src/motifs';

const apart = [2, 0, 0, 0, 2.5, 0, 0, 0, 3];
const close = [2, 0, 0, 2, 0.5, 0, 0, 0, 3];

describe('densityRecovery', () => {
  it('finds every atom in its place while they are far apart', () => {
    const { complete, peaks, displacement } = densityRecovery(gramVector(apart, 3), 3, { width: 0.3, spacing: 0.1 });
    expect([complete, peaks]).toEqual([1, 3]);
    expect(displacement).toBeLessThan(0.01);
  });

  it('counts two atoms within two widths as one peak', () => {
    const grams = [...gramVector(apart, 3), ...gramVector(close, 3)];
    const { complete, peaks } = densityRecovery(grams, 3, { width: 0.4 });
    expect([complete, peaks]).toEqual([0.5, 2.5]);
  });

  it('costs eight times the points at half the spacing', () => {
    const [coarse, fine] = [0.2, 0.1].map((spacing) => densityRecovery(gramVector(apart, 3), 3, { spacing }).points);
    expect(fine / coarse).toBeGreaterThan(7);
    expect(fine / coarse).toBeLessThan(9);
  });

  it('gives no displacement without peaks', () => {
    const { peaks, displacement } = densityRecovery(gramVector(apart, 3), 3, { threshold: 10 });
    expect(peaks).toBe(0);
    expect(displacement).toBeNaN();
  });

  it('refuses no motifs and halves of motifs', () => {
    expect(() => densityRecovery([], 3)).toThrow(/grams/);
    expect(() => densityRecovery([1, 2, 3], 3)).toThrow(/grams: found 3 numbers/);
  });
});

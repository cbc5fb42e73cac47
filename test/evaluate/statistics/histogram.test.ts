import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { histogram } from '../../../src/evaluate';

describe('histogram', () => {
  it('counts by hand, with edges closed below and the last bin closed', () => {
    const h = histogram([0, 0.5, 1, 1.5, 2, 3], { bins: 2, range: [0, 2] });
    expect(Array.from(h.counts)).toEqual([2, 3]);
    expect(h.outside).toBe(1);
    expect(Array.from(h.edges)).toEqual([0, 1, 2]);
    expect(Array.from(h.centers)).toEqual([0.5, 1.5]);
    expect(Array.from(h.density)).toEqual([0.4, 0.6]);
  });

  it('keeps every value and integrates to 1', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (sample, bins) => {
        const h = histogram(sample, { bins });
        const width = (h.edges[bins] - h.edges[0]) / bins;
        expect(h.counts.reduce((a, b) => a + b)).toBe(sample.length);
        expect(h.density.reduce((a, b) => a + b) * width).toBeCloseTo(1, 9);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('puts each value between the edges of its bin, however the division rounds', () => {
    for (const bins of [3, 7, 49, 360]) {
      const { edges } = histogram([0.1, 0.7], { bins });
      for (let b = 0; b < bins; b++) {
        const { counts } = histogram([edges[b]], { bins, range: [0.1, 0.7] });
        expect(counts[b]).toBe(1);
      }
    }
  });

  it('has a zero density when no value lies in the range', () => {
    const h = histogram([5], { bins: 3, range: [0, 1] });
    expect(Array.from(h.density)).toEqual([0, 0, 0]);
    expect(h.outside).toBe(1);
  });

  it('takes equal values', () => {
    expect(histogram([2, 2, 2], { bins: 3 }).counts[1]).toBe(3);
  });

  it('refuses what it cannot bin, by name', () => {
    expect(() => histogram([])).toThrow(InputError);
    expect(() => histogram([1, Number.NaN])).toThrow('values[1]: found NaN');
    expect(() => histogram([1], { bins: 0 })).toThrow('option bins');
    expect(() => histogram([1], { range: [1, 1] })).toThrow('option range');
  });
});

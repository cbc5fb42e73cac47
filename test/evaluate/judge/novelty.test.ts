import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { novelty } from '../../../src/evaluate/judge/novelty';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { rotate } from '../../motifs/points';
import { randomMotifs } from '../helpers';

describe('novelty', () => {
  it('finds copies, and new motifs as new as the held-out ones', () => {
    const [training, heldOut, fresh] = [1, 2, 3].map((seed) => randomMotifs(seed, 150, 4));
    const copies = rotate(training.slice(0, 12 * 60), randomRotation(createRng(4)));
    const copied = novelty(copies, training, heldOut, 4);
    expect(copied.median.generated).toBeLessThan(1e-6);
    expect(copied.memorized).toBe(1);
    const honest = novelty(fresh, training, heldOut, 4);
    expect(honest.memorized).toBeLessThan(0.06);
    expect(Math.abs(honest.median.generated / honest.median.heldOut - 1)).toBeLessThan(0.2);
  });

  it('refuses empty sets', () => {
    const motifs = randomMotifs(1, 3, 4);
    expect(() => novelty(new Float64Array(0), motifs, motifs, 4)).toThrow('generated');
    expect(() => novelty(motifs, motifs, new Float64Array(0), 4)).toThrow('heldOut');
  });
});

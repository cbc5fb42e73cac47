import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { rankDeviation } from '../../../src/evaluate';
import { gramVectors } from '../../../src/motifs';
import { expectClose } from '../helpers';

const N = 5;
const positions = (() => {
  const rng = createRng(1);
  return Float64Array.from({ length: 3 * N * 20 }, () => 2 * rng.normal());
})();
const grams = gramVectors({ positions, n: N, length: 20 });
const identity = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1);

describe('rankDeviation', () => {
  it('is zero for points in space', () => {
    const { relative, eigenvalues, negative } = rankDeviation(grams, N);
    expectClose(relative, new Float64Array(20), 9);
    expect(eigenvalues).toHaveLength(100);
    expect(negative).toBe(0);
  });

  it('is √(2/5) for the 5×5 identity, of which three ones are kept', () => {
    const { relative, negative } = rankDeviation(identity, N);
    expect(relative[0]).toBeCloseTo(Math.sqrt(2 / 5), 12);
    expect(negative).toBe(0);
  });

  it('is 1 for a matrix without positive eigenvalues, and counts negative ones beyond the tolerance', () => {
    const mixed = Float64Array.of(...identity.map((x) => -0.05 * x), ...identity);
    expect(rankDeviation(mixed, N).relative[0]).toBeCloseTo(1, 12);
    expect(rankDeviation(mixed, N).negative).toBe(0.5);
    expect(rankDeviation(mixed, N, { tolerance: 0.1 }).negative).toBe(0);
  });

  it('is zero for points that all lie in the center, and refuses none', () => {
    expect(rankDeviation(new Float64Array(15), N).relative[0]).toBe(0);
    expect(() => rankDeviation([], N)).toThrow(InputError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { gramVector, gramVectors } from '../../src/motifs/gram';
import {
  permutationSampler,
  permuteEnvironments,
  permutePositions,
  relabelledRuns,
} from '../../src/motifs/permutations';
import { madeMotifs } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';
import { permuteGram, randomPoints } from './points';

const anyCase = fc.tuple(fc.integer(), fc.integer({ min: 1, max: 10 }));

describe('permutePositions', () => {
  it('relabels the Gram vector with the points', () => {
    fc.assert(
      fc.property(anyCase, ([seed, n]) => {
        const rng = createRng(seed);
        const x = randomPoints(n, rng);
        const permutation = permutationSampler('all', n, rng)();
        expect(permuteGram(gramVector(x, n), permutation)).toEqual(gramVector(permutePositions(x, permutation), n));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is undone by the inverse permutation', () => {
    fc.assert(
      fc.property(anyCase, ([seed, n]) => {
        const rng = createRng(seed);
        const x = randomPoints(n, rng);
        const permutation = permutationSampler('all', n, rng)();
        const inverse = permutation.map((_, k) => permutation.indexOf(k));
        expect(permutePositions(permutePositions(x, permutation), inverse)).toEqual(x);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('refuses what is no permutation', () => {
    expect(() => permutePositions([1, 2, 3, 4, 5, 6], [0, 0])).toThrow(
      'permutation[1]: found 0, expected each of 0 … 1 once',
    );
    expect(() => permutePositions([1, 2, 3, 4, 5, 6], [0, 2])).toThrow('found 2');
    expect(() => permutePositions([1, 2, 3, 4, 5, 6], [0, 0.5])).toThrow('found 0.5');
    expect(() => permutePositions([1, 2], [1, 0])).toThrow('positions length: found 2');
  });
});

describe('permutationSampler', () => {
  function frequencies(mode: 'none' | 'shells' | 'all', n: number, draws: number): Map<string, number> {
    const draw = permutationSampler(mode, n, 5);
    const counts = new Map<string, number>();
    for (let k = 0; k < draws; k++) {
      const key = draw().join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  it("draws all n! relabellings evenly in mode 'all'", () => {
    const counts = frequencies('all', 4, 24_000);
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom exceeds 60 with probability 4e-5; the seed is fixed.
    let chiSquared = 0;
    for (const count of counts.values()) chiSquared += (count - 1000) ** 2 / 1000;
    expect(chiSquared).toBeLessThan(60);
  });

  it("keeps the first four and the rest apart in mode 'shells', all 4!·2! occurring", () => {
    const counts = frequencies('shells', 6, 6000);
    expect(counts.size).toBe(48);
    for (const key of counts.keys()) {
      const labels = key.split(',').map(Number);
      expect(labels.slice(0, 4).sort()).toEqual([0, 1, 2, 3]);
      expect(labels.slice(4).sort()).toEqual([4, 5]);
    }
  });

  it("with fewer than five neighbors has one shell, and mode 'none' one relabelling", () => {
    expect(frequencies('shells', 3, 600).size).toBe(6);
    expect([...frequencies('none', 8, 10).keys()]).toEqual(['0,1,2,3,4,5,6,7']);
  });

  it('repeats itself from the same seed', () => {
    const [a, b] = [permutationSampler('all', 8, 9), permutationSampler('all', 8, 9)];
    for (let k = 0; k < 20; k++) expect(a()).toEqual(b());
  });

  it('refuses an unknown mode', () => {
    // @ts-expect-error: the mode is not one of the type
    expect(() => permutationSampler('some', 8, 1)).toThrow("found \"some\", expected 'none' or 'shells' or 'all'");
  });
});

describe('permuteEnvironments', () => {
  const rng = createRng(4);
  const environments: Motifs = {
    ...madeMotifs({ n: 6, length: 40, positions: randomPoints(240, rng) }, 'Si'),
    neighbors: Int32Array.from({ length: 240 }, (_, k) => k),
  };

  it('relabels every environment by itself: same atoms, other order', () => {
    const relabelled = permuteEnvironments(environments, 'all', 1);
    const orders = new Set<string>();
    for (let m = 0; m < 40; m++) {
      const rows = (set: Motifs) =>
        Array.from({ length: 6 }, (_, i) => set.positions.subarray(18 * m + 3 * i, 18 * m + 3 * i + 3).join());
      const before = rows(environments);
      const after = rows(relabelled);
      orders.add(after.map((row) => before.indexOf(row)).join());
      expect(new Set(after)).toEqual(new Set(before));
      after.forEach((row, i) => {
        const from = before.indexOf(row);
        expect(relabelled.neighbors[6 * m + i]).toBe(6 * m + from);
      });
    }
    expect(orders.size).toBeGreaterThan(30);
  });

  it("changes Gram vectors unless the mode is 'none'", () => {
    expect(gramVectors(permuteEnvironments(environments, 'none', 1))).toEqual(gramVectors(environments));
    expect(gramVectors(permuteEnvironments(environments, 'shells', 1))).not.toEqual(gramVectors(environments));
  });
});

describe('relabelledRuns', () => {
  it('are one run, or the first shell and the rest, of one element', () => {
    expect(relabelledRuns('none', 8)).toEqual([]);
    expect(relabelledRuns('shells', 8)).toEqual([4, 8]);
    expect(relabelledRuns('shells', 3)).toEqual([3]);
    expect(relabelledRuns('all', 8, new Array(8).fill('Si'))).toEqual([8]);
  });
  it('are the blocks of like atoms of several elements, which no draw mixes', () => {
    const row = ['O', 'O', 'O', 'Si', 'Si', 'O'];
    expect(relabelledRuns('all', 6, row)).toEqual([3, 5, 6]);
    const draw = permutationSampler('all', 6, 1, row);
    for (let k = 0; k < 200; k++) expect(Array.from(draw(), (from) => row[from])).toEqual(row);
  });
});

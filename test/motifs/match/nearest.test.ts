import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../../src/core';
import { motifDistance, nearestMotifs } from '../../../src/evaluate';
import { synchronize } from '../../../src/motifs';
import { nearestInLibrary, prepareLibrary } from '../../../src/motifs/match/nearest';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { expectClose, randomMotifs } from '../../evaluate/helpers';
import { rotate } from '../points';

/** All orders of 0 … n−1. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) =>
    Array.from({ length: n }, (_, k) => [...p.slice(0, k), n - 1, ...p.slice(k)]),
  );
}

function relabel(motif: Float64Array, labels: ArrayLike<number>): Float64Array {
  return motif.map((_, c) => motif[3 * labels[Math.floor(c / 3)] + (c % 3)]);
}

function byBruteForce(a: Float64Array, b: Float64Array, reflections: boolean): number {
  return Math.min(...permutations(a.length / 3).map((p) => synchronize(a, relabel(b, p), { reflections }).rmsd));
}

function disguise(motif: Float64Array, rng: Rng, mirror: boolean): Float64Array {
  const labels = Int32Array.from({ length: motif.length / 3 }, (_, i) => i);
  rng.shuffle(labels);
  return rotate(
    relabel(motif, labels),
    randomRotation(rng).map((x) => (mirror ? -x : x)),
  );
}

describe('motifDistance', () => {
  it.each([
    [5, true],
    [5, false],
    [1, true],
    [2, false],
    [3, false],
  ])('is the least over all %i! relabellings (reflections %s)', (n, reflections) => {
    const motifs = randomMotifs(n + 1, 24, n);
    for (let k = 0; k < 24; k += 2) {
      const a = motifs.slice(3 * n * k, 3 * n * (k + 1));
      const b = motifs.slice(3 * n * (k + 1), 3 * n * (k + 2));
      expect(motifDistance(a, b, { reflections }).rmsd).toBeCloseTo(byBruteForce(a, b, reflections), 7);
    }
  });

  it('is zero for rotated, mirrored, relabelled copies of eight atoms, and undoes them', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = createRng(seed);
        const motif = randomMotifs(seed, 1, 8);
        const copy = disguise(motif, rng, true);
        const { rmsd, moved, permutation } = motifDistance(motif, copy);
        expect(rmsd).toBeLessThan(1e-6);
        expectClose(moved, motif, 5);
        expect(Array.from(permutation).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it('tells mirror images apart when asked', () => {
    const motif = randomMotifs(3, 1, 8);
    const mirrored = disguise(motif, createRng(1), true);
    expect(motifDistance(motif, mirrored, { reflections: false }).rmsd).toBeGreaterThan(0.1);
    expect(motifDistance(motif, disguise(motif, createRng(1), false), { reflections: false }).rmsd).toBeLessThan(1e-6);
  });

  it('is a metric: symmetric, and no way round is shorter', () => {
    const motifs = randomMotifs(8, 9, 6);
    const part = (k: number): Float64Array => motifs.slice(18 * k, 18 * (k + 1));
    const distance = (i: number, j: number): number => motifDistance(part(i), part(j)).rmsd;
    for (let k = 0; k < 9; k += 3) {
      expect(distance(k, k + 1)).toBeCloseTo(distance(k + 1, k), 9);
      expect(distance(k, k + 2)).toBeLessThanOrEqual(distance(k, k + 1) + distance(k + 1, k + 2) + 1e-9);
    }
  });

  it('takes atoms at the center and equal atoms', () => {
    const point = Float64Array.of(0, 0, 0, 1, 0, 0, 1, 0, 0);
    expect(motifDistance(point, point).rmsd).toBe(0);
    expect(motifDistance(point, new Float64Array(9)).rmsd).toBeCloseTo(Math.sqrt(2 / 3), 9);
  });

  it('refuses motifs of different size and numbers that are none', () => {
    expect(() => motifDistance(new Float64Array(24), new Float64Array(21))).toThrow('second motif');
    expect(() => motifDistance(Float64Array.of(0, 0, Number.NaN), new Float64Array(3))).toThrow(InputError);
  });
});

describe('nearestMotifs', () => {
  it('finds what comparing with each finds', () => {
    const [queries, library] = [randomMotifs(1, 8, 6, 1), randomMotifs(2, 40, 6, 1)];
    const { indices, distances } = nearestMotifs(queries, library, 6);
    for (let q = 0; q < 8; q++) {
      const all = Array.from(
        { length: 40 },
        (_, m) => motifDistance(queries.slice(18 * q, 18 * (q + 1)), library.slice(18 * m, 18 * (m + 1))).rmsd,
      );
      expect(distances[q]).toBeCloseTo(Math.min(...all), 7);
      expect(all[indices[q]]).toBeCloseTo(Math.min(...all), 7);
    }
  });

  it.each([true, false])('is the least over all 6! relabellings of all motifs (reflections %s)', (reflections) => {
    const [queries, library] = [randomMotifs(11, 2, 6, 1), randomMotifs(12, 9, 6, 1)];
    const { indices, distances } = nearestMotifs(queries, library, 6, { reflections });
    for (let q = 0; q < 2; q++) {
      const query = queries.slice(18 * q, 18 * (q + 1));
      const all = Array.from({ length: 9 }, (_, m) =>
        byBruteForce(query, library.slice(18 * m, 18 * (m + 1)), reflections),
      );
      expect(distances[q]).toBeCloseTo(Math.min(...all), 7);
      expect(indices[q]).toBe(all.indexOf(Math.min(...all)));
    }
  });

  it('finds a disguised copy', () => {
    const library = randomMotifs(5, 100, 8);
    const rng = createRng(9);
    for (const k of [0, 31, 99]) {
      const { indices, distances } = nearestMotifs(
        disguise(library.slice(24 * k, 24 * (k + 1)), rng, true),
        library,
        8,
      );
      expect(indices[0]).toBe(k);
      expect(distances[0]).toBeLessThan(1e-6);
    }
  });

  it('finds the same in a library that is ready, however often and by however many it is searched', () => {
    const library = randomMotifs(31, 70, 6);
    const ready = prepareLibrary(library, 6);
    for (const count of [9, 1, 40, 0, 9]) {
      const queries = randomMotifs(32 + count, count, 6);
      expect(nearestInLibrary(queries, ready)).toEqual(nearestMotifs(queries, library, 6));
    }
  });

  it('works with one neighbor, one library motif, and no query', () => {
    expect(nearestMotifs(Float64Array.of(0, 2, 0), Float64Array.of(3, 0, 0), 1).distances[0]).toBeCloseTo(1, 12);
    expect(nearestMotifs(new Float64Array(0), randomMotifs(1, 1, 8), 8).indices.length).toBe(0);
    expect(() => nearestMotifs(randomMotifs(1, 1, 8), new Float64Array(0), 8)).toThrow('library');
  });
});

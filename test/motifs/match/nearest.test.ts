import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../../src/core';
import { synchronize } from '../../../src/motifs';
import { match } from '../../../src/motifs/match/match';
import { nearestInLibrary, nearestMotifs, prepareLibrary } from '../../../src/motifs/match/nearest';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { randomMotifs } from '../../evaluate/helpers';
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

const distanceOf = (a: Float64Array, b: Float64Array): number => match(a, b, { reflections: true }).rmsd;

describe('the distance of motifs', () => {
  it('is zero for rotated, mirrored, relabelled copies of eight atoms', () => {
    for (let seed = 0; seed < 25; seed++) {
      const motif = randomMotifs(seed, 1, 8);
      expect(distanceOf(motif, disguise(motif, createRng(seed), true))).toBeLessThan(1e-6);
    }
  });

  it('is a metric: symmetric, and no way round is shorter', () => {
    const motifs = randomMotifs(8, 9, 6);
    const distance = (i: number, j: number): number =>
      distanceOf(motifs.slice(18 * i, 18 * (i + 1)), motifs.slice(18 * j, 18 * (j + 1)));
    for (let k = 0; k < 9; k += 3) {
      expect(distance(k, k + 1)).toBeCloseTo(distance(k + 1, k), 9);
      expect(distance(k, k + 2)).toBeLessThanOrEqual(distance(k, k + 1) + distance(k + 1, k + 2) + 1e-9);
    }
  });
});

describe('nearestMotifs', () => {
  it('finds what comparing with each finds', () => {
    const [queries, library] = [randomMotifs(1, 8, 6, 1), randomMotifs(2, 40, 6, 1)];
    const { indices, distances } = nearestMotifs(queries, library, 6);
    for (let q = 0; q < 8; q++) {
      const all = Array.from({ length: 40 }, (_, m) =>
        distanceOf(queries.slice(18 * q, 18 * (q + 1)), library.slice(18 * m, 18 * (m + 1))),
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

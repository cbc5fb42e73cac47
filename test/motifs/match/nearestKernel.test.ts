import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeRandomly } from '../../../src/evaluate';
import { sampleMotifs } from '../../../src/generate';
import { Vae } from '../../../src/model';
import { extractEnvironments, match } from '../../../src/motifs';
import { nearestMotifs } from '../../../src/motifs/match/nearest';
import { searchLibrary } from '../../../src/motifs/match/nearestKernel';
import { RelabellingSearch } from '../../../src/motifs/match/search';
import { readExtxyz } from '../../../src/structures';
import { randomMotifs } from '../../evaluate/helpers';

const root = path.join(__dirname, '../../..');

/** Environments of a cell, every `step`-th. */
function realMotifs(cell: string, step: number): Float64Array {
  const structures = readExtxyz(path.join(root, 'data/a-si', cell));
  const { positions } = extractEnvironments(structures, { cutoff: 4, count: 8 });
  return positions.filter((_, c) => Math.floor(c / 24) % step === 0);
}

/** The least distance to each query by the search in double precision over the whole library. */
function inDoublePrecision(queries: Float64Array, library: Float64Array, n: number, reflections: boolean): number[] {
  const part = (motifs: Float64Array, m: number): Float64Array => motifs.subarray(3 * n * m, 3 * n * (m + 1));
  return Array.from({ length: queries.length / (3 * n) }, (_, q) => {
    const search = new RelabellingSearch(part(queries, q), n, { reflections });
    let least = Number.POSITIVE_INFINITY;
    for (let m = 0; m < library.length / (3 * n); m++) {
      search.find(part(library, m), least);
      least = search.squares;
    }
    return Math.sqrt(least / n);
  });
}

function expectNearest(queries: Float64Array, library: Float64Array, n: number, reflections = true): void {
  const expected = inDoublePrecision(queries, library, n, reflections);
  const { distances, indices } = nearestMotifs(queries, library, n, { reflections });
  expected.forEach((distance, q) => {
    // Squares, because a root of rounding is large.
    expect(Math.abs(distances[q] ** 2 - distance ** 2)).toBeLessThan(1e-9 * distance + 1e-14);
    const motif = library.slice(3 * n * indices[q], 3 * n * (indices[q] + 1));
    const [own] = inDoublePrecision(queries.slice(3 * n * q, 3 * n * (q + 1)), motif, n, reflections);
    expect(Math.abs(own - distances[q])).toBeLessThan(1e-7);
  });
}

describe('nearestMotifs by the kernels', () => {
  const library = realMotifs('a-si-512-01.extxyz', 2);

  it.each([true, false])('is as near as double precision: held-out motifs (reflections %s)', (reflections) => {
    expectNearest(realMotifs('a-si-512-02.extxyz', 13), library, 8, reflections);
  });

  it('is as near as double precision: generated motifs', async () => {
    const vae = await Vae.load(path.join(root, 'data/models/vae-none.json'));
    expectNearest((await sampleMotifs(vae, 24, { seed: 1 })).positions, library, 8);
  });

  it('is as near as double precision: motifs placed at random', () => {
    expectNearest(placeRandomly(8, 12, { minDistance: 2.2, seed: 1 }), library.slice(0, 24 * 100), 8);
  });

  it.each([3, 4, 5, 7, 9, 10])('is as near as double precision: clouds of %i points', (n) => {
    for (const reflections of [true, false]) {
      expectNearest(randomMotifs(n, 8, n), randomMotifs(n + 50, 30, n), n, reflections);
    }
  });

  it.each([1, 2, 4, 5, 47, 49, 131])('is as near as double precision: a library of %i', (size) => {
    // As many as the shortlist holds, fewer, and more; whole groups of four and not.
    expectNearest(randomMotifs(size, 6, 6, 1), randomMotifs(size + 1, size, 6, 1), 6);
  });

  it.each([
    ['collinear', [1, 0, 0]],
    ['planar', [1, 1, 0]],
    ['at the center', [0, 0, 0]],
  ])('takes motifs that are %s', (_, factors) => {
    const flat = randomMotifs(3, 6, 5).map((x, c) => x * factors[c % 3]);
    const full = randomMotifs(4, 20, 5);
    expectNearest(flat, full, 5);
    expectNearest(full, flat, 5);
    expectNearest(flat, flat, 5);
  });

  it.each([1e-9, 1e9])('does not depend on the unit of length (%f)', (factor) => {
    const queries = realMotifs('a-si-512-02.extxyz', 50);
    const plain = nearestMotifs(queries, library, 8);
    const scaled = nearestMotifs(
      queries.map((x) => x * factor),
      library.map((x) => x * factor),
      8,
    );
    expect(scaled.indices).toEqual(plain.indices);
    scaled.distances.forEach((d, q) => {
      expect(Math.abs(d / factor - plain.distances[q])).toBeLessThan(1e-9);
    });
  });

  it('finds the first of many equal motifs', () => {
    const some = library.slice(0, 24 * 20);
    const copies = Float64Array.from({ length: 24 * 30 }, (_, c) => library[24 * 40 + (c % 24)]);
    const queries = library.slice(24 * 40, 24 * 41);
    const { indices, distances } = nearestMotifs(queries, Float64Array.of(...some, ...copies), 8);
    expect(indices[0]).toBe(20);
    expect(distances[0]).toBeLessThan(1e-6);
  });

  it.each([5, 6, 8])('never matches unlike species of %i atoms', (n) => {
    const species = Array.from({ length: n }, (_, i) => Number(i > 2));
    const [queries, known] = [randomMotifs(n, 8, n), randomMotifs(n + 9, 70, n)];
    const { indices, distances } = nearestMotifs(queries, known, n, { species });
    for (let q = 0; q < 8; q++) {
      const query = queries.subarray(3 * n * q, 3 * n * (q + 1));
      const all = Array.from({ length: 70 }, (_, m) => {
        const motif = known.subarray(3 * n * m, 3 * n * (m + 1));
        return match(query, motif, { reflections: true, species: [species, species] }).rmsd;
      });
      expect(distances[q]).toBeCloseTo(Math.min(...all), 9);
      expect(indices[q]).toBe(all.indexOf(Math.min(...all)));
    }
    expect(() => nearestMotifs(queries, known, n, { species: [0] })).toThrow('option species length: found 1');
  });
});

describe('searchLibrary', () => {
  it.each([6, 8])('finds the same whatever the threads: %i atoms', (n) => {
    const library = { n, length: 200, positions: randomMotifs(1, 200, n, 1) };
    const queries = { n, length: 150, positions: randomMotifs(2, 150, n, 1) };
    const alone = searchLibrary(queries, library, true, 1);
    for (const threads of [2, 3]) expect(searchLibrary(queries, library, true, threads)).toEqual(alone);
  });

  it('says which row of the motif goes on each row of the query', () => {
    const motif = randomMotifs(7, 1, 8);
    const order = [3, 1, 7, 0, 2, 6, 5, 4];
    const relabelled = motif.map((_, c) => motif[3 * order[Math.floor(c / 3)] + (c % 3)]);
    const library = { n: 8, length: 5, positions: Float64Array.of(...randomMotifs(8, 4, 8), ...motif) };
    const [found] = searchLibrary({ n: 8, length: 1, positions: relabelled }, library, true);
    expect(found).toEqual({ motif: 4, labels: Int32Array.from(order) });
  });
});

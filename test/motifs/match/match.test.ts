import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../../src/core';
import { match, permutationSampler, permutePositions, randomRotation, synchronize } from '../../../src/motifs';
import { largestDifference, mirror, randomPoints, rotate } from '../points';

/** All ways to choose a different row out of m for each of n. */
function choices(n: number, m: number): number[][] {
  if (n === 0) return [[]];
  return choices(n - 1, m).flatMap((rows) =>
    Array.from({ length: m }, (_, j) => j)
      .filter((j) => !rows.includes(j))
      .map((j) => [...rows, j]),
  );
}

function takeRows(points: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => [...points.subarray(3 * row, 3 * row + 3)]));
}

interface Question {
  reflections?: boolean;
  weights?: number[];
  species?: [number[], number[]];
}

/** The least rmsd over all relabellings, the rotation by `synchronize`. */
function bruteForce(x: Float64Array, y: Float64Array, { species, ...options }: Question): number {
  const allowed = choices(x.length / 3, y.length / 3).filter((rows) =>
    rows.every((row, i) => species === undefined || species[0][i] === species[1][row]),
  );
  return Math.min(...allowed.map((rows) => synchronize(x, takeRows(y, rows), options).rmsd));
}

function expectBest(x: Float64Array, y: Float64Array, question: Question): void {
  const { rmsd, permutation, moved, optimal } = match(x, y, question);
  expect(optimal).toBe(true);
  expect(rmsd).toBeCloseTo(bruteForce(x, y, question), 9);
  expect(new Set(permutation).size).toBe(permutation.length);
  const { species, ...options } = question;
  const fit = synchronize(x, takeRows(y, Array.from(permutation)), options);
  expect(fit.rmsd).toBeCloseTo(rmsd, 9);
  expect(largestDifference(fit.moved, moved)).toBeLessThan(1e-9);
  if (species) expect(Array.from(permutation, (row) => species[1][row])).toEqual(species[0]);
}

function shuffled(x: Float64Array, rng: Rng): Float64Array {
  return permutePositions(rotate(x, randomRotation(rng)), permutationSampler('all', x.length / 3, rng)());
}

const seeds = fc.integer();

describe('match', () => {
  it('is the best of all n! relabellings, up to n = 6', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), fc.boolean(), (seed, n, reflections) => {
        const rng = createRng(seed);
        expectBest(randomPoints(n, rng), randomPoints(n, rng), { reflections });
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('is the best choice of n of m rows, whichever set is larger', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (seed, n, more) => {
        const rng = createRng(seed);
        const [few, many] = [randomPoints(n, rng), randomPoints(n + more, rng)];
        expectBest(few, many, { reflections: true });
        const there = match(few, many);
        const back = match(many, few);
        expect(back.rmsd).toBeCloseTo(there.rmsd, 9);
        expect(back.permutation.filter((row) => row < 0).length).toBe(more);
        back.permutation.forEach((row, i) => {
          if (row < 0) expect(back.moved[3 * i]).toBeNaN();
          else expect(there.permutation[row]).toBe(i);
        });
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it('keeps weights: the best weighted sum of squares, of n rows and of n of m', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 2 }), (seed, n, more) => {
        const rng = createRng(seed);
        const weights = Array.from({ length: n }, (_, i) => (i === 1 ? 0 : 3 * rng.next()));
        const [x, y] = [randomPoints(n, rng), randomPoints(n + more, rng)];
        const { rmsd } = match(x, y, { weights });
        expect(rmsd).toBeCloseTo(bruteForce(x, y, { weights }), 9);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it('never pairs unlike species: the best over permutations of blocks, in any order of rows', () => {
    const rng = createRng(4);
    for (let k = 0; k < 12; k++) {
      const codes: [number[], number[]] = [
        [0, 0, 1, 1, 1, 2],
        [2, 1, 1, 0, 1, 0],
      ];
      if (k % 3 === 0) codes[1] = [2, 1, 1, 0, 1, 0, 1];
      const x = randomPoints(6, rng);
      const y = randomPoints(codes[1].length, rng);
      expectBest(x, y, { reflections: k % 2 === 0, species: codes });
    }
  });

  it('a species with more rows in the smaller set is refused, as are bad lengths and weights', () => {
    const x = randomPoints(2, createRng(5));
    expect(() =>
      match(x, x, {
        species: [
          [0, 0],
          [0, 1],
        ],
      }),
    ).toThrow('2 and 1 rows of species 0');
    expect(() => match(x, x, { species: [[0], [0, 1]] })).toThrow('option species: found 1 and 2 codes');
    expect(() => match(x, x, { weights: [0, 0] })).toThrow('option weights: found zeros only');
    expect(() => match(x, x, { weights: [1, -1] })).toThrow('option weights[1]');
    expect(() => match([1, 2], x)).toThrow('x length: found 2');
    expect(() => match(x, [1, 2, Number.NaN])).toThrow('y');
    expect(() => match(x, x, { permute: true } as never)).toThrow('permute');
  });
});

describe('degenerate sets', () => {
  const rng = createRng(9);
  const solid = randomPoints(6, rng);
  const flat = (axes: number): Float64Array => solid.map((c, k) => (k % 3 < axes ? c : 0));

  it.each([
    ['planar', 2],
    ['collinear', 1],
  ])('%s points: relabelled copies are found, unrelated ones matched as brute force does', (_, axes) => {
    const points = flat(axes);
    for (const reflections of [false, true]) {
      expect(match(points, shuffled(points, rng), { reflections }).rmsd).toBeLessThan(1e-9);
      const few = points.slice(0, 15);
      expectBest(few, randomPoints(5, rng), { reflections });
      expectBest(
        few,
        shuffled(
          randomPoints(5, rng).map((c, k) => (k % 3 < axes ? c : 0)),
          rng,
        ),
        { reflections },
      );
      expectBest(randomPoints(4, rng), few, { reflections });
    }
  });

  it('coincident points: any of them may be taken, and none costs time', () => {
    const single = Float64Array.from({ length: 30 }, (_, k) => [1, 2, 3][k % 3]);
    const { rmsd, optimal } = match(single, shuffled(single, rng));
    expect(rmsd).toBeLessThan(1e-9);
    expect(optimal).toBe(true);
    const pairs = Float64Array.from({ length: 15 }, (_, k) => solid[k % 6]);
    expectBest(pairs, randomPoints(5, rng), { reflections: true });
    expectBest(pairs, shuffled(pairs, rng), {});
  });

  it('points at the center', () => {
    const zero = new Float64Array(15);
    expect(match(zero, zero).rmsd).toBe(0);
    expectBest(zero, randomPoints(5, rng), {});
    expectBest(
      Float64Array.from(solid.slice(0, 15), (c, k) => (k < 3 ? 0 : c)),
      randomPoints(5, rng),
      {},
    );
  });

  it('regular solids, whose singular values coincide', () => {
    const tetrahedron = Float64Array.from([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1]);
    const octahedron = Float64Array.from([1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1]);
    const cube = Float64Array.from({ length: 24 }, (_, k) => ((k / 3) & (1 << (k % 3)) ? 1 : -1));
    for (const solidOne of [tetrahedron, octahedron, cube]) {
      for (const reflections of [false, true]) {
        expect(match(solidOne, shuffled(mirror(solidOne), rng), { reflections }).rmsd).toBeLessThan(1e-9);
      }
    }
    expectBest(tetrahedron, randomPoints(4, rng), {});
    expectBest(tetrahedron, octahedron, {});
  });
});

describe('many points', () => {
  it.each([12, 16])('%i: noisy copies are found, unrelated sets are cut short and flagged, in milliseconds', (n) => {
    const rng = createRng(n);
    for (let k = 0; k < 3; k++) {
      const x = randomPoints(n, rng);
      const copy = shuffled(x, rng);
      expect(match(x, copy).rmsd).toBeLessThan(1e-9);
      const noisy = match(
        x,
        copy.map((c) => c + 0.2 * rng.normal()),
      );
      expect(noisy.rmsd).toBeLessThan(0.5);
      const start = performance.now();
      const unrelated = match(x, randomPoints(n, rng));
      expect(performance.now() - start).toBeLessThan(500);
      if (n === 16) expect(unrelated.optimal).toBe(false);
      expect(new Set(unrelated.permutation).size).toBe(n);
    }
  });

  it('species cut a search of 12 points short enough to be exact', () => {
    const rng = createRng(13);
    const codes = Array.from({ length: 12 }, (_, i) => i % 4);
    const species: [number[], number[]] = [codes, codes];
    const { optimal, permutation } = match(randomPoints(12, rng), randomPoints(12, rng), { species });
    expect(optimal).toBe(true);
    expect(Array.from(permutation, (row) => codes[row])).toEqual(codes);
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { infillErrors, infillTests, summarizeInfilling } from '../../../src/evaluate';
import { randomInfill } from '../../../src/generate';
import { type Motifs, randomRotation } from '../../../src/motifs';
import { madeMotifs } from '../../../src/motifs/select';
import { mirror, randomPoints, rotate } from '../../motifs/points';

const rng = createRng(3);
const N = 8;
const length = 40;

/** Random motifs, sorted by distance as environments are. */
function environmentsOf(): Motifs {
  const positions = new Float64Array(3 * N * length);
  for (let m = 0; m < length; m++) {
    const x = randomPoints(N, rng);
    const radius = (i: number) => Math.hypot(...x.subarray(3 * i, 3 * i + 3));
    const order = Array.from({ length: N }, (_, i) => i).sort((i, j) => radius(i) - radius(j));
    order.forEach((i, row) => {
      positions.set(x.subarray(3 * i, 3 * i + 3), 3 * (N * m + row));
    });
  }
  return madeMotifs({ n: N, length, positions }, 'Si');
}

const environments = environmentsOf();
const rowOf = (positions: ArrayLike<number>, row: number) => Array.from(positions).slice(3 * row, 3 * row + 3);
/** Rank by distance of the atom in each missing row. */
const ranksGone = (test: { positions: Float64Array; missing: Int32Array; environment: number }) =>
  Array.from(test.missing, (row) => {
    const motif = environments.positions.subarray(3 * N * test.environment, 3 * N * (test.environment + 1));
    return Array.from({ length: N }, (_, i) => i).findIndex(
      (i) => rowOf(motif, i).join() === rowOf(test.positions, row).join(),
    );
  }).sort();

describe('infillTests', () => {
  it('takes away the atoms asked for, and gives the others in their rows', () => {
    for (const permutations of ['none', 'shells', 'all'] as const) {
      for (const test of infillTests(environments, { missing: 3, from: 'outermost', permutations, seed: 5 })) {
        expect(ranksGone(test)).toEqual([5, 6, 7]);
        const known = Array.from(test.problem.known as number[]);
        expect([...known, ...test.missing].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        known.forEach((row, k) => {
          expect(rowOf(test.problem.positions, k)).toEqual(rowOf(test.positions, row));
        });
      }
    }
  });

  it('draws evenly from the first shell, or from all', () => {
    const gone = (from: 'first shell' | 'any') =>
      new Set(infillTests(environments, { missing: 2, from, seed: 1 }).flatMap(ranksGone));
    expect([...gone('first shell')].sort()).toEqual([0, 1, 2, 3]);
    expect([...gone('any')].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('takes away the same atoms however it relabels, and keeps the first shell in its rows under shells', () => {
    const options = { missing: 2, from: 'any', seed: 2 } as const;
    const [none, shells, all] = (['none', 'shells', 'all'] as const).map((permutations) =>
      infillTests(environments, { ...options, permutations }),
    );
    expect(shells.map(ranksGone)).toEqual(none.map(ranksGone));
    expect(all.map(ranksGone)).toEqual(none.map(ranksGone));
    const near = (ranks: number[]) => ranks.filter((rank) => rank < 4).length;
    expect(shells.map(({ missing }) => near([...missing]))).toEqual(none.map((test) => near(ranksGone(test))));
    expect(all.map(({ missing }) => near([...missing]))).not.toEqual(none.map((test) => near(ranksGone(test))));
  });

  it('spaces environments evenly', () => {
    const asked = infillTests(environments, { count: 4 }).map(({ environment }) => environment);
    expect(asked).toEqual([0, 10, 20, 30]);
  });

  it('refuses to take away what is not there', () => {
    expect(() => infillTests(environments, { missing: 5, from: 'first shell' })).toThrow(
      /option missing.*5.*at most 4/,
    );
    expect(() => infillTests(environments, { missing: 8 })).toThrow(/option missing.*at most 7/);
    expect(() => infillTests(environments, { missing: 0 })).toThrow(/option missing/);
    expect(() => infillTests(environments, { count: 41 })).toThrow(/option count.*at most the 40/);
    expect(() => infillTests(environments, { from: 'inner' as 'any' })).toThrow(/option from/);
  });
});

describe('infillErrors', () => {
  const [test] = infillTests(environments, { missing: 3, seed: 4, permutations: 'all', count: 1 });

  it('is zero for the true motif in any frame and mirror image, its missing atoms in any order', () => {
    const swapped = test.positions.slice();
    const [a, b, c] = test.missing;
    [
      [a, b],
      [b, c],
      [c, a],
    ].forEach(([to, from]) => {
      swapped.set(test.positions.subarray(3 * from, 3 * from + 3), 3 * to);
    });
    const turned = rotate(mirror(swapped), randomRotation(rng));
    expect(Math.max(...infillErrors(test, turned))).toBeLessThan(1e-8);
  });

  it('is the displacement of an atom when the known ones are in place', () => {
    const moved = test.positions.slice();
    moved[3 * test.missing[1] + 2] += 0.25;
    const errors = [...infillErrors(test, moved)].sort();
    expect(errors[0]).toBeLessThan(1e-8);
    expect(errors[2]).toBeCloseTo(0.25, 8);
  });

  it('takes what a baseline gives', () => {
    expect(
      infillErrors(test, randomInfill(test.problem, N, { bondLength: 2.35, minDistance: 2, seed: 1 })),
    ).toHaveLength(3);
  });
});

describe('summarizeInfilling', () => {
  it('counts atoms, not tests, and draws whole tests', () => {
    const { median, within } = summarizeInfilling([[0.1, 0.2, 0.6], [0.4]], [0.3, 0.5]);
    expect(median.value).toBeCloseTo(0.3, 12);
    expect(within.map(({ value }) => value)).toEqual([0.5, 0.75]);
    for (const { low, value, high } of [median, ...within]) expect(low <= value && value <= high).toBe(true);
    const [{ low }] = summarizeInfilling(Array(60).fill([0.1]), [0.3]).within;
    expect(low).toBeCloseTo(0.94, 3);
  });

  it('refuses no tests', () => {
    expect(() => summarizeInfilling([], [0.3])).toThrow(/errors: found no tests/);
  });
});

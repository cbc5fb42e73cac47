import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { assign, assignCheapest, assignmentWork } from '../../../src/motifs/match/assignment';
import { allPermutations } from '../points';

function costOf(costs: Float64Array, m: number, labels: ArrayLike<number>): number {
  return Array.from(labels).reduce((sum, column, row) => sum + costs[m * row + column], 0);
}

/** The least cost of all ways to give n rows columns of their own. */
function leastCost(costs: Float64Array, n: number, m: number): number {
  return Math.min(...allPermutations(m).map((columns) => costOf(costs, m, columns.slice(0, n))));
}

/** n rows, m ≥ n columns; whole numbers from 0 to `most`, so that many are equal, or any numbers. */
const problems = fc.tuple(fc.integer(), fc.integer({ min: 1, max: 6 }), fc.nat(3), fc.constantFrom(1, 4, 0));

function drawCosts(seed: number, length: number, most: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length }, () => (most > 0 ? rng.integer(most + 1) : rng.normal()));
}

describe('assign', () => {
  it('is the cheapest of all assignments, with more columns than rows, equal and negative costs', () => {
    fc.assert(
      fc.property(problems, ([seed, n, more, most]) => {
        const m = Math.min(n + more, 6);
        const costs = drawCosts(seed, n * m, most);
        const labels = assign(costs, n, m);
        expect(new Set(labels).size).toBe(n);
        expect(labels.every((column) => column >= 0 && column < m)).toBe(true);
        expect(costOf(costs, m, labels)).toBeCloseTo(leastCost(costs, n, m), 10);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('undoes a permutation of a cheap diagonal', () => {
    const rng = createRng(2);
    const columns = Array.from({ length: 30 }, (_, k) => k);
    rng.shuffle(columns);
    const costs = Float64Array.from({ length: 900 }, () => 1 + rng.uniform());
    columns.forEach((column, row) => {
      costs[30 * row + column] = 0.5;
    });
    expect(Array.from(assign(costs, 30, 30))).toEqual(columns);
  });

  it('needs no fresh memory: what was solved before leaves nothing behind', () => {
    const work = assignmentWork(5, 6);
    const labels = new Int32Array(5);
    for (let seed = 0; seed < 20; seed++) {
      const costs = drawCosts(seed, 30, 0);
      assignCheapest(costs, 5, 6, labels, work);
      expect(labels).toEqual(assign(costs, 5, 6));
    }
  });
});

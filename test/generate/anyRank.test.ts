import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { infillAnyRank } from '../../src/generate/anyRank';
import { infill } from '../../src/generate/infill';
import { gramVector } from '../../src/motifs/gram';
import { permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { largestDifference, randomPoints, rotate } from '../motifs/points';
import { cartesianModel, linearVae } from './models';

const n = 6;
const rng = createRng(2);
const radius = (x: ArrayLike<number>, i: number) => Math.hypot(x[3 * i], x[3 * i + 1], x[3 * i + 2]);

/** A motif sorted by distance, as such models see them. */
const sorted = (() => {
  const x = randomPoints(n, rng, 1.7);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => radius(x, i) - radius(x, j));
  return permutePositions(x, order);
})();
/** Decodes the motif at z = 0, and others elsewhere. */
const directions = [randomPoints(n, rng, 0.2), randomPoints(n, rng, 0.2)];
const vae = linearVae(n, 'cartesian', cartesianModel(sorted, directions, 3));
const options = { prior: 0, restarts: 2, steps: 1500 };

/** The motif turned, its atoms in the rows `labels`, and the problem of finding those of rank `gone`. */
function ask(gone: number[], labels: number[]) {
  const whole = permutePositions(rotate(sorted, randomRotation(rng)), labels);
  const known = labels.flatMap((rank, row) => (gone.includes(rank) ? [] : [row]));
  const positions = known.flatMap((row) => [...whole.subarray(3 * row, 3 * row + 3)]);
  return { whole, problem: { known, positions } };
}

describe('infillAnyRank', () => {
  it('finds the missing atom of any rank, in whatever rows the known ones are given', () => {
    for (const [gone, labels] of [
      [0, [0, 1, 2, 3, 4, 5]],
      [2, [3, 5, 1, 0, 2, 4]],
      [5, [5, 4, 3, 2, 1, 0]],
    ] as [number, number[]][]) {
      const { whole, problem } = ask([gone], labels);
      const [[best]] = infillAnyRank(vae, [problem], options);
      expect(best.objective).toBeLessThan(1e-6);
      expect(largestDifference(best.positions, whole)).toBeLessThan(1e-2);
      expect(largestDifference(best.gram, gramVector(whole, n))).toBeLessThan(0.1);
    }
  });

  it('tries every increasing set of rows', () => {
    const { problem } = ask([1, 3], [0, 1, 2, 3, 4, 5]);
    const [solutions] = infillAnyRank(vae, [problem], { ...options, steps: 20 });
    expect(solutions.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(15 * 2);
    const objectives = solutions.map(({ objective }) => objective);
    expect(objectives).toEqual([...objectives].sort((a, b) => a - b));
  });

  it('is never worse than with the rows given away', () => {
    const { problem } = ask([4], [0, 1, 2, 3, 4, 5]);
    const [told] = infill(vae, problem, options);
    const [[best]] = infillAnyRank(vae, [problem], options);
    expect(best.objective).toBeLessThanOrEqual(told.objective);
  });

  it('answers each of many problems as it does alone', () => {
    const problems = [ask([0], [0, 1, 2, 3, 4, 5]).problem, ask([2, 5], [1, 0, 3, 2, 5, 4]).problem];
    const quick = { ...options, steps: 30 };
    expect(infillAnyRank(vae, problems, quick)).toEqual(problems.flatMap((p) => infillAnyRank(vae, [p], quick)));
  });

  it('refuses what infill refuses, naming the problem', () => {
    const { problem } = ask([0], [0, 1, 2, 3, 4, 5]);
    expect(() => infillAnyRank(vae, [problem, { known: [], positions: [] }])).toThrow(/problems\[1\]\.known/);
    expect(() => infillAnyRank(vae, [problem], { restarts: 0 })).toThrow(/option restarts/);
  });
});

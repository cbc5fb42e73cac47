import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { gramVector } from '../../src/motifs/gram';
import { match } from '../../src/motifs/match/match';
import { matchedLabels, meanMotif } from '../../src/motifs/meanMotif';
import { permutePositions, relabel } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { madeMotifs } from '../../src/motifs/select';
import { applyRotation } from '../../src/motifs/synchronize';

const N = 5;

/** Points far from one another, so that small noise never changes who is who. */
const TRUTH = Float64Array.from([2, 0, 0, 0, 2.4, 0, 0, 0, 2.8, -3, 0.2, 0.4, 0.3, -3.4, 0.1]);

/** Copies of the truth, each with noise, its own order and its own rotation or reflection. */
function copies(count: number, noise: number, seed: number) {
  const rng = createRng(seed);
  const orders: Int32Array[] = [];
  const positions = Float64Array.from(
    Array.from({ length: count }, () => {
      const order = Int32Array.from({ length: N }, (_, i) => i);
      rng.shuffle(order);
      orders.push(order);
      const moved = applyRotation(randomRotation(rng), permutePositions(TRUTH, order));
      const mirror = rng.uniform() < 0.5 ? -1 : 1;
      return Array.from(moved, (x) => mirror * x + noise * rng.normal());
    }).flat(),
  );
  return { motifs: madeMotifs({ n: N, length: count, positions }, 'Si'), orders };
}

describe('meanMotif', () => {
  it('is the motif of which all are noisy, relabelled, rotated and reflected copies', () => {
    const { motifs } = copies(60, 0.1, 1);
    const mean = meanMotif(motifs);
    expect(match(TRUTH, mean, { reflections: true }).rmsd).toBeLessThan(0.06);
  });

  it('is one motif itself, up to its labels and frame', () => {
    const { motifs } = copies(1, 0, 2);
    expect(match(TRUTH, meanMotif(motifs), { reflections: true }).rmsd).toBeLessThan(1e-9);
  });

  it('is the same whatever runs before: nothing is random', () => {
    const { motifs } = copies(30, 0.2, 3);
    expect(meanMotif(motifs)).toEqual(meanMotif(motifs));
  });

  it('refuses no motifs', () => {
    expect(() => meanMotif(madeMotifs({ n: N, length: 0, positions: new Float64Array(0) }, 'Si'))).toThrow('length');
  });
});

describe('matchedLabels', () => {
  it('labels all copies of a motif alike', () => {
    const { motifs } = copies(40, 0.05, 4);
    const { positions } = relabel(motifs, matchedLabels(motifs.positions, TRUTH));
    const wanted = gramVector(TRUTH, N);
    for (let m = 0; m < motifs.length; m++) {
      gramVector(positions.subarray(3 * N * m, 3 * N * (m + 1)), N).forEach((entry, k) => {
        expect(Math.abs(entry - wanted[k])).toBeLessThan(1.5);
      });
    }
  });

  it('undoes the order of exact copies', () => {
    const { motifs, orders } = copies(20, 0, 5);
    const labels = matchedLabels(motifs.positions, TRUTH);
    orders.forEach((order, m) => {
      const own = labels.subarray(N * m, N * (m + 1));
      expect(Array.from(own, (row) => order[row])).toEqual([0, 1, 2, 3, 4]);
    });
  });

  it('changes nothing the second time', () => {
    const { motifs } = copies(20, 0.3, 6);
    const once = relabel(motifs, matchedLabels(motifs.positions, TRUTH));
    const again = matchedLabels(once.positions, TRUTH);
    again.forEach((row, k) => {
      expect(row).toBe(k % N);
    });
  });

  it('keeps elements in their blocks', () => {
    const { motifs } = copies(20, 0.3, 7);
    const labels = matchedLabels(motifs.positions, TRUTH, ['O', 'O', 'Si', 'Si', 'Si']);
    labels.forEach((row, k) => {
      expect(row < 2).toBe(k % N < 2);
    });
  });

  it('refuses positions that are not whole motifs of the reference', () => {
    expect(() => matchedLabels(new Float64Array(12), TRUTH)).toThrow('multiple of 15');
  });
});

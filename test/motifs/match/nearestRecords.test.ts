import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { match } from '../../../src/motifs/match/match';
import { type CenteredMotif, centeredMotif, centerMotif } from '../../../src/motifs/match/nearestRecords';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { expectClose, randomMotifs } from '../../evaluate/helpers';
import { rotate } from '../points';

function center(motif: Float64Array): CenteredMotif {
  const n = motif.length / 3;
  const to = centeredMotif(n);
  centerMotif({ n, length: 1, positions: motif }, 0, to);
  return to;
}

const sumOfSquares = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x * x, 0);

const squaredDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  sumOfSquares(Array.from(a, (x, k) => x - b[k]));

/** What row i of the one motif on row j of the other costs at least, all else included: the first test. */
function leastCost(x: CenteredMotif, y: CenteredMotif, i: number, j: number): number {
  const [a, b] = [x, y].map(({ centroid }) => sumOfSquares(centroid));
  const [r, s] = [x.radii[i] ** 2, y.radii[j] ** 2];
  const square = a * b + r * s + 2 * (x.dots[i] * y.dots[j] + x.areas[i] * y.areas[j]);
  const without = (radii: Float64Array, k: number): Float64Array => radii.filter((_, l) => l !== k);
  const others = ({ singular }: CenteredMotif, k: number): Float64Array => singular.subarray(3 * k + 3, 3 * k + 6);
  return (
    Math.max(0, a + b + r + s - 2 * Math.sqrt(square)) +
    Math.max(squaredDifference(without(x.radii, i), without(y.radii, j)), squaredDifference(others(x, i), others(y, j)))
  );
}

describe('centerMotif', () => {
  it('keeps the norm: the centroid is one more row', () => {
    const motif = randomMotifs(1, 1, 8);
    const { centroid, radii, singular } = center(motif);
    expect(sumOfSquares(centroid) + sumOfSquares(radii)).toBeCloseTo(sumOfSquares(motif), 10);
    expect(sumOfSquares(singular.subarray(0, 3))).toBeCloseTo(sumOfSquares(radii), 10);
  });

  it('sorts rows by distance from the centroid, about which they lie', () => {
    const { points, radii } = center(randomMotifs(2, 1, 7));
    for (let c = 0; c < 3; c++) expect(points.filter((_, k) => k % 3 === c).reduce((a, b) => a + b)).toBeCloseTo(0, 12);
    expect(radii).toEqual(radii.slice().sort().reverse());
    radii.forEach((r, i) => {
      expect(Math.hypot(...points.subarray(3 * i, 3 * i + 3))).toBeCloseTo(r, 12);
    });
  });

  it('does not depend on rotation, reflection and order of rows', () => {
    const motif = randomMotifs(3, 1, 8);
    const turned = rotate(
      motif,
      randomRotation(createRng(1)).map((x) => -x),
    );
    const reversed = turned.map((_, c) => turned[3 * (7 - Math.floor(c / 3)) + (c % 3)]);
    const [a, b] = [center(motif), center(reversed)];
    for (const part of ['radii', 'dots', 'areas', 'singular'] as const) expectClose(b[part], a[part], 9);
  });

  it('finds the singular values of a box, and of the box without a corner', () => {
    const corners = Array.from({ length: 8 }, (_, k) => [k & 1 ? 3 : -3, k & 2 ? 2 : -2, k & 4 ? 1 : -1]);
    const { singular } = center(Float64Array.from(corners.flat()));
    expectClose(
      singular.subarray(0, 3),
      [3, 2, 1].map((x) => x * Math.sqrt(8)),
      12,
    );
    for (let k = 1; k <= 8; k++) {
      const [p, q, r] = singular.subarray(3 * k, 3 * k + 3);
      expect(p * p + q * q + r * r).toBeCloseTo(7 * 14, 10);
      // det(D − v vᵀ) = det D (1 − vᵀ D⁻¹ v) = det D (1 − 3/8).
      expect((p * q * r) ** 2).toBeCloseTo(72 * 32 * 8 * (5 / 8), 6);
    }
  });

  it.each([
    ['collinear', [1, 0, 0], 1],
    ['planar', [1, 1, 0], 2],
    ['at the center', [0, 0, 0], 0],
  ])('finds as many singular values as dimensions: %s', (_, factors, rank) => {
    const turn = randomRotation(createRng(5));
    const flat = rotate(
      randomMotifs(4, 1, 6).map((x, c) => x * factors[c % 3]),
      turn,
    );
    const { singular } = center(flat);
    singular.forEach((value, k) => {
      if (k % 3 < rank) expect(value).toBeGreaterThan(0.1);
      else expect(value).toBeLessThan(1e-6);
    });
  });
});

describe('the first test', () => {
  it('bounds the distance from below: some label of each row costs no more', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 8 }), fc.constantFrom(0.05, 0.5, 5), (seed, n, noise) => {
        const motif = randomMotifs(seed, 1, n);
        const other = randomMotifs(seed + 1, 1, n, noise).map((x, c) => x + motif[c]);
        const squared = n * match(motif, other, { reflections: true }).rmsd ** 2;
        const [x, y] = [center(motif), center(other)];
        for (let i = 0; i < n; i++) {
          const least = Math.min(...Array.from({ length: n }, (_, j) => leastCost(x, y, i, j)));
          expect(least).toBeLessThanOrEqual(squared * (1 + 1e-9) + 1e-9);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('is exact for a motif and itself', () => {
    const x = center(randomMotifs(6, 1, 8));
    for (let i = 0; i < 8; i++) expect(leastCost(x, x, i, i)).toBeCloseTo(0, 9);
  });
});

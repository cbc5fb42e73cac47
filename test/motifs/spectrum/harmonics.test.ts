import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../../src/core/random';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { harmonicsIndex, harmonicsSize, realHarmonics } from '../../../src/motifs/spectrum/harmonics';
import { largestDifference, rotate } from '../points';

const direction = (rng: Rng): number[] => {
  const v = [rng.normal(), rng.normal(), rng.normal()];
  return v.map((c) => c / Math.hypot(...v));
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((s, c, k) => s + c * b[k], 0);
const degree = (y: Float64Array, l: number): Float64Array => y.subarray(l * l, (l + 1) ** 2);

/** P_l(x) by Bonnet's recurrence. */
function legendre(l: number, x: number): number {
  let [below, value] = [0, 1];
  for (let k = 1; k <= l; k++) [below, value] = [value, ((2 * k - 1) * x * value - (k - 1) * below) / k];
  return value;
}

/** Nodes and weights of Gauss–Legendre quadrature on [−1, 1], weights adding up to 2; Newton on P_n. */
function gaussLegendre(n: number): { x: number; w: number }[] {
  return Array.from({ length: n }, (_, k) => {
    let x = Math.cos((Math.PI * (k + 0.75)) / (n + 0.5));
    const slope = (): number => (n * (x * legendre(n, x) - legendre(n - 1, x))) / (x * x - 1);
    for (let i = 0; i < 20; i++) x -= legendre(n, x) / slope();
    return { x, w: 2 / ((1 - x * x) * slope() ** 2) };
  });
}

describe('realHarmonics', () => {
  it('are the closed forms up to l = 3, m = −l … l, so that l = 1 is y, z, x', () => {
    const rng = createRng(1);
    for (let trial = 0; trial < 50; trial++) {
      const [x, y, z] = direction(rng);
      const s = Math.sqrt;
      const expected = [
        1,
        ...[s(3) * y, s(3) * z, s(3) * x],
        ...[s(15) * x * y, s(15) * y * z, (s(5) / 2) * (3 * z * z - 1), s(15) * x * z, (s(15) / 2) * (x * x - y * y)],
        (s(70) / 4) * y * (3 * x * x - y * y),
        s(105) * x * y * z,
        (s(42) / 4) * y * (5 * z * z - 1),
        (s(7) / 2) * z * (5 * z * z - 3),
        (s(42) / 4) * x * (5 * z * z - 1),
        (s(105) / 2) * z * (x * x - y * y),
        (s(70) / 4) * x * (x * x - 3 * y * y),
      ];
      expect(largestDifference(realHarmonics([x, y, z], 3), expected)).toBeLessThan(1e-13);
    }
  });

  it('obey the addition theorem: Σ_m Y_lm(u) Y_lm(v) = (2l + 1) P_l(u·v)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 20 }), (seed, l) => {
        const rng = createRng(seed);
        const [u, v] = [direction(rng), direction(rng)];
        const sum = dot(degree(realHarmonics(u, l), l), degree(realHarmonics(v, l), l));
        expect(Math.abs(sum - (2 * l + 1) * legendre(l, dot(u, v)))).toBeLessThan(1e-11 * (2 * l + 1));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('are orthonormal: the mean of Y_lm Y_l′m′ over the sphere is δ, by quadrature exact to degree 12', () => {
    const lMax = 6;
    const turns = 13;
    const means = new Float64Array(harmonicsSize(lMax) ** 2);
    for (const { x: z, w } of gaussLegendre(7)) {
      for (let k = 0; k < turns; k++) {
        const [phi, sine] = [(2 * Math.PI * k) / turns, Math.sqrt(1 - z * z)];
        const values = realHarmonics([sine * Math.cos(phi), sine * Math.sin(phi), z], lMax);
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            means[i * values.length + j] += ((w / 2) * a * b) / turns;
          });
        });
      }
    }
    const size = harmonicsSize(lMax);
    const identity = Float64Array.from(means, (_, k) => (k % (size + 1) === 0 ? 1 : 0));
    expect(largestDifference(means, identity)).toBeLessThan(1e-12);
  });

  it('of each degree keep their length and scalar products under rotation, and have the parity (−1)^l', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = createRng(seed);
        const q = randomRotation(rng);
        const [u, v] = [direction(rng), direction(rng)];
        const [yu, yv, tu, tv] = [u, v, rotate(u, q), rotate(v, q)].map((w) => realHarmonics(w, 6));
        const inverted = realHarmonics(
          u.map((c) => -c),
          6,
        );
        for (let l = 0; l <= 6; l++) {
          expect(dot(degree(tu, l), degree(tv, l))).toBeCloseTo(dot(degree(yu, l), degree(yv, l)), 10);
          const signed = degree(yu, l).map((y) => (-1) ** l * y);
          expect(largestDifference(degree(inverted, l), signed)).toBeLessThan(1e-12);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('have no special case at the poles, where only m = 0 is left', () => {
    for (const z of [1, -1]) {
      realHarmonics([0, 0, z], 8).forEach((value, at) => {
        const l = Math.floor(Math.sqrt(at));
        const expected = at === harmonicsIndex(l, 0) ? Math.sqrt(2 * l + 1) * z ** l : 0;
        expect(value).toBeCloseTo(expected, 12);
      });
    }
  });

  it('stay accurate at high degree', () => {
    const y = realHarmonics([0.3, -0.5, 0.2], 150);
    for (const l of [50, 100, 150]) {
      expect(dot(degree(y, l), degree(y, l)) / (2 * l + 1)).toBeCloseTo(1, 10);
    }
  });

  it('depend on the direction alone, and write where they are told', () => {
    const out = new Float64Array(16);
    expect(realHarmonics([1e-3, 2e-3, -3e-3], 3, out)).toBe(out);
    expect(largestDifference(out, realHarmonics([1e5, 2e5, -3e5], 3))).toBeLessThan(1e-13);
    expect(Array.from(realHarmonics([0, 2, 0], 0))).toEqual([1]);
  });

  it('refuse what has no direction, and wrong sizes', () => {
    expect(() => realHarmonics([0, 0, 0], 2)).toThrow('vector: found length 0, expected a vector with a direction');
    expect(() => realHarmonics([1, 0], 2)).toThrow('vector length: found 2, expected 3');
    expect(() => realHarmonics([1, Number.NaN, 0], 2)).toThrow('vector[1]: found NaN');
    expect(() => realHarmonics([1, 0, 0], -1)).toThrow('lMax: found -1');
    expect(() => realHarmonics([1, 0, 0], 1.5)).toThrow('lMax: found 1.5');
    expect(() => realHarmonics([1, 0, 0], 2, new Float64Array(8))).toThrow(
      'out length: found 8, expected (lMax + 1)² = 9',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { gramVector } from '../../../src/motifs/gram';
import { permutationSampler, permutePositions } from '../../../src/motifs/permutations';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { powerSpectrum, powerSpectrumSize } from '../../../src/motifs/spectrum/powerSpectrum';
import { largestDifference, mirror, randomPoints, rotate } from '../points';

const radial = { functions: 3, first: 1.5, last: 3.5, width: 0.6, cutoff: 5 };
const options = { lMax: 4, radial };
const g = (k: number, r: number): number =>
  r >= 5 ? 0 : Math.exp(-((r - [1.5, 2.5, 3.5][k]) ** 2) / (2 * 0.36)) * (0.5 + 0.5 * Math.cos((Math.PI * r) / 5));

/** P_0 … P_4. */
const LEGENDRE = [
  () => 1,
  (x: number) => x,
  (x: number) => (3 * x * x - 1) / 2,
  (x: number) => (5 * x ** 3 - 3 * x) / 2,
  (x: number) => (35 * x ** 4 - 30 * x * x + 3) / 8,
];

/** Without harmonics: √(2l + 1) Σ_ij g_k(r_i) g_k'(r_j) P_l(cos θ_ij). */
function byAngles(x: Float64Array, n: number): number[] {
  const points = Array.from({ length: n }, (_, i) => Array.from(x.subarray(3 * i, 3 * i + 3)));
  const lengths = points.map((p) => Math.hypot(...p));
  const spectrum: number[] = [];
  for (let k = 0; k < 3; k++) {
    for (let other = k; other < 3; other++) {
      for (let l = 0; l <= 4; l++) {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const cosine = points[i].reduce((s, c, a) => s + c * points[j][a], 0) / (lengths[i] * lengths[j]);
            sum += g(k, lengths[i]) * g(other, lengths[j]) * LEGENDRE[l](cosine);
          }
        }
        spectrum.push(Math.sqrt(2 * l + 1) * sum);
      }
    }
  }
  return spectrum;
}

describe('powerSpectrum', () => {
  it('is the double sum of Legendre polynomials that the addition theorem makes of it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10 }), (seed, n) => {
        const x = randomPoints(n, createRng(seed));
        expect(largestDifference(powerSpectrum(x, n, options), byAngles(x, n))).toBeLessThan(1e-11);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('does not change under rotation, reflection and relabelling, for any radial functions', () => {
    const bases = fc.record({
      functions: fc.integer({ min: 1, max: 6 }),
      width: fc.double({ min: 0.1, max: 1, noNaN: true }),
      cutoff: fc.double({ min: 2, max: 8, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), bases, (seed, n, basis) => {
        const rng = createRng(seed);
        const x = randomPoints(n, rng);
        const spectrum = powerSpectrum(x, n, { radial: basis });
        const scale = 1 + Math.max(...spectrum.map(Math.abs));
        const relabelled = permutePositions(x, permutationSampler('all', n, rng)());
        for (const same of [rotate(x, randomRotation(rng)), mirror(x), relabelled]) {
          expect(largestDifference(powerSpectrum(same, n, { radial: basis }), spectrum)).toBeLessThan(1e-11 * scale);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('tells motifs apart that differ by one angle', () => {
    const bent = (angle: number): number[] => [2.4, 0, 0, 2.4 * Math.cos(angle), 2.4 * Math.sin(angle), 0];
    expect(largestDifference(powerSpectrum(bent(1.9), 2), powerSpectrum(bent(1.8), 2))).toBeGreaterThan(0.1);
  });

  it('passes smoothly through a change of rank by distance, where the sorted Gram vector jumps', () => {
    const at = (r: number): number[] => [2.4, 0, 0, 0, r, 0, 1, -1, -3];
    const sorted = (r: number): number[] => (r < 2.4 ? permute(at(r)) : at(r));
    const permute = (x: number[]): number[] => Array.from(permutePositions(x, [1, 0, 2]));
    const step = 1e-6;
    const change = (f: (r: number) => ArrayLike<number>): number => largestDifference(f(2.4 - step), f(2.4 + step));
    // The third neighbor's dot products with the two change places: 2.4 for one, ±2.4 for the other.
    expect(change((r) => gramVector(sorted(r), 3))).toBeGreaterThan(4);
    expect(change((r) => powerSpectrum(at(r), 3))).toBeLessThan(1e-4);
  });

  it('of one neighbor is √(2l + 1) g_k g_k′', () => {
    const spectrum = powerSpectrum([0, 1.2, -1.6], 1, options);
    const expected = [0, 1, 2].flatMap((k) =>
      [0, 1, 2]
        .filter((other) => other >= k)
        .flatMap((other) => [0, 1, 2, 3, 4].map((l) => Math.sqrt(2 * l + 1) * g(k, 2) * g(other, 2))),
    );
    expect(largestDifference(spectrum, expected)).toBeLessThan(1e-14);
  });

  it('does not see neighbors from the cutoff on, and sees them come in smoothly', () => {
    const near = [2, 0, 0];
    const alone = powerSpectrum(near, 1, options);
    expect(largestDifference(powerSpectrum([...near, 0, 5, 0], 2, options), alone)).toBe(0);
    expect(largestDifference(powerSpectrum([...near, 0, 4.999, 0], 2, options), alone)).toBeLessThan(1e-6);
  });

  it('takes motifs one by one', () => {
    const x = randomPoints(15, createRng(3));
    const size = powerSpectrumSize(options);
    expect(size).toBe(30);
    expect(powerSpectrumSize()).toBe(105);
    const spectra = powerSpectrum(x, 5, options);
    for (let m = 0; m < 3; m++) {
      const one = powerSpectrum(x.subarray(15 * m, 15 * (m + 1)), 5, options);
      expect(spectra.subarray(size * m, size * (m + 1))).toEqual(one);
    }
    expect(powerSpectrum([], 5).length).toBe(0);
  });

  it('refuses bad positions and options by name', () => {
    expect(() => powerSpectrum([1, 2, 3, 4], 1)).toThrow('positions length: found 4, expected a multiple of 3n = 3');
    expect(() => powerSpectrum([1, 2, Number.NaN], 1)).toThrow('positions[2]: found NaN');
    expect(() => powerSpectrum([1, 2, 3, 0, 0, 0], 2)).toThrow(
      'neighbor 1 of motif 0: found distance 0, expected above 0',
    );
    expect(() => powerSpectrum([1, 2, 3], 1, { lMax: -1 })).toThrow('option lMax: found -1');
    expect(() => powerSpectrum([1, 2, 3], 1, { radial: { functions: 0 } })).toThrow('option radial.functions: found 0');
    expect(() => powerSpectrum([1, 2, 3], 1, { radial: { width: 0 } })).toThrow('option radial.width: found 0');
    expect(() => powerSpectrum([1, 2, 3], 1, { radial: { first: 3, last: 2 } })).toThrow('option radial.last: found 2');
    expect(() => powerSpectrum([1, 2, 3], 1, { radial: { sigma: 1 } as object })).toThrow('option radial sigma');
    expect(() => powerSpectrum([1, 2, 3], 1, { lmax: 2 } as object)).toThrow('option lmax: found an unknown name');
  });
});

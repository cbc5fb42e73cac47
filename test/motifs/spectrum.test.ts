import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { gramVector } from '../../src/motifs/gram';
import { permutationSampler, permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { coordinatesFromSpectra, powerSpectrum, powerSpectrumSize } from '../../src/motifs/spectrum';
import { synchronize } from '../../src/motifs/synchronize';
import { largestDifference, mirror, randomPoints, rotate } from './points';

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
    expect(() => powerSpectrum([1, 2, 3, 4], 1)).toThrow('positions: found 4 numbers, expected a multiple of 3n = 3');
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

/** n points in a shell of 2 to 4 Å, some distance apart. */
function shellPoints(n: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const points: number[][] = [];
  while (points.length < n) {
    const p = [0, 1, 2].map(() => 8 * rng.uniform() - 4);
    const r = Math.hypot(...p);
    const apart = points.every((q) => Math.hypot(...q.map((c, k) => c - p[k])) > 1.5);
    if (r > 2 && r < 4 && apart) points.push(p);
  }
  return Float64Array.from(points.flat());
}

const starts = (n: number, count: number): Float64Array =>
  Float64Array.from(Array.from({ length: count }, (_, s) => Array.from(shellPoints(n, 100 + s))).flat());

describe('coordinatesFromSpectra', () => {
  it('finds points again, up to rotation, reflection and order, from starts that know nothing of them', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const x = shellPoints(3, seed);
      const options = { starts: starts(3, 40), finalists: 10 };
      const { positions, residuals } = coordinatesFromSpectra(powerSpectrum(x, 3), 3, options);
      expect(residuals[0]).toBeLessThan(1e-2);
      expect(synchronize(x, positions, { reflections: true, permute: true }).rmsd).toBeLessThan(0.1);
    }
  });

  it('from a start close by gets exactly there, and puts neighbors in the order of distance', () => {
    const x = shellPoints(8, 3);
    const near = x.map((c, k) => c + 0.02 * Math.sin(7 * k));
    const { positions } = coordinatesFromSpectra(powerSpectrum(x, 8), 8, { starts: near });
    expect(synchronize(x, positions, { reflections: true, permute: true }).rmsd).toBeLessThan(1e-3);
    const r = Array.from({ length: 8 }, (_, j) => Math.hypot(...positions.subarray(3 * j, 3 * j + 3)));
    expect(r).toEqual([...r].sort((a, b) => a - b));
  });

  it('gives the residual of what it found, weighted, spectrum by spectrum, also of a spectrum of no points', () => {
    const size = powerSpectrumSize();
    const weights = Float64Array.from({ length: size }, (_, q) => 1 + (q % 3));
    const impossible = Float64Array.from({ length: size }, (_, q) => Math.cos(q));
    const spectra = Float64Array.of(...impossible, ...powerSpectrum(shellPoints(3, 5), 3));
    const options = { starts: starts(3, 6), weights };
    const { positions, residuals } = coordinatesFromSpectra(spectra, 3, options);
    const found = powerSpectrum(positions, 3);
    for (let m = 0; m < 2; m++) {
      let sum = 0;
      for (let q = 0; q < size; q++) sum += (weights[q] * (found[size * m + q] - spectra[size * m + q])) ** 2 / size;
      expect(residuals[m]).toBeCloseTo(Math.sqrt(sum), 8);
    }
    expect(residuals[0]).toBeGreaterThan(0.1);
    expect(largestDifference(coordinatesFromSpectra(spectra, 3, options).positions, positions)).toBe(0);
    expect(coordinatesFromSpectra([], 3, options).positions.length).toBe(0);
  });

  it('finds nothing worse with more starts', () => {
    const spectrum = powerSpectrum(shellPoints(6, 8), 6);
    const all = starts(6, 12);
    const residual = (count: number): number =>
      coordinatesFromSpectra(spectrum, 6, { starts: all.subarray(0, 18 * count), finalists: 12 }).residuals[0];
    expect(residual(12)).toBeLessThanOrEqual(residual(4));
    expect(residual(4)).toBeLessThanOrEqual(residual(1));
  });

  it('refuses what does not fit, by name', () => {
    const spectrum = powerSpectrum(shellPoints(3, 5), 3);
    const attempt =
      (options: object, spectra: ArrayLike<number> = spectrum) =>
      () =>
        coordinatesFromSpectra(spectra, 3, { starts: starts(3, 1), ...options });
    expect(attempt({}, [1, 2])).toThrow('spectra length: found 2, expected a multiple of 105');
    expect(
      attempt(
        {},
        spectrum.map(() => Number.NaN),
      ),
    ).toThrow('spectra[0]: found NaN');
    expect(attempt({ starts: new Float64Array(0) })).toThrow('option starts length: found 0');
    expect(attempt({ starts: new Float64Array(10) })).toThrow('option starts length: found 10');
    expect(attempt({ weights: [1] })).toThrow('option weights length: found 1, expected 105');
    expect(attempt({ weights: new Float64Array(105) })).toThrow('option weights[0]: found 0');
    expect(attempt({ finalists: 0 })).toThrow('option finalists: found 0');
    expect(attempt({ tries: 2 })).toThrow('option tries: found an unknown name');
  });
});

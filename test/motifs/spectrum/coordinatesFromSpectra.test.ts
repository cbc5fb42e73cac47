import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { coordinatesFromSpectra } from '../../../src/motifs/spectrum/coordinatesFromSpectra';
import { powerSpectrum, powerSpectrumSize } from '../../../src/motifs/spectrum/powerSpectrum';
import { synchronize } from '../../../src/motifs/synchronize';
import { largestDifference } from '../points';

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

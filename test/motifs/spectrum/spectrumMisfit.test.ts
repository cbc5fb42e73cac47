import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { powerSpectrum, powerSpectrumSize } from '../../../src/motifs/spectrum/powerSpectrum';
import { spectrumMisfit } from '../../../src/motifs/spectrum/spectrumMisfit';
import { randomPoints } from '../points';

const bases = fc.record({
  lMax: fc.integer({ min: 0, max: 7 }),
  radial: fc.record({ functions: fc.integer({ min: 1, max: 5 }), cutoff: fc.double({ min: 3, max: 8, noNaN: true }) }),
});

describe('spectrumMisfit', () => {
  it('is the weighted sum of squares of powerSpectrum, and its gradient that of finite differences', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), bases, (seed, n, spectrum) => {
        const rng = createRng(seed);
        const size = powerSpectrumSize(spectrum);
        const weights = Float64Array.from({ length: size }, () => 0.5 + rng.uniform());
        const target = Float64Array.from({ length: size }, () => rng.normal());
        const x = randomPoints(n, rng);
        const direct = (points: Float64Array): number =>
          powerSpectrum(points, n, spectrum).reduce((sum, p, q) => sum + (weights[q] * (p - target[q])) ** 2, 0);
        const misfit = spectrumMisfit(n, spectrum, weights);
        const gradient = new Float64Array(3 * n);
        const value = misfit(x, target, gradient);
        expect(Math.abs(value - direct(x))).toBeLessThan(1e-10 * (1 + value));
        const steepest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
        for (let k = 0; k < 3 * n; k++) {
          const moved = (step: number): number => direct(x.map((c, at) => (at === k ? c + step : c)));
          const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
          expect(Math.abs(gradient[k] - slope)).toBeLessThan(1e-5 * (1 + steepest + value));
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('is zero, and level, at the points the spectrum belongs to; finite with a point on the center', () => {
    const x = randomPoints(5, createRng(2));
    const misfit = spectrumMisfit(5, {}, new Float64Array(powerSpectrumSize()).fill(1));
    const gradient = new Float64Array(15);
    const target = powerSpectrum(x, 5);
    expect(misfit(x, target, gradient)).toBeLessThan(1e-20);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-9);
    x.fill(0, 0, 3);
    expect(misfit(x, target, gradient)).toBeGreaterThan(0);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

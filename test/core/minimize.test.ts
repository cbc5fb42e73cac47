import { describe, expect, it } from 'vitest';
import { Minimizer, type Objective } from '../../src/core/minimize';
import { largestDifference } from '../motifs/points';

/** Rosenbrock's valley in the first two coordinates, a bowl in the third: the least is 0 at (1, 1, 0). */
const valley: Objective = ([x, y, z], gradient) => {
  gradient.set([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x), 2 * z]);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2 + z * z;
};
const start = (): Float64Array => Float64Array.of(-1.2, 1, 2);
const options = { steps: 500, gradientTolerance: 1e-9, largestStep: 0.5, width: 3 };

describe('Minimizer', () => {
  it('finds the end of a curved valley', () => {
    const at = start();
    const found = new Minimizer(3).run(at, valley, options);
    expect(found.converged).toBe(true);
    expect(found.value).toBeLessThan(1e-16);
    expect(largestDifference(at, [1, 1, 0])).toBeLessThan(1e-8);
  });

  it('solves a quadratic form of condition 10⁶ in some dozens of steps', () => {
    const scales = [1, 10, 1e3, 1e5, 1e6];
    const form: Objective = (x, gradient) => {
      for (let k = 0; k < 5; k++) gradient[k] = 2 * scales[k] * (x[k] - k);
      return scales.reduce((sum, s, k) => sum + s * (x[k] - k) ** 2, 0);
    };
    const x = new Float64Array(5);
    const { calls } = new Minimizer(5).run(x, form, { steps: 200, largestStep: 1 });
    expect(largestDifference(x, [0, 1, 2, 3, 4])).toBeLessThan(1e-4);
    expect(calls).toBeLessThan(200);
  });

  it.each([1, 3])('never moves a vector of %d coordinates farther than allowed, and never rises', (width) => {
    let last = start();
    let value = Infinity;
    const minimizer = new Minimizer(3);
    for (let s = 0; s < 20; s++) {
      const at = last.slice();
      const found = minimizer.run(at, valley, { ...options, width, steps: 1, largestStep: 0.05 });
      const moves = at.map((x, c) => x - last[c]);
      const longest = width === 3 ? Math.hypot(...moves) : Math.max(...moves.map(Math.abs));
      expect(longest).toBeLessThanOrEqual(0.05 + 1e-12);
      expect(found.value).toBeLessThan(value);
      value = found.value;
      last = at;
    }
  });

  it('takes its first step along the gradient, scaled', () => {
    const bowl: Objective = (x, gradient) => {
      gradient.set(x);
      return x.reduce((sum, v) => sum + (v * v) / 2, 0);
    };
    const x = Float64Array.of(2, -4);
    new Minimizer(2).run(x, bowl, { steps: 1, largestStep: 10, firstStep: 0.25 });
    expect(Array.from(x)).toEqual([1.5, -3]);
  });

  it('returns the same when it is used again, for fewer coordinates too', () => {
    const used = new Minimizer(12);
    const bowl: Objective = (x, gradient) => {
      gradient.set(x);
      return x.reduce((sum, v) => sum + (v * v) / 2, 0);
    };
    used.run(new Float64Array(12).fill(3), bowl, options);
    const [first, second] = [start(), start()];
    expect(used.run(first, valley, options)).toEqual(new Minimizer(3).run(second, valley, options));
    expect(first).toEqual(second);
  });

  it('stops when the callback returns false, and at once where there is no slope', () => {
    const values: number[] = [];
    const onStep = (value: number, step: number): boolean => values.push(value) !== 3 || step !== 3;
    const { steps, value } = new Minimizer(3).run(start(), valley, { ...options, onStep });
    expect([steps, value]).toEqual([3, values[2]]);
    const bottom = new Minimizer(3).run(Float64Array.of(1, 1, 0), valley, options);
    expect(bottom).toMatchObject({ steps: 0, calls: 1, converged: true, largestGradient: 0 });
    const nothing = new Minimizer(0).run(new Float64Array(0), () => 7, options);
    expect(nothing).toMatchObject({ value: 7, steps: 0, converged: true });
  });

  it('ends on a slope that its gradient denies, where it started', () => {
    const wrong: Objective = (x, gradient) => {
      gradient[0] = -2 * x[0];
      return x[0] ** 2;
    };
    const x = Float64Array.of(3);
    expect(new Minimizer(1).run(x, wrong, { ...options, width: 1 })).toMatchObject({
      value: 9,
      steps: 0,
      converged: false,
    });
    expect(x[0]).toBe(3);
  });
});

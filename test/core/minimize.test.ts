import { describe, expect, it } from 'vitest';
import { minimize } from '../../src/core/minimize';
import { largestDifference } from '../motifs/points';

const options = { iterations: 200, longest: 1, tolerance: 1e-14 };

describe('minimize', () => {
  it('finds the end of a banana-shaped valley', () => {
    const rosenbrock = ([x, y]: Float64Array, gradient: Float64Array): number => {
      gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
      gradient[1] = 200 * (y - x * x);
      return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    };
    const { x, value } = minimize(rosenbrock, Float64Array.of(-1.2, 1), options);
    expect(largestDifference(x, [1, 1])).toBeLessThan(1e-5);
    expect(value).toBeLessThan(1e-10);
  });

  it('solves a quadratic form of condition 10⁶ in some dozens of steps', () => {
    let calls = 0;
    const scales = [1, 10, 1e3, 1e5, 1e6];
    const form = (x: Float64Array, gradient: Float64Array): number => {
      calls++;
      for (let k = 0; k < 5; k++) gradient[k] = 2 * scales[k] * (x[k] - k);
      return scales.reduce((sum, s, k) => sum + s * (x[k] - k) ** 2, 0);
    };
    const { x } = minimize(form, new Float64Array(5), options);
    expect(largestDifference(x, [0, 1, 2, 3, 4])).toBeLessThan(1e-4);
    expect(calls).toBeLessThan(200);
  });

  it('stays where it is at a minimum, leaves its start alone, and never ends higher', () => {
    const square = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = 2 * x[0];
      return x[0] ** 2 + 1;
    };
    expect(minimize(square, Float64Array.of(0), options)).toEqual({ x: Float64Array.of(0), value: 1 });
    const start = Float64Array.of(50);
    expect(minimize(square, start, { ...options, iterations: 3 }).value).toBeLessThan(2501);
    expect(start[0]).toBe(50);
    const wrong = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = -2 * x[0];
      return x[0] ** 2;
    };
    expect(minimize(wrong, Float64Array.of(3), options).value).toBe(9);
  });
});

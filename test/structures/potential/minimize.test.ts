import { describe, expect, it } from 'vitest';
import { Minimizer, type Objective } from '../../../src/structures/potential/minimize';

/** Rosenbrock's valley in the first two coordinates, a bowl in the third: the least is 0 at (1, 1, 0). */
const valley: Objective = ([x, y, z], gradient) => {
  gradient.set([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x), 2 * z]);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2 + z * z;
};
const options = { steps: 500, forceTolerance: 1e-9, largestStep: 0.5 };

describe('Minimizer', () => {
  it('finds the end of a curved valley', () => {
    const at = Float64Array.of(-1.2, 1, 2);
    const found = new Minimizer(1).run(at, valley, options);
    expect(found.converged).toBe(true);
    expect(found.energy).toBeLessThan(1e-16);
    [1, 1, 0].forEach((x, c) => {
      expect(at[c]).toBeCloseTo(x, 8);
    });
  });

  it('never steps farther than allowed and never rises', () => {
    let last = Float64Array.of(-1.2, 1, 2);
    let energy = Infinity;
    const minimizer = new Minimizer(1);
    for (let s = 0; s < 20; s++) {
      const at = last.slice();
      const found = minimizer.run(at, valley, { ...options, steps: 1, largestStep: 0.05 });
      expect(Math.hypot(at[0] - last[0], at[1] - last[1], at[2] - last[2])).toBeLessThanOrEqual(0.05 + 1e-12);
      expect(found.energy).toBeLessThan(energy);
      energy = found.energy;
      last = at;
    }
  });

  it('gives the same when it is used again, for fewer atoms too', () => {
    const used = new Minimizer(4);
    const bowl: Objective = (x, gradient) => {
      gradient.set(x);
      return x.reduce((sum, v) => sum + (v * v) / 2, 0);
    };
    used.run(new Float64Array(12).fill(3), bowl, options);
    const [first, second] = [Float64Array.of(-1.2, 1, 2), Float64Array.of(-1.2, 1, 2)];
    expect(used.run(first, valley, options)).toEqual(new Minimizer(1).run(second, valley, options));
    expect(first).toEqual(second);
  });

  it('stops when told to, and at once where there is no slope', () => {
    const squares: number[] = [];
    const stop = (_: number, square: number, step: number): boolean => squares.push(square) === 3 && step === 3;
    expect(new Minimizer(1).run(Float64Array.of(-1.2, 1, 2), valley, { ...options, stop }).steps).toBe(3);
    const bottom = new Minimizer(1).run(Float64Array.of(1, 1, 0), valley, options);
    expect(bottom).toMatchObject({ steps: 0, calls: 1, converged: true, largestForce: 0 });
  });

  it('ends on a slope that its gradient denies', () => {
    const liar: Objective = ([x], gradient) => {
      gradient.set([1, 0, 0]);
      return -x;
    };
    const found = new Minimizer(1).run(Float64Array.of(0, 0, 0), liar, options);
    expect(found).toMatchObject({ steps: 0, converged: false });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { CurvatureMemory } from '../../src/core/curvatureMemory';

const normals = (seed: number, size: number): Float64Array => {
  const rng = createRng(seed);
  return Float64Array.from({ length: size }, () => rng.normal());
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * b[k], 0);

describe('CurvatureMemory', () => {
  it('knows nothing at first: down the gradient, scaled', () => {
    const gradient = normals(1, 6);
    const direction = new Float64Array(6);
    const slope = new CurvatureMemory(6, 3).descend(gradient, direction, 0.5);
    expect(Array.from(direction)).toEqual(Array.from(gradient, (g) => -0.5 * g));
    expect(slope).toBeCloseTo(-0.5 * dot(gradient, gradient), 12);
  });

  it('satisfies the secant equation of the last step, H Δg = s, and goes down', () => {
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 6 }),
        (seed, size, steps) => {
          const memory = new CurvatureMemory(size, 4);
          const curvatures = Float64Array.from(normals(seed, size), (x) => 0.1 + x * x);
          const at = (x: Float64Array): Float64Array => x.map((value, c) => curvatures[c] * value);
          let x = normals(seed + 1, size);
          let last: { step: Float64Array; change: Float64Array } | undefined;
          for (let k = 0; k < steps; k++) {
            const next = x.map((value, c) => value + normals(seed + 2 + k, size)[c]);
            memory.remember(x, next, at(x), at(next));
            last = { step: next.map((value, c) => value - x[c]), change: at(next).map((g, c) => g - at(x)[c]) };
            x = next;
          }
          const direction = new Float64Array(size);
          memory.descend((last as { change: Float64Array }).change, direction, 1);
          direction.forEach((value, c) => {
            expect(value).toBeCloseTo(-(last as { step: Float64Array }).step[c], 8);
          });
          expect(memory.descend(normals(seed + 50, size), direction, 1)).toBeLessThan(0);
          expect(memory.held).toBe(Math.min(4, steps));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('passes over a step without curvature, and keeps what it had whole', () => {
    const [a, b] = [new CurvatureMemory(3, 2), new CurvatureMemory(3, 2)];
    const points = [0, 1, 2, 3].map((seed) => normals(seed, 3));
    for (const memory of [a, b]) {
      for (let k = 0; k < 3; k++) memory.remember(points[k], points[k + 1], points[k], points[k + 1]);
    }
    a.remember(points[0], points[1], points[1], points[0]);
    const [first, second] = [new Float64Array(3), new Float64Array(3)];
    a.descend(points[3], first, 1);
    b.descend(points[3], second, 1);
    expect(first).toEqual(second);
  });

  it('serves fewer coordinates than it has room for, and forgets', () => {
    const [wide, exact] = [new CurvatureMemory(9, 3), new CurvatureMemory(4, 3)];
    const points = [0, 1, 2].map((seed) => normals(seed, 4));
    const directions = [wide, exact].map((memory) => {
      for (let k = 0; k < 2; k++) memory.remember(points[k], points[k + 1], points[k], points[k + 1]);
      const direction = new Float64Array(4);
      memory.descend(points[0], direction, 1);
      return direction;
    });
    expect(directions[0]).toEqual(directions[1]);
    wide.forget();
    expect(wide.held).toBe(0);
    wide.descend(points[0], directions[0], 1);
    expect(Array.from(directions[0])).toEqual(Array.from(points[0], (g) => -g));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ballAround, smallestBall } from '../../src/structures/ball';
import { cubic, make } from './make';

describe('smallestBall', () => {
  it('of one point, or of points in one place, is that', () => {
    const point = Float64Array.of(1, 2, 3);
    expect(smallestBall(point)).toEqual({ center: point, radius: 0 });
    expect(smallestBall(Float64Array.of(1, 2, 3, 1, 2, 3))).toEqual({ center: point, radius: 0 });
  });
  it.each([
    ['two points', [-1, 0, 0, 3, 0, 0], [1, 0, 0], 2],
    ['points on a line, in any order', [0, 0, 0, 0, 0, 2, 0, 0, -1, 0, 0, 1], [0, 0, 0.5], 1.5],
    ['an obtuse triangle, its longest side', [-2, 0, 0, 2, 0, 0, 0, 1, 0], [0, 0, 0], 2],
    ['a tetrahedron', [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1], [0, 0, 0], Math.sqrt(3)],
  ])('of %s', (_, points, center, radius) => {
    const found = smallestBall(Float64Array.from(points));
    expect(found.radius).toBeGreaterThanOrEqual(radius - 1e-12);
    expect(found.radius).toBeLessThan(1.01 * radius);
    center.forEach((x, c) => {
      expect(Math.abs(found.center[c] - x)).toBeLessThan(0.03);
    });
  });
  it('holds all points, and no ball with another center is smaller', () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true });
    const points = fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(points, fc.tuple(number, number, number), (all, other) => {
        const { center, radius } = smallestBall(Float64Array.from(all.flat()));
        const reach = (at: ArrayLike<number>): number =>
          Math.max(...all.map((p) => Math.hypot(...p.map((x, c) => x - at[c]))));
        expect(reach(center)).toBeLessThanOrEqual(radius);
        expect(radius).toBeLessThanOrEqual(1.01 * reach(other));
      }),
      { numRuns: 30 },
    );
  });
});

describe('ballAround', () => {
  const box = (...positions: number[]) => make(cubic(10), [true, true, true], positions);

  it('of one atom is about it', () => {
    expect(ballAround(box(1, 2, 3, 4, 5, 6), [1], 1)).toEqual({ center: Float64Array.of(4, 5, 6), radius: 1 });
  });
  it('takes images near the first atom, across faces of the cell', () => {
    const { center, radius } = ballAround(box(0.5, 5, 5, 9.5, 5, 5), [0, 1], 1);
    expect(radius).toBeCloseTo(1.5, 2);
    expect(center[0]).toBeCloseTo(0, 2);
  });
  it('takes free structures as they are', () => {
    const free = make(new Float64Array(9), [false, false, false], [0, 0, 0, 8, 0, 0]);
    expect(ballAround(free, [0, 1], 0.5).radius).toBeCloseTo(4.5, 2);
  });
});

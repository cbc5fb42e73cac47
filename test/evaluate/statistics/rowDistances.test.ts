import { describe, expect, it } from 'vitest';
import { NearestList, squaredDistances } from '../../../src/evaluate/statistics/rowDistances';
import { cloud } from '../helpers';

describe('squaredDistances', () => {
  it.each([1, 3, 4, 9])('of %i rows, each summed feature by feature', (count) => {
    const [rows, points] = [cloud(1, count, 5), cloud(2, 2, 5)];
    const squares = new Float64Array(count);
    squaredDistances(rows, 5, points, 1, squares);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let d = 0; d < 5; d++) sum += (points[5 + d] - rows[5 * i + d]) ** 2;
      expect(squares[i]).toBe(sum);
    }
  });
});

describe('NearestList', () => {
  it('keeps the k least in ascending order, of equal ones the first', () => {
    const values = [5, 1, 4, 1, 3, 9, 1, 0];
    const list = new NearestList(4);
    const fill = (): void =>
      values.forEach((value, item) => {
        if (value < list.farthest) list.add(value, item);
      });
    fill();
    expect(Array.from(list.squares)).toEqual([0, 1, 1, 1]);
    expect(Array.from(list.items)).toEqual([7, 1, 3, 6]);
    list.clear();
    expect(list.farthest).toBe(Number.POSITIVE_INFINITY);
    fill();
    expect(Array.from(list.items)).toEqual([7, 1, 3, 6]);
  });

  it('is infinitely far as long as there are fewer', () => {
    const list = new NearestList(3);
    list.add(2, 0);
    list.add(1, 1);
    expect(list.farthest).toBe(Number.POSITIVE_INFINITY);
    expect(Array.from(list.items)).toEqual([1, 0, -1]);
  });
});

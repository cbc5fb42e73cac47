import { describe, expect, it } from 'vitest';
import { intervalFigure } from '../../src/notebook/intervalFigure';

const rows = [
  { name: 'a', value: 0.5, low: 0.4, high: 0.7 },
  { name: 'b', value: 0.9, low: 0.9, high: 0.95 },
];

describe('intervalFigure', () => {
  it('draws each interval from its low to its high end, the first row on top', () => {
    const [trace] = intervalFigure(rows).data;
    const { array, arrayminus } = trace.error_x as { array: number[]; arrayminus: number[] };
    const [x, y] = [trace.x as number[], trace.y as number[]];
    rows.forEach(({ low, high }, k) => {
      expect(x[k] + array[k]).toBeCloseTo(high, 12);
      expect(x[k] - arrayminus[k]).toBeCloseTo(low, 12);
    });
    expect(y[0]).toBeGreaterThan(y[1]);
  });

  it('shades a band under them, and names the rows', () => {
    const { data, layout } = intervalFigure(rows, { band: { low: 0.8, high: 1 } });
    expect(data.length).toBe(2);
    expect(Math.min(...(data[0].x as number[]))).toBe(0.8);
    expect((layout.yaxis as { ticktext: string[] }).ticktext).toEqual(['a', 'b']);
  });

  it('refuses no rows', () => {
    expect(() => intervalFigure([])).toThrow('rows');
  });
});

import { describe, expect, it } from 'vitest';
import { heatmapFigure } from '../../src/notebook';

describe('heatmapFigure', () => {
  it('centers its colors on zero and writes the values in', () => {
    const [trace] = heatmapFigure([1, -4, 2, 3], 2, 2, { digits: 0 }).data;
    expect(trace).toMatchObject({
      zmin: -4,
      zmax: 4,
      z: [
        [1, -4],
        [2, 3],
      ],
      text: [
        ['1', '−4'],
        ['2', '3'],
      ],
    });
  });

  it('leaves out what lies below the diagonal if asked', () => {
    const [trace] = heatmapFigure([1, 2, 2, 3], 2, 2, { upperTriangle: true }).data;
    expect(trace.z).toEqual([
      [1, 2],
      [null, 3],
    ]);
  });

  it('refuses a wrong number of values', () => {
    expect(() => heatmapFigure([1, 2, 3], 2, 2)).toThrow('found 3 numbers, expected 2 × 2 = 4');
  });
});

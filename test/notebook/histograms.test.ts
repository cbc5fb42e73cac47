import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { histogram } from '../../src/evaluate';
import { describeValues, histogramFigure } from '../../src/notebook';

function normals(count: number, mean: number, deviation: number, seed = 1): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: count }, () => mean + deviation * rng.normal());
}

/** Area under a step line drawn 'hvh' through bin centers, its first and last point being the outer edges. */
function area(trace: Record<string, unknown>): number {
  const x = trace.x as number[];
  const y = trace.y as number[];
  const width = x[2] - x[1];
  return y.slice(1, -1).reduce((sum, height) => sum + height * width, 0);
}

describe('histogramFigure', () => {
  it('encloses the share of the finite values that lie in the range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -1, max: 1, noNaN: true }), (seed, low) => {
        const values = Float64Array.of(...normals(200, 0, 1, seed), Number.NaN, Number.POSITIVE_INFINITY);
        const figure = histogramFigure([{ name: 'a', values }], { range: [low, low + 1], bins: 13 });
        const inside = values.filter((v) => v >= low && v <= low + 1).length;
        expect(area(figure.data[0])).toBeCloseTo(inside / 200, 10);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('gives a series the look of another place, filled only if it is the first', () => {
    const values = normals(50, 0, 1);
    const [plain] = histogramFigure([{ name: 'a', values }]).data;
    const moved = histogramFigure([
      { name: 'b', values, style: 1 },
      { name: 'a', values, style: 0 },
    ]).data;
    expect(moved.map((trace) => trace.fill)).toEqual([undefined, 'tozeroy']);
    expect((moved[1].line as { color: string }).color).toBe((plain.line as { color: string }).color);
  });

  it('gives all series the same bins and different colors and dashes', () => {
    const figure = histogramFigure([
      { name: 'a', values: normals(50, 0, 1) },
      { name: 'b', values: normals(50, 5, 1) },
    ]);
    const [a, b] = figure.data as { x: number[]; line: { color: string; dash: string } }[];
    expect(a.x).toEqual(b.x);
    expect(a.line.color).not.toBe(b.line.color);
    expect(a.line.dash).not.toBe(b.line.dash);
  });

  it('takes a histogram made before as it is', () => {
    const made = histogram([1, 2, 2, 3], { range: [0, 4], bins: 4 });
    const figure = histogramFigure([{ name: 'a', values: made }], { quantity: 'count' });
    expect(figure.data[0].y).toEqual([0, 0, 1, 2, 1, 0]);
  });

  it('writes mean and population deviation into the legend, references as lines at their value', () => {
    const stats = { digits: 1, unit: 'Å' };
    const figure = histogramFigure([{ name: 'a', values: [1, 3] }], {
      stats,
      references: [{ name: 'known', value: 2 }],
    });
    expect(figure.data[0].name).toBe('a: 2.0 ± 1.0 Å');
    expect(figure.data[1]).toMatchObject({ name: 'known', x: [2, 2] });
    expect(describeValues([-1, -3], { digits: 1 })).toBe('μ = −2.0, σ = 1.0');
  });

  it('draws values that are all equal, and refuses none', () => {
    expect(area(histogramFigure([{ name: 'a', values: [2, 2, 2] }]).data[0])).toBeCloseTo(1, 12);
    expect(() => histogramFigure([{ name: 'a', values: [] }])).toThrow('found no finite value');
  });
});

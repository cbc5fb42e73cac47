import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { barFigure, curvesFigure, densityFigure, gridFigure, spectrumFigure } from '../../src/notebook';

describe('curvesFigure', () => {
  it('thins long curves evenly and keeps both ends', () => {
    const x = Float64Array.from({ length: 5001 }, (_, k) => k);
    const [trace] = curvesFigure([{ name: 'a', x, y: x }], { maxPoints: 101 }).data as { x: number[]; y: number[] }[];
    expect(trace.x).toHaveLength(101);
    expect(trace.x).toEqual(trace.y);
    expect(trace.x.every((value, k) => value === 50 * k)).toBe(true);
  });

  it('draws bands behind their curve and keeps them out of the legend', () => {
    const curve = { name: 'a', x: [0, 1], y: [1, 2], low: [0, 1], high: [2, 3] };
    const [band, line] = curvesFigure([curve]).data;
    expect(band).toMatchObject({ x: [0, 1, 1, 0], y: [2, 3, 1, 0], fill: 'toself', showlegend: false });
    expect(line).toMatchObject({ name: 'a', y: [1, 2] });
    expect(curve.low).toEqual([0, 1]);
  });

  it('gives curves of one name and style one look and one legend entry', () => {
    const y = [1, 2];
    const curves = ['a', 'a', 'b'].map((name, k) => ({ name, x: [0, 1], y, style: k < 2 ? 0 : 1 }));
    const [first, again, other] = curvesFigure(curves).data as { line: { color: string }; showlegend?: boolean }[];
    expect(again.line.color).toBe(first.line.color);
    expect(other.line.color).not.toBe(first.line.color);
    expect([first, again, other].map(({ showlegend }) => showlegend)).toEqual([undefined, false, undefined]);
  });

  it('keeps a curve out of the legend where asked', () => {
    const shown = [undefined, false].map((inLegend, k) => ({ name: String(k), x: [0, 1], y: [0, 1], inLegend }));
    expect(curvesFigure(shown).data.map(({ showlegend }) => showlegend)).toEqual([undefined, false]);
  });

  it('takes axis ranges in data units on log axes too', () => {
    const { layout } = curvesFigure([{ name: 'a', x: [1, 10], y: [1, 10] }], { yLog: true, yRange: [0.1, 100] });
    expect((layout.yaxis as { range: number[] }).range).toEqual([-1, 2]);
  });
});

describe('densityFigure', () => {
  it('counts every pair once', () => {
    const rng = createRng(1);
    const x = Float64Array.from({ length: 3000 }, () => rng.normal());
    const y = x.map((value) => value + rng.normal());
    const z = densityFigure(x, y, { bins: 20 }).data[0].z as (number | null)[][];
    const total = z.flat().reduce((sum: number, log) => sum + (log === null ? 0 : 10 ** log), 0);
    expect(total).toBeCloseTo(3000, 6);
  });

  it('refuses x and y of different lengths', () => {
    expect(() => densityFigure([1, 2], [1])).toThrow('y: found 1 values, expected 2');
  });
});

describe('spectrumFigure', () => {
  it('shows the median of each rank', () => {
    const figure = spectrumFigure([{ name: 'a', values: [3, 1, 5, 2, 4, 0] }], 2);
    // A band, then the medians.
    expect(figure.data[1].y).toEqual([4, 1]);
    expect(figure.data[0]).toMatchObject({ fill: 'toself' });
    expect(() => spectrumFigure([{ name: 'a', values: [1, 2, 3] }], 2)).toThrow('a multiple of 2');
  });
});

describe('barFigure', () => {
  it('writes values with a true minus sign', () => {
    const [trace] = barFigure(['a', 'b'], [{ name: 's', values: [-1.25, 2] }], { digits: 1 }).data;
    expect(trace.text).toEqual(['−1.3', '2.0']);
  });
});

describe('densityFigure with mostPairs', () => {
  const [few, many] = [30, 3000].map((count) => Float64Array.from({ length: count }, (_, i) => i % 7));
  const bars = (mostPairs?: number): unknown[] => {
    const panels = [few, many].map((values) => ({ figure: densityFigure(values, values, { mostPairs }) }));
    return gridFigure(panels).data.filter((trace) => trace.showscale !== false);
  };

  it('gives panels of one scale one color bar', () => {
    expect(bars(1000).length).toBe(1);
    expect(bars().length).toBe(2);
  });
});

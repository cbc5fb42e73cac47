import { describe, expect, it } from 'vitest';
import { curvesFigure, gridFigure, heatmapFigure } from '../../src/notebook';

describe('gridFigure', () => {
  const panel = (name: string) => ({
    title: name,
    figure: curvesFigure([{ name, x: [0, 1], y: [0, 1] }], { xLabel: 'x', yLabel: 'y' }),
  });

  it('gives every panel axes and a place of its own', () => {
    const { layout, data } = gridFigure(['a', 'b', 'c', 'd', 'e'].map(panel), { columns: 2 });
    const domains = [1, 2, 3, 4, 5].map((k) => {
      const suffix = k === 1 ? '' : k;
      const [x, y] = ['xaxis', 'yaxis'].map((name) => (layout[`${name}${suffix}`] as { domain: number[] }).domain);
      return [...x, ...y];
    });
    expect(new Set(data.map((trace) => `${trace.xaxis}${trace.yaxis}`)).size).toBe(5);
    for (const [i, a] of domains.entries()) {
      expect(Math.min(...a)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...a)).toBeLessThanOrEqual(1 + 1e-12);
      for (const b of domains.slice(0, i)) {
        const apart = a[0] >= b[1] || b[0] >= a[1] || a[2] >= b[3] || b[2] >= a[3];
        expect(apart).toBe(true);
      }
    }
  });

  it('writes axis titles once for a row or column that shares them', () => {
    const { layout } = gridFigure(['a', 'b', 'c', 'd'].map(panel), { columns: 2 });
    const titles = ['xaxis', 'xaxis2', 'xaxis3', 'xaxis4', 'yaxis', 'yaxis2', 'yaxis3', 'yaxis4'].map(
      (name) => (layout[name] as { title: { text: string } }).title.text,
    );
    expect(titles).toEqual(['', '', 'x', 'x', 'y', '', 'y', '']);
  });

  it('names a series once, and shows one color bar for heat maps of one limit', () => {
    const { data } = gridFigure([panel('a'), panel('a'), panel('b')]);
    expect(data.map((trace) => trace.showlegend)).toEqual([true, false, true]);
    const map = (limit: number) => ({ figure: heatmapFigure([1], 1, 1, { limit }) });
    expect(gridFigure([map(2), map(2)]).data.map((trace) => trace.showscale)).toEqual([true, false]);
    expect(gridFigure([map(2), map(3)]).data.every((trace) => trace.showscale === undefined)).toBe(true);
  });

  it('leaves the figures it is given as they were', () => {
    const one = panel('a');
    const before = JSON.stringify(one);
    gridFigure([one, one]);
    expect(JSON.stringify(one)).toBe(before);
    expect(() => gridFigure([])).toThrow('panels: found none');
  });
});

import { describe, expect, it } from 'vitest';
import { densityFigure, gridFigure } from '../../src/notebook';

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

import { describe, expect, it } from 'vitest';
import { densityGrid, gramVector, peaks } from '../../src/motifs';
import { densityMapFigure } from '../../src/notebook/densityMap';

const grid = densityGrid(gramVector([3, 0, 0, 0, 2, 0, 0, 0, 1], 3), 3);

describe('densityMapFigure', () => {
  it('shows on each line of sight the greatest density', () => {
    const [{ z, x, y }] = densityMapFigure(grid).data as { z: number[][]; x: number[]; y: number[] }[];
    expect([x.length, y.length, z.length, z[0].length]).toEqual([grid.shape[0], grid.shape[1], y.length, x.length]);
    expect(Math.max(...z.flat())).toBeCloseTo(Math.max(...grid.values), 2);
    const onAxis = z[Math.round((0 - grid.origin[1]) / grid.spacing)];
    expect(onAxis[Math.round((3 - grid.origin[0]) / grid.spacing)]).toBeGreaterThan(0.8);
  });

  it('marks atoms and peaks where they are', () => {
    const atoms = [3, 0, 0, 0, 2, 0];
    const found = peaks(grid).positions;
    const [, first, second] = densityMapFigure(grid, { atoms, peaks: found }).data;
    expect([first.name, first.x, first.y]).toEqual(['atom', [3, 0], [0, 2]]);
    expect(second.x).toHaveLength(3);
  });

  it('refuses points of other than three numbers', () => {
    expect(() => densityMapFigure(grid, { atoms: [1, 2] })).toThrow(/option atoms: found 2 numbers/);
  });
});

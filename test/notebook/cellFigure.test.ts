import { describe, expect, it } from 'vitest';
import { cellRowFigure, type Figure } from '../../src/notebook';
import { neighborList, readCells, type Structure } from '../../src/structures';
import { crystal, DIAMOND } from '../evaluate/helpers';

const silicon = crystal(DIAMOND, 5.431, 2);
const markers = ({ data }: Figure, name: string): number =>
  data
    .filter((trace) => trace.mode === 'markers' && trace.name === name)
    .reduce((sum, trace) => sum + (trace.x as number[]).length, 0);
/** Ends of all lines, three numbers each. */
function lines({ data }: Figure): number[][][] {
  const [x, y, z] = ['x', 'y', 'z'].map((axis) =>
    data.filter(({ mode }) => mode === 'lines').flatMap((trace) => trace[axis] as (number | null)[]),
  );
  const ends: number[][][] = [];
  for (let k = 0; k < x.length; k += 3) {
    ends.push([k, k + 1].map((e) => [x[e] as number, y[e] as number, z[e] as number]));
  }
  return ends;
}
const length = ([a, b]: number[][]): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

describe('cellRowFigure', () => {
  it('draws every atom of the crystal with four bonds, and the twelve edges of its cell', () => {
    const figure = cellRowFigure([{ structure: silicon, title: 'diamond' }]);
    expect(markers(figure, 'four bonds')).toBe(64);
    expect(markers(figure, 'fewer') + markers(figure, 'more')).toBe(0);
    const edges = lines(figure).filter((line) => length(line) > 10);
    expect(edges).toHaveLength(12);
    for (const edge of edges) expect(length(edge)).toBeCloseTo(10.862, 2);
    const bonds = lines(figure).filter((line) => length(line) < 10);
    for (const bond of bonds) expect(length(bond)).toBeCloseTo((5.431 * Math.sqrt(3)) / 4, 2);
    expect(bonds.length).toBeLessThan(128);
    expect(figure.static).toContain('diamond');
  });

  it('colors atoms by their bonds, those through the boundary counted', () => {
    const cell = readCells()[2];
    const { offsets } = neighborList(cell, 2.85);
    const counts = Array.from({ length: 512 }, (_, i) => offsets[i + 1] - offsets[i]);
    const figure = cellRowFigure([{ structure: cell }], { bonds: 2.85 });
    expect(markers(figure, 'four bonds')).toBe(counts.filter((n) => n === 4).length);
    expect(markers(figure, 'fewer')).toBe(counts.filter((n) => n < 4).length);
    expect(markers(figure, 'more')).toBe(counts.filter((n) => n > 4).length);
    const wide = cellRowFigure([{ structure: cell }], { bonds: 10 });
    expect(markers(wide, 'more')).toBe(512);
  });

  it('is the same for atoms in other cells of the lattice', () => {
    const moved: Structure = { ...silicon, positions: silicon.positions.map((x, k) => x + 10.862 * ((k % 4) - 1)) };
    const [a, b] = [silicon, moved].map((structure) => lines(cellRowFigure([{ structure }])).length);
    expect(b).toBe(a);
    for (const trace of cellRowFigure([{ structure: moved }]).data.filter(({ mode }) => mode === 'markers')) {
      for (const axis of ['x', 'y', 'z'] as const) {
        for (const x of trace[axis] as number[]) expect(Math.abs(x)).toBeLessThan(5.44);
      }
    }
  });

  it('puts several in rows of two, with one legend', () => {
    const figure = cellRowFigure([1, 2, 3].map((k) => ({ structure: silicon, title: `cell ${k}` })));
    expect(Object.keys(figure.layout).filter((key) => key.startsWith('scene'))).toEqual(['scene', 'scene2', 'scene3']);
    expect(figure.data.filter(({ mode, showlegend }) => mode === 'markers' && showlegend === true)).toHaveLength(3);
  });

  it('refuses no cells, and what is not periodic', () => {
    expect(() => cellRowFigure([])).toThrow('cells');
    expect(() => cellRowFigure([{ structure: { ...silicon, pbc: [true, true, false] } }])).toThrow('pbc');
  });
});

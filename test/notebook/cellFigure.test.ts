import { describe, expect, it } from 'vitest';
import { cellRowFigure } from '../../src/notebook';
import type { Drawing } from '../../src/notebook/drawing';
import { neighborList, readCells, type Structure } from '../../src/structures';
import { crystal, DIAMOND } from '../evaluate/helpers';

const silicon = crystal(DIAMOND, 5.431, 2);
const drawn = (...given: Parameters<typeof cellRowFigure>) => cellRowFigure(...given).drawing!;
/** Atoms of the first cell with four, fewer and more bonds. */
const counted = ({ key, scenes }: Drawing): number[] =>
  key.map((_, k) => scenes[0].atoms.filter(({ color, radius }) => color === k && radius > 0).length);
/** Lengths of all lines of the first cell. */
const lengths = ({ scenes: [{ atoms, bonds }] }: Drawing): number[] =>
  bonds.map(([i, j]) => Math.hypot(atoms[i].x - atoms[j].x, atoms[i].y - atoms[j].y, atoms[i].z - atoms[j].z));

describe('cellRowFigure', () => {
  it('draws every atom of the crystal with four bonds, and the twelve edges of its cell', () => {
    const made = drawn([{ structure: silicon, title: 'diamond' }]);
    expect(counted(made)).toEqual([64, 0, 0]);
    const edges = lengths(made).filter((length) => length > 10);
    expect(edges).toHaveLength(12);
    for (const edge of edges) expect(edge).toBeCloseTo(10.862, 2);
    const bonds = lengths(made).filter((length) => length < 10);
    for (const bond of bonds) expect(bond).toBeCloseTo((5.431 * Math.sqrt(3)) / 4, 2);
    expect(bonds.length).toBeLessThan(128);
    expect(made.scenes[0].title).toBe('diamond');
  });

  it('is seen from a side: right, up and toward the reader are at right angles', () => {
    const [view] = drawn([{ structure: silicon }]).views;
    const rows = [0, 3, 6].map((at) => Array.from(view).slice(at, at + 3));
    rows.forEach((a, i) => {
      rows.forEach((b, j) => void expect(a.reduce((sum, x, c) => sum + x * b[c], 0)).toBeCloseTo(i === j ? 1 : 0, 5));
    });
  });

  it('colors atoms by their bonds, those through the boundary counted, and names them by index', () => {
    const cell = readCells()[2];
    const { offsets } = neighborList(cell, 2.85);
    const counts = Array.from({ length: 512 }, (_, i) => offsets[i + 1] - offsets[i]);
    const made = drawn([{ structure: cell }], { bonds: 2.85 });
    const classes = [(n: number) => n === 4, (n: number) => n < 4, (n: number) => n > 4];
    expect(counted(made)).toEqual(classes.map((holds) => counts.filter(holds).length));
    expect(made.scenes[0].atoms[17].hover).toBe(`atom 17: ${counts[17]} bonds`);
    expect(counted(drawn([{ structure: cell }], { bonds: 10 }))).toEqual([0, 0, 512]);
  });

  it('is the same for atoms in other cells of the lattice', () => {
    const moved: Structure = { ...silicon, positions: silicon.positions.map((x, k) => x + 10.862 * ((k % 4) - 1)) };
    const [a, b] = [silicon, moved].map((structure) => drawn([{ structure }]));
    expect(lengths(b)).toHaveLength(lengths(a).length);
    for (const { x, y, z } of b.scenes[0].atoms) for (const c of [x, y, z]) expect(Math.abs(c)).toBeLessThan(5.44);
  });

  it('puts several in rows of two, with one key', () => {
    const figure = cellRowFigure([1, 2, 3].map((k) => ({ structure: silicon, title: `cell ${k}` })));
    expect(figure.drawing).toMatchObject({ columns: 2, height: 2 * (430 + 26) + 34 });
    expect(figure.static!.match(/>four bonds</g)).toHaveLength(1);
  });

  it('refuses no cells, and what is not periodic', () => {
    expect(() => cellRowFigure([])).toThrow('cells');
    expect(() => cellRowFigure([{ structure: { ...silicon, pbc: [true, true, false] } }])).toThrow('pbc');
  });
});

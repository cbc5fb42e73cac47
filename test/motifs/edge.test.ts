import { describe, expect, it } from 'vitest';
import { extractEnvironments } from '../../src/motifs/environments';
import { gramVectors } from '../../src/motifs/gram';
import { match } from '../../src/motifs/match/match';
import { nearestMotifs } from '../../src/motifs/match/nearest';
import { neighborList } from '../../src/structures/neighborList';
import { cubic, make } from '../structures/make';

const ALL: [boolean, boolean, boolean] = [true, true, true];
const NONE: [boolean, boolean, boolean] = [false, false, false];
const LINE = [0, 0, 0, 1, 0, 0, 2.1, 0, 0, 3.3, 0, 0];
const SQUARE = [0, 0, 0, 1, 0, 0, 0, 1.1, 0, 1.2, 1.3, 0];

type Case = [
  name: string,
  lattice: number[],
  pbc: [boolean, boolean, boolean],
  positions: number[],
  cutoff: number,
  n: number,
];

/** Each row: what it is, and how many motifs of n neighbors it has, or what it is refused with. */
const GEOMETRY: [...Case, right: number | string][] = [
  ['no atoms', cubic(5), ALL, [], 4, 1, 0],
  ['one atom, free', cubic(0), NONE, [1, 2, 3], 4, 1, 0],
  ['one atom, its own images', cubic(3), ALL, [1, 2, 3], 3.1, 6, 1],
  ['coincident atoms are neighbors at 0', cubic(5), ALL, [1, 1, 1, 1, 1, 1], 2, 1, 2],
  ['coincident through a face', cubic(5), ALL, [0, 1, 1, 5, 1, 1], 2, 1, 2],
  ['a cell thinner than the cutoff', [1, 0, 0, 0, 5, 0, 0, 0, 5], ALL, [0, 0, 0], 4.5, 8, 1],
  ['a singular lattice', [1, 0, 0, 1, 0, 0, 0, 0, 1], ALL, [0, 0, 0], 4, 1, 'lattice'],
  ['a lattice of zeros', cubic(0), ALL, [0, 0, 0], 4, 1, 'lattice'],
  ['a left-handed lattice', [0, 5, 0, 5, 0, 0, 0, 0, 5], ALL, [0, 0, 0, 1, 0, 0], 4.5, 1, 2],
  ['periodic along one direction', [3, 0, 0, 0, 0, 0, 0, 0, 0], [true, false, false], [0, 0, 0], 6.5, 4, 1],
  ['periodic along two', cubic(3), [true, true, false], [0, 0, 0], 3.1, 4, 1],
  ['fewer than n neighbors', cubic(0), NONE, LINE, 4, 4, 0],
  ['collinear', cubic(0), NONE, LINE, 4, 3, 4],
  ['planar', cubic(0), NONE, SQUARE, 4, 3, 4],
  ['far outside the cell', cubic(5), ALL, [1e6, 0, 0, 1e6 + 1, 0, 0], 2, 1, 2],
  ['a cutoff of 0', cubic(5), ALL, [0, 0, 0], 0, 1, 'option cutoff: found 0'],
  ['a negative cutoff', cubic(5), ALL, [0, 0, 0], -1, 1, 'option cutoff: found -1'],
  ['a cutoff that is no number', cubic(5), ALL, [0, 0, 0], Number.NaN, 1, 'option cutoff: found NaN'],
  ['an infinite cutoff', cubic(5), ALL, [0, 0, 0], Infinity, 1, 'option cutoff: found Infinity'],
  ['a cutoff beyond all memory', cubic(5), ALL, [0, 0, 0], 1e6, 1, 'images of the cell within reach, expected at most'],
  ['more pairs than there is room for', cubic(5), ALL, LINE.concat(SQUARE), 200, 1, 'within reach'],
  ['a cell far too dense', cubic(1e-3), ALL, [0, 0, 0], 4, 1, 'within reach'],
  ['a position that is no number', cubic(5), ALL, [0, Number.NaN, 0], 4, 1, 'atom 0: found position NaN'],
  ['an infinite position', cubic(5), ALL, [0, 0, Infinity], 4, 1, 'atom 0: found position Infinity'],
  ['n of 0', cubic(5), ALL, [0, 0, 0], 4, 0, 'option count: found 0'],
  ['n of 1.5', cubic(5), ALL, [0, 0, 0], 4, 1.5, 'option count: found 1.5'],
];

describe('geometry at the edge', () => {
  it.each(GEOMETRY)('%s', (_, lattice, pbc, positions, cutoff, n, right) => {
    const run = () => extractEnvironments([make(lattice, pbc, positions)], { cutoff, count: n });
    if (typeof right === 'string') {
      expect(run).toThrow(expect.objectContaining({ name: 'InputError' }));
      expect(run).toThrow(right);
      return;
    }
    const motifs = run();
    expect([motifs.length, motifs.skipped.length]).toEqual([right, positions.length / 3 - right]);
    expect(gramVectors(motifs).every(Number.isFinite)).toBe(true);
  });

  it('motifs of 1 to 40 neighbors are cut, and match themselves', () => {
    const lattice = make(cubic(2.5), ALL, [0, 0, 0, 1.2, 1.31, 1.27]);
    for (let n = 1; n <= 40; n++) {
      const { positions, length } = extractEnvironments([lattice], { cutoff: 6, count: n });
      expect(length).toBe(2);
      const motif = positions.subarray(0, 3 * n);
      if (n <= 12) expect(match(motif, motif).rmsd).toBeLessThan(1e-6);
    }
  });

  it.each([
    ['collinear', [1, 0, 0, -1, 0, 0, 2, 0, 0]],
    ['planar', [1, 0, 0, 0, 1, 0, -1, -1, 0]],
    ['coincident', [1, 0, 0, 1, 0, 0, 1, 0, 0]],
    ['at the center', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('a motif of atoms that are %s matches itself turned', (_, atoms) => {
    const turned = Float64Array.from(atoms, (_, k) => [-atoms[k - (k % 3) + 1], atoms[k - (k % 3)], atoms[k]][k % 3]);
    expect(match(Float64Array.from(atoms), turned).rmsd).toBeLessThan(1e-7);
  });

  it.each([100, 1e19, 1e200, 0.01, 1e-19])(
    'lengths of another unit, times %f, are refused before the search',
    (scale) => {
      const library = Float64Array.from({ length: 8 * 24 }, (_, k) => Math.sin(k));
      expect(() =>
        nearestMotifs(
          library.map((x) => x * scale),
          library,
          8,
        ),
      ).toThrow('lengths in Å, of like size');
    },
  );

  it('a neighbor list near the budget is still whole', () => {
    // One atom in a cube of 1 Å: (4/3)π 20³ neighbors but for the surface.
    const { indices } = neighborList(make(cubic(1), ALL, [0, 0, 0]), 20);
    expect(indices.length / ((4 / 3) * Math.PI * 20 ** 3)).toBeCloseTo(1, 2);
  });
});

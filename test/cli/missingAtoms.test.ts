import { describe, expect, it } from 'vitest';
import { matchPlaces, oddAtoms } from '../../src/cli/missingAtoms';
import { atomPositions } from '../../src/structures/selection';
import type { Structure } from '../../src/structures/structure';
import { toyCell } from './toy';

const cell = toyCell('a', 1, ['Si', 'Ge', 'C']);
const edge = cell.lattice[0];

/** Atoms in a periodic cube of 10 Å. */
function box(...positions: number[]): Structure {
  return {
    lattice: Float64Array.of(10, 0, 0, 0, 10, 0, 0, 0, 10),
    pbc: [true, true, true],
    species: new Array<string>(positions.length / 3).fill('Si'),
    positions: Float64Array.from(positions),
    info: {},
    arrays: {},
  };
}

describe('oddAtoms', () => {
  /** Pairs of atoms 1 Å apart, far from each other, in the periodic cube. */
  const pairs = [0, 3, 6].flatMap((x) => [0, 3, 6].flatMap((y) => [x, y, 0, x, y, 1]));

  it('are those placed, and those bonded to them, whose number of bonds no known atom has', () => {
    // A third atom of the first pair: the middle one has two bonds, the placed one has one as all others have.
    expect(oddAtoms(box(...pairs, 0, 0, 2), 18, 1.1)).toEqual([{ atom: 1, bonds: 2 }]);
    // One by itself has none, and a new pair is as the others are.
    expect(oddAtoms(box(...pairs, 5, 5, 5), 18, 1.1)).toEqual([{ atom: 18, bonds: 0 }]);
    expect(oddAtoms(box(...pairs, 5, 5, 5, 5, 5, 6), 18, 1.1)).toEqual([]);
  });
  it('are judged by their own element, and not at all where there is no other atom of it', () => {
    const other = box(...pairs, 5, 5, 5);
    other.species[18] = 'O';
    expect(oddAtoms(other, 18, 1.1)).toEqual([]);
  });
});

describe('matchPlaces', () => {
  it('gives each placed atom a place of its own at the least sum of squares', () => {
    const truth = Float64Array.of(1, 0, 0, 2, 0, 0);
    // Both are nearest to the second.
    expect(matchPlaces(box(), truth, Float64Array.of(2.25, 0, 0, 1.75, 0, 0))).toEqual([
      { index: 1, distance: 0.25 },
      { index: 0, distance: 0.75 },
    ]);
  });
  it('does not mind images', () => {
    const truth = atomPositions(cell, [5, 6, 7]);
    const placed = atomPositions(cell, [7, 5, 6]).map((x, k) => x + (k === 0 ? edge : k === 4 ? -2 * edge : 0));
    const found = matchPlaces(cell, truth, placed);
    expect(found.map(({ index }) => index)).toEqual([2, 0, 1]);
    for (const { distance } of found) expect(distance).toBeLessThan(1e-12);
  });
});

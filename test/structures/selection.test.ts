import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { atomPositions, withAtoms, withoutAtoms } from '../../src/structures';
import { bare } from '../../src/structures/selection';
import { toyCell } from '../cli/toy';

const cell = toyCell('a', 1, ['Si', 'Ge', 'C']);

describe('withoutAtoms', () => {
  it('leaves the others in their order, and drops columns, which may tell of the whole', () => {
    const arrays = { tag: { kind: 'integer', columns: 1, values: new Int32Array(27) } } as const;
    const { species, positions, arrays: left } = withoutAtoms({ ...cell, arrays }, [26, 1, 0]);
    expect(species).toEqual(cell.species.slice(2, 26));
    expect(positions).toEqual(cell.positions.slice(6, 78));
    expect(left).toEqual({});
  });
  it('takes all atoms out, or none', () => {
    expect(withoutAtoms(cell, [...cell.species.keys()]).species).toEqual([]);
    expect(withoutAtoms(cell, [])).toEqual(cell);
  });
  it('names an atom that is not there', () => {
    expect(() => withoutAtoms(cell, [3, 27], 'option --remove')).toThrow(
      new InputError('option --remove', 'atom 27', 'one from 0 to 26'),
    );
  });
});

describe('atomPositions', () => {
  it('gives those asked for, in the order asked', () => {
    const [a, b] = [5, 2].map((i) => Array.from(cell.positions.subarray(3 * i, 3 * i + 3)));
    expect(Array.from(atomPositions(cell, [5, 2]))).toEqual([...a, ...b]);
    expect(atomPositions(cell, [])).toHaveLength(0);
  });
});

const forces = { kind: 'real', columns: 3, values: new Float64Array(81) } as const;
const known = { ...cell, info: { name: 'a', energy: -3 }, arrays: { forces } };

describe('withAtoms', () => {
  it('has more atoms at the end, and of what was known before only cell and name', () => {
    expect(withAtoms(known, Float64Array.of(1, 2, 3, 4, 5, 6), ['O', 'N'])).toEqual({
      ...cell,
      positions: Float64Array.of(...cell.positions, 1, 2, 3, 4, 5, 6),
      species: [...cell.species, 'O', 'N'],
      info: { name: 'a' },
    });
    expect(known.species).toHaveLength(27);
  });
});

describe('bare', () => {
  it('keeps atoms, cell and name, and nothing that was true of the old places only', () => {
    expect(bare(known)).toEqual({ ...cell, info: { name: 'a' }, arrays: {} });
    expect(bare({ ...known, info: { energy: -3 } }).info).toEqual({});
    expect(known.arrays).toEqual({ forces });
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { atomPositions, withoutAtoms } from '../../src/structures';
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

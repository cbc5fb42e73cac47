import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { bare, speciesOf, startRng } from '../../../src/diffusion/cells/starts';
import { cube, ruled } from './denoisers';

describe('startRng', () => {
  it('gives every start of every seed numbers of its own, up to the largest seed', () => {
    const first = new Set<string>();
    for (const seed of [0, 1, 2 ** 32, 2 ** 33 - 1]) {
      for (const index of [0, 1, 63]) {
        const rng = startRng(seed, index);
        first.add([rng.next(), rng.next()].join());
      }
    }
    expect(first.size).toBe(12);
    expect(startRng(5, 3).state()).toEqual(startRng(5, 3).state());
  });

  it.each([-1, 0.5, NaN, 2 ** 33, 2 ** 60])('names the seed %d', (seed) => {
    expect(() => startRng(seed, 0)).toThrow(InputError);
    expect(() => startRng(seed, 0)).toThrow(`option seed: found ${seed}, expected an integer`);
  });
});

describe('speciesOf', () => {
  const one = ruled(() => 0);
  const two = ruled(() => 0, { species: ['Si', 'O'] });

  it('is what is asked for, or the only one there is', () => {
    expect([speciesOf(one, undefined, ''), speciesOf(one, 'Si', ''), speciesOf(two, 'O', '')]).toEqual([
      'Si',
      'Si',
      'O',
    ]);
  });

  it('names what the model does not know, and nothing where there is a choice', () => {
    expect(() => speciesOf(one, 'Ge', 'here')).toThrow(/^here: found Ge, expected one of Si$/);
    expect(() => speciesOf(two, undefined, 'here')).toThrow(/^here: found none, expected one of Si, O$/);
  });
});

describe('bare', () => {
  it('keeps atoms, cell and name, and nothing that was true of the old places only', () => {
    const structure = cube(createRng(1), 2);
    const forces = { kind: 'real', columns: 3, values: new Float64Array(6) } as const;
    const known = { ...structure, info: { name: 'a', energy: -3 }, arrays: { forces } };
    expect(bare(known)).toEqual({ ...structure, info: { name: 'a' } });
    expect(bare({ ...known, info: { energy: -3 } })).toEqual(structure);
    expect(known.arrays).toEqual({ forces });
  });
});

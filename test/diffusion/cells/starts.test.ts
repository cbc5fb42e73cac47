import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { type Composition, cellSymbols, startRng, symbolsOf } from '../../../src/diffusion/cells/starts';
import { ruled } from './denoisers';

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

describe('symbolsOf', () => {
  const one = ruled(() => 0);
  const two = ruled(() => 0, { species: ['Si', 'O'] });

  it('is so many of the only element there is, or what a composition tells', () => {
    expect(symbolsOf(one, 3, '')).toEqual(['Si', 'Si', 'Si']);
    expect(symbolsOf(two, { O: 2, Si: 1 }, '')).toEqual(['O', 'O', 'Si']);
    expect(symbolsOf(two, { O: 0, Si: 1 }, '')).toEqual(['Si']);
  });

  it.each<[number | Composition, RegExp]>([
    [2, /^here: found 2, expected a number for each of the elements Si, O$/],
    [{ Ge: 1 }, /^here: found Ge, expected elements that the model knows: Si, O$/],
    [{ O: 1.5 }, /^here\.O: found 1\.5/],
    [{ O: 0 }, /^here: found no atoms, expected at least one atom$/],
    [{}, /^here: found no atoms/],
  ])('names what is wrong in %j', (given, message) => {
    expect(() => symbolsOf(two, given, 'here')).toThrow(InputError);
    expect(() => symbolsOf(two, given, 'here')).toThrow(message);
  });
});

describe('cellSymbols', () => {
  const two = ruled(() => 0, { species: ['Si', 'O'] });

  it('keeps the proportions of the composition', () => {
    const symbols = cellSymbols(two, { Si: 2, O: 1 }, 30);
    expect(symbols).toHaveLength(30);
    expect(symbols.filter((symbol) => symbol === 'O')).toHaveLength(10);
    expect(
      cellSymbols(
        ruled(() => 0),
        undefined,
        2,
      ),
    ).toEqual(['Si', 'Si']);
  });

  it('names a number of atoms that is no multiple of the formula, and a missing composition', () => {
    expect(() => cellSymbols(two, { Si: 2, O: 1 }, 31)).toThrow(
      new InputError('option atoms', '31', 'a multiple of 3, the atoms of the composition'),
    );
    expect(() => cellSymbols(two, undefined, 3)).toThrow(/^option composition: found none, expected one of Si, O$/);
  });
});

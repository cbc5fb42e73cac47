import { describe, expect, it } from 'vitest';
import {
  InputError,
  requireFinite,
  requireInteger,
  requireKnownOptions,
  requireOneOf,
  requirePositive,
} from '../../src/core/errors';

describe('InputError', () => {
  it('says the place, what was found and what was expected', () => {
    const error = new InputError('cells.extxyz:12', '"abc"', 'a number');
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('cells.extxyz:12: found "abc", expected a number');
    expect([error.place, error.found, error.expected]).toEqual(['cells.extxyz:12', '"abc"', 'a number']);
  });
});

describe('requirePositive', () => {
  it('passes numbers above 0 and refuses 0, negatives, NaN and infinity by name', () => {
    expect(requirePositive(1e-9, 'cutoff')).toBe(1e-9);
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => requirePositive(bad, 'cutoff')).toThrow(`cutoff: found ${bad}`);
    }
  });
});

describe('requireInteger', () => {
  it('passes integers from the least on and refuses the rest by name', () => {
    expect(requireInteger(3, 'count', 3)).toBe(3);
    for (const bad of [2, 3.5, Number.NaN])
      expect(() => requireInteger(bad, 'count', 3)).toThrow(`count: found ${bad}`);
  });
});

describe('requireOneOf', () => {
  it('names the choices', () => {
    expect(requireOneOf('a', ['a', 'b'], 'mode')).toBe('a');
    expect(() => requireOneOf('c' as 'a', ['a', 'b'], 'mode')).toThrow(`mode: found "c", expected 'a' or 'b'`);
    expect(() => requireOneOf(undefined as unknown as 'a', ['a'], 'mode')).toThrow('mode: found undefined');
  });
});

describe('requireFinite', () => {
  it('names the first index that is not finite', () => {
    expect(() => requireFinite([1, 2, Number.NaN, Number.NaN], 'positions')).toThrow('positions[2]: found NaN');
    expect(() => requireFinite(new Float64Array([0, -1]), 'positions')).not.toThrow();
  });
});

describe('requireKnownOptions', () => {
  it('names the unknown option and what is no options at all', () => {
    expect(() => requireKnownOptions({ epochs: 3 }, ['epochs'])).not.toThrow();
    expect(() => requireKnownOptions({ epoch: 3 }, ['epochs'])).toThrow(/option epoch: .*epochs/);
    expect(() => requireKnownOptions(null as unknown as object, ['train'], 'data')).toThrow(
      'data: found null, expected an object with train',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { loadOptional } from '../../src/core/optional';

const failure = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('loadOptional', () => {
  it('returns what is installed', () => {
    expect(loadOptional(() => 3)).toBe(3);
  });

  it.each(['jsdom', 'plotly.js-dist/plotly.js'])('names %s where it is not, and how to install the part', (name) => {
    const load = (): never => {
      throw failure(`Cannot find module '${name}'\nRequire stack: …`, 'MODULE_NOT_FOUND');
    };
    expect(() => loadOptional(load)).toThrow(InputError);
    expect(() => loadOptional(load)).toThrow(/package (jsdom|plotly\.js-dist): found none .* npm install .*jsdom/);
  });

  it.each([
    ['a package that it needs itself', "Cannot find module 'parse5'", 'MODULE_NOT_FOUND'],
    ['a failure of its own', "'jsdom' is broken", 'ERR_DLOPEN_FAILED'],
  ])('leaves other errors as they are: %s', (_, message, code) => {
    const error = failure(message, code);
    const load = (): never => {
      throw error;
    };
    expect(() => loadOptional(load)).toThrow(error);
  });
});

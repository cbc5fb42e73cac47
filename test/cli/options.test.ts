import { Command, InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { checked, indices, integer, number, point, repeated, sizes, symbol } from '../../src/cli/options';
import { InputError } from '../../src/core/errors';

describe('number', () => {
  it('takes decimal and exponent notation', () => {
    expect(number()('2.5')).toBe(2.5);
    expect(number()('-1e-3')).toBe(-0.001);
  });
  it.each(['', ' ', 'abc', '1x', 'NaN', 'Infinity'])('refuses %j', (text) => {
    expect(() => number()(text)).toThrow(InvalidArgumentError);
  });
  it('keeps to its bound, open or closed', () => {
    expect(number(0)('0')).toBe(0);
    expect(() => number(0, true)('0')).toThrow('above 0');
    expect(() => number(0)('-1')).toThrow('at least 0');
  });
});

describe('integer', () => {
  it('takes whole decimal numbers', () => expect(integer(1)('12')).toBe(12));
  it.each(['0', '1.0', '1e3', '0x10', '', '99999999999999999999'])('refuses %j', (text) => {
    expect(() => integer(1)(text)).toThrow('an integer of at least 1');
  });
});

describe('indices', () => {
  it('takes indices and ranges in their order', () => expect(indices('0,3,5-7, 2')).toEqual([0, 3, 5, 6, 7, 2]));
  it.each(['', '-1', '3-1', '1..3', '1,,2', 'a', '0-99999999'])('refuses %j', (text) => {
    expect(() => indices(text)).toThrow(InvalidArgumentError);
  });
});

describe('sizes', () => {
  it('takes layer sizes', () => expect(sizes('28,18')).toEqual([28, 18]));
  it.each(['', '0', '28,', '2.5', 'x'])('refuses %j', (text) => {
    expect(() => sizes(text)).toThrow(InvalidArgumentError);
  });
});

describe('point', () => {
  it('takes three coordinates', () => expect(point('1, -2.5,3e-1')).toEqual([1, -2.5, 0.3]));
  it.each(['', '1,2', '1,2,3,4', '1,,3', '1,2,x', '1,2,Infinity'])('refuses %j', (text) => {
    expect(() => point(text)).toThrow('three numbers x,y,z');
  });
});

describe('symbol', () => {
  it('takes an element in any case, and other text as it is', () => {
    expect(['SI', 'si', 'Si', 'X'].map(symbol)).toEqual(['Si', 'Si', 'Si', 'X']);
  });
  it.each(['', '14', 'S i'])('refuses %j, which no file could hold', (text) => {
    expect(() => symbol(text)).toThrow('a chemical symbol');
  });
});

describe('an option', () => {
  const parse = (args: string[]): Record<string, unknown> => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    command
      .addOption(checked('-c, --cutoff <r>', '', number(0, true)).default(4))
      .addOption(repeated('--more <x>', ''));
    return command.parse(args, { from: 'user' }).opts();
  };
  it('that is wrong is named, with what was found and expected', () => {
    expect(() => parse(['--cutoff', '-2'])).toThrow(new InputError('option --cutoff', "'-2'", 'a number above 0'));
    expect(() => parse(['-c', 'x'])).toThrow(InputError);
  });
  it('that may be repeated gathers its values', () => {
    expect(parse(['--more', 'a', '--more', 'b'])).toEqual({ cutoff: 4, more: ['a', 'b'] });
    expect(parse([])).toEqual({ cutoff: 4 });
  });
});

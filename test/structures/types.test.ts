import { describe, expect, it } from 'vitest';
import { elementOfMass, namedType, requireTypeNames } from '../../src/structures/types';

describe('elementOfMass', () => {
  it.each([
    [28.0855, 'Si'],
    [28.1, 'Si'],
    [15.9994, 'O'],
    [16, 'O'],
    [1.008, 'H'],
    [58.93, 'Co'],
    [58.69, 'Ni'],
  ])('takes %d u for %s', (mass, symbol) => {
    expect(elementOfMass(mass)).toBe(symbol);
  });

  it.each([
    ['1, the mass of reduced units', 1],
    ['deuterium', 2.014],
    ['a mass between cobalt and nickel', 58.81],
    ['a mass of none', 500],
    ['no number', NaN],
  ])('takes %s for no element', (_, mass) => {
    expect(elementOfMass(mass)).toBeUndefined();
  });
});

describe('types', () => {
  it('are named by a list from type 1, or by an object', () => {
    expect(namedType('2', ['Si', 'O'], 'here')).toBe('O');
    expect(namedType('7', { 7: 'Ge' }, 'here')).toBe('Ge');
  });

  it('without a name are refused with the remedy', () => {
    expect(() => namedType('1', undefined, 'x:3')).toThrow(/x:3: found atom type 1, .*option types \(--types Si,O/);
    expect(() => namedType('3', ['Si', 'O'], 'x:3')).toThrow('atom type 3, which the option types does not name');
    expect(() => namedType('0', ['Si'], 'x:3')).toThrow('atom type 0');
  });

  it('are named by elements only', () => {
    expect(() => requireTypeNames(['Si', 'Sj'])).toThrow(
      'option types: found "Sj", expected a chemical symbol for type 2',
    );
    expect(() => requireTypeNames({ 4: 'Q' })).toThrow('for type 4');
    requireTypeNames(undefined);
  });
});

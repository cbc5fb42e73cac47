import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { type NetworkConfig, parameterCount, parameterLayout } from '../../src/model/engines/engine';
import { initialParameters, requireNetworkConfig } from '../../src/model/parameters';

const talk: NetworkConfig = {
  atoms: 8,
  hidden: [28, 18],
  latent: 8,
  decoder: 'gram',
  variational: true,
  activation: 'tanh',
};

describe('initialParameters', () => {
  it('are Glorot-uniform weights and zero biases', () => {
    const parameters = initialParameters(talk, 1);
    expect(parameters.length).toBe(parameterCount(talk));
    for (const { name, rows, columns, offset } of parameterLayout(talk)) {
      const block = parameters.subarray(offset, offset + rows * columns);
      if (name.endsWith('/bias')) {
        expect(block.every((x) => x === 0)).toBe(true);
        continue;
      }
      const limit = Math.sqrt(6 / (rows + columns));
      const variance = block.reduce((sum, x) => sum + x * x, 0) / block.length;
      expect(Math.max(...block.map(Math.abs))).toBeLessThanOrEqual(limit);
      // Five standard errors of the variance of a uniform distribution.
      expect(Math.abs(variance / (limit ** 2 / 3) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / block.length));
    }
  });

  it('come from the seed', () => {
    expect(initialParameters(talk, 1)).toEqual(initialParameters(talk, 1));
    expect(initialParameters(talk, 1)).not.toEqual(initialParameters(talk, 2));
  });

  it('of the talk are 36-28-18-8 with two heads and the mirror: 3,600 numbers', () => {
    const encoder = 36 * 28 + 28 + 28 * 18 + 18 + 2 * (18 * 8 + 8);
    const decoder = 8 * 18 + 18 + 18 * 28 + 28 + 28 * 36 + 36;
    expect(parameterCount(talk)).toBe(encoder + decoder);
    expect(encoder + decoder).toBe(3600);
  });
});

describe('requireNetworkConfig', () => {
  it.each([
    ['atoms', 0],
    ['atoms', 2.5],
    ['hidden', 28],
    ['hidden', [28, 0]],
    ['latent', -1],
    ['latent', Number.NaN],
    ['decoder', 'graph'],
    ['variational', 'yes'],
    ['activation', 'relu'],
  ])('refuses %s = %j by name', (name, value) => {
    const config = { ...talk, [name]: value } as NetworkConfig;
    expect(() => requireNetworkConfig(config)).toThrow(InputError);
    expect(() => requireNetworkConfig(config)).toThrow(`option ${name}`);
  });
});

import { describe, expect, it } from 'vitest';
import { describeConditions, type GraphCondition } from '../../../src/diffusion/graph/conditions';
import { describeNoise, graphConfig, graphParameterCount } from '../../../src/diffusion/graph/config';
import { CONDITIONS, toyConfig } from './toy';

const config = toyConfig({ conditions: CONDITIONS });
const described = (cooling_rate: number, density = 2): number[] =>
  Array.from(describeConditions(config, { cooling_rate, density }));

describe('describeConditions', () => {
  it('puts values on Gaussians at equal distances, of the logarithm where it is asked for', () => {
    [0.1, 1, 10, 100].forEach((rate, k) => {
      const row = described(rate).slice(0, 4);
      row.forEach((x, j) => {
        expect(x).toBeCloseTo(Math.exp(-0.5 * (j - k) ** 2), 6);
      });
    });
    // Half-way between the second and the third of four from 1.5 to 3.5.
    const [a, b, c, d] = described(1, 2.5).slice(4);
    expect(b).toBeCloseTo(Math.exp(-0.125), 6);
    expect([c, d]).toEqual([b, a]);
  });

  it('leaves conditions open as zeros, which no value looks like', () => {
    expect(Array.from(describeConditions(config))).toEqual(Array(8).fill(0));
    for (const rate of [0.1, 3, 100]) expect(Math.max(...described(rate))).toBeGreaterThan(0.8);
    expect(describeConditions(toyConfig(), {})).toHaveLength(0);
  });

  it.each([
    [
      'unknown',
      { cooling_rate: 1, density: 2, pressure: 3 },
      /^option conditions: found pressure, expected cooling_ra/,
    ],
    ['missing', { density: 2 }, /^option conditions.cooling_rate: found none, expected from 0.1 to 100/],
    ['too large', { cooling_rate: 1, density: 4 }, /^option conditions.density: found 4, expected from 1.5 to 3.5/],
    ['no number', { cooling_rate: Number.NaN, density: 2 }, /^option conditions.cooling_rate: found NaN/],
  ])('refuses one that is %s by its name', (_, given, message) => {
    expect(() => describeConditions(config, given as never)).toThrow(message);
  });

  it('refuses any for a model without', () => {
    const message = /^option conditions: found density, expected none/;
    expect(() => describeConditions(toyConfig(), { density: 2 })).toThrow(message);
  });
});

describe('the network with conditions', () => {
  it('is told them after the noise level of each atom, whether levels repeat or not', () => {
    const row = describeConditions(config, { cooling_rate: 1, density: 3 });
    const [one, other] = [Float32Array.of(...row, ...row, ...row), [0.3, 0.3, 0.1]];
    const rows = describeNoise(config, other, one);
    const bare = describeNoise(toyConfig(), other);
    for (let i = 0; i < 3; i++) {
      expect(rows.subarray(15 * i, 15 * i + 7)).toEqual(bare.subarray(7 * i, 7 * i + 7));
      expect(rows.subarray(15 * i + 7, 15 * i + 15)).toEqual(row);
    }
    expect(describeNoise(config, other).subarray(7, 15)).toEqual(new Float32Array(8));
  });

  it('has the configuration and parameters of before without any', () => {
    expect(toyConfig()).not.toHaveProperty('conditions');
    expect(graphParameterCount(config) - graphParameterCount(toyConfig())).toBe(8 * 8 + config.layers * 8 * 16);
  });

  it.each<[string, Partial<GraphCondition>[], RegExp]>([
    ['without a name', [{ scale: 'log', range: [1, 2] }], /^option conditions\[0\].name/],
    ['of an unknown scale', [{ name: 'a', scale: 'cubic' as 'log', range: [1, 2] }], /^option conditions\[0\].scale/],
    [
      'that never varies',
      [{ name: 'a', scale: 'linear', range: [1, 1] }],
      /^option conditions\[0\].range: found \[1,1\]/,
    ],
    ['with the logarithm of 0', [{ name: 'a', scale: 'log', range: [0, 1] }], /two rising numbers above 0/],
    ['given twice', [CONDITIONS[0], CONDITIONS[0]], /^option conditions\[1\].name: found cooling_rate/],
    ['misspelt', [{ ...CONDITIONS[0], unit: 'K' } as never], /^option conditions\[0\] unit/],
  ])('refuses one %s', (_, conditions, message) => {
    expect(() => graphConfig({ species: ['Si'], conditions: conditions as GraphCondition[] })).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import {
  describeNoise,
  graphConfig,
  graphLayout,
  graphParameterCount,
  initialGraphParameters,
} from '../../../src/diffusion/graph/config';
import { holds, toyConfig } from './toy';

describe('graphConfig', () => {
  it.each([
    ['option channels', { channels: 12 }],
    ['option channels', { channels: 0 }],
    ['option layers', { layers: 0 }],
    ['option layers', { layers: 1e9 }],
    ['option lMax', { lMax: 3 as 2 }],
    ['option cutoff', { cutoff: -1 }],
    ['option radial', { radial: 0 }],
    ['option noiseLevels', { noiseLevels: 1 }],
    ['option noiseRange', { noiseRange: [1, 0.1] as [number, number] }],
    ['option neighbors', { neighbors: 0 }],
    ['option species', { species: [] }],
  ])('names %s', (place, options) => {
    expect(() => graphConfig(options)).toThrow(InputError);
    expect(() => graphConfig(options)).toThrow(new RegExp(`^${place}: found`));
  });
});

describe('graphLayout', () => {
  it('puts blocks one after another, each from a multiple of 4', () => {
    const config = toyConfig({ species: ['Si', 'O', 'H'], noiseLevels: 4, radial: 3, layers: 3 });
    let end = 0;
    for (const { rows, columns, offset } of graphLayout(config)) {
      expect(offset % 4).toBe(0);
      expect(offset - end).toBeGreaterThanOrEqual(0);
      expect(offset - end).toBeLessThan(4);
      end = offset + rows * columns;
    }
    expect(graphParameterCount(config)).toBe(4 * Math.ceil(end / 4));
    const names = graphLayout(config).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('initialGraphParameters', () => {
  it('are the same bytes for the same seed, others for another', () => {
    const config = toyConfig();
    const first = initialGraphParameters(config, 5);
    expect(initialGraphParameters(config, 5)).toEqual(first);
    expect(initialGraphParameters(config, 6)).not.toEqual(first);
  });

  it('have the deviation of their block, and 0 between blocks', () => {
    const config = graphConfig({ species: ['Si'], channels: 64, layers: 2 });
    const parameters = initialGraphParameters(config, 1);
    const rest = parameters.slice();
    for (const { rows, columns, offset, deviation, name } of graphLayout(config)) {
      const block = parameters.subarray(offset, offset + rows * columns);
      rest.fill(0, offset, offset + rows * columns);
      const measured = Math.sqrt(block.reduce((sum, w) => sum + w * w, 0) / block.length);
      // Five standard errors of a standard deviation.
      expect(Math.abs(measured - deviation), name).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(2 * block.length));
    }
    expect(rest.every((w) => w === 0)).toBe(true);
  });
});

describe('describeNoise', () => {
  const config = toyConfig({ noiseLevels: 5, noiseRange: [0.01, 100] });

  it('is a Gaussian of ln σ for each level, as wide as their distance', () => {
    const rows = describeNoise(config, [0.01, 1, 100]);
    for (const [i, peak] of [0, 2, 4].entries()) {
      for (let k = 0; k < 5; k++) expect(rows[6 * i + k]).toBeCloseTo(Math.exp(-0.5 * (k - peak) ** 2), 6);
      expect(rows[6 * i + 5]).toBe(0);
    }
  });

  it('moves on by one level when σ grows by the ratio of levels', () => {
    holds((rng) => {
      const sigma = Math.exp(3 * rng.normal());
      const rows = describeNoise(config, [sigma, 10 * sigma]);
      for (let k = 0; k + 1 < 5; k++) expect(rows[6 + k + 1]).toBeCloseTo(rows[k], 6);
    });
  });

  it('of a known atom is a mark of its own', () => {
    expect(Array.from(describeNoise(config, [0]))).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('of a level far outside the range is finite', () => {
    expect(describeNoise(config, [1e-30, 1e30]).every(Number.isFinite)).toBe(true);
  });
});

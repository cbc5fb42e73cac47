import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { insidePrior, principalComponents } from '../../../src/evaluate';
import { priorRadius } from '../../../src/evaluate/judge/latentPlane';

const normal = (count: number, scale = 1, shift = 0): Float64Array => {
  const rng = createRng(3);
  return Float64Array.from({ length: 6 * count }, () => shift + scale * rng.normal());
};

describe('insidePrior', () => {
  it('is the part of the prior itself for latents that follow it', () => {
    const plane = principalComponents(normal(8000), 6, 2);
    for (const part of [0.5, 0.95]) expect(Math.abs(insidePrior(plane, part) - part)).toBeLessThan(0.02);
  });

  it('is more for latents packed closer, less for latents off center', () => {
    expect(insidePrior(principalComponents(normal(500, 0.1), 6, 2), 0.5)).toBe(1);
    const line = Float64Array.from({ length: 600 }, (_, k) => (k % 6 === 0 ? 5 + k / 600 : 0.001 * (k % 7)));
    expect(insidePrior(principalComponents(line, 6, 2), 0.95)).toBe(0);
  });

  it('refuses parts that are none and other numbers of components', () => {
    expect(priorRadius(0)).toBe(0);
    expect(priorRadius(1 - Math.exp(-2))).toBeCloseTo(2, 12);
    expect(() => priorRadius(1)).toThrow(InputError);
    expect(() => insidePrior(principalComponents(normal(10), 6, 3), 0.5)).toThrow('3 components');
  });
});

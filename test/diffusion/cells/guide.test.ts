import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { misfitTo, structureFactorGuide } from '../../../src/diffusion';
import { structureFactor } from '../../../src/evaluate';
import { cube, largestDifference } from './denoisers';

const flat = { q: [0.1, 20], values: [1, 1] };
const cell = cube(createRng(1), 30, 9);

describe('misfitTo', () => {
  it('is 0 against the structure’s own curve', () => {
    const own = structureFactor(cell, { qMax: 4, width: 0.5 });
    expect(misfitTo(own, { qMax: 4, width: 0.5 })(cell).value).toBeLessThan(1e-20);
  });

  it('has the gradient of finite differences', () => {
    const misfit = misfitTo(flat, { qMax: 4 });
    const { gradient } = misfit(cell);
    for (const k of [0, 17, 44, 89]) {
      const [up, down] = [1e-5, -1e-5].map(
        (h) => misfit({ ...cell, positions: cell.positions.map((x, i) => (i === k ? x + h : x)) }).value,
      );
      expect(gradient[k]).toBeCloseTo((up - down) / 2e-5, 6);
    }
  });

  it.each([
    [{ q: [1], values: [1] }, /^measured: found 1 q and 1 values/],
    [{ q: [1, 2], values: [1] }, /^measured: found 2 q and 1 values/],
    [{ q: [2, 1], values: [1, 1] }, /^measured 1: found S\(1\) = 1/],
    [{ q: [1, 2], values: [1, NaN] }, /^measured 1: found S\(2\) = NaN/],
  ])('refuses %j', (curve, message) => {
    expect(() => misfitTo(curve)).toThrow(message);
  });

  it('counts the atoms of each structure, also of several in one cell, and asks each for its periodicity', () => {
    const fewer = { ...cell, species: cell.species.slice(5), positions: cell.positions.slice(15) };
    const misfit = misfitTo(flat, { qMax: 4 });
    misfit(cell);
    const again = misfit(fewer);
    const alone = misfitTo(flat, { qMax: 4 })(fewer);
    expect(again).toEqual(alone);
    expect(again.gradient).toHaveLength(75);
    expect(() => misfit({ ...cell, pbc: [true, true, false] })).toThrow(/^structure, pbc: found true true false/);
  });

  it('refuses a curve that begins beyond its wave vectors', () => {
    const misfit = misfitTo({ q: [9, 10], values: [1, 1] }, { qMax: 4 });
    for (let call = 0; call < 2; call++) expect(() => misfit(cell)).toThrow(/^measured q: found 9 to 10/);
  });
});

describe('structureFactorGuide', () => {
  it('lowers the misfit, moving no farther than it may', () => {
    const guide = structureFactorGuide(flat, { qMax: 4, every: 1, largest: 0.02 });
    const misfit = misfitTo(flat, { qMax: 4 });
    const positions = Float64Array.from(guide(cell, 0.5, 0));
    expect(misfit({ ...cell, positions }).value).toBeLessThan(misfit(cell).value);
    const square = positions.reduce((sum, x, k) => sum + (x - cell.positions[k]) ** 2, 0);
    expect(Math.sqrt(square / 30)).toBeLessThan(0.02 * (1 + 1e-9));
    expect(square).toBeGreaterThan(0);
  });

  it('corrects every few steps only, counted anew in each walk, and never what comes last', () => {
    const guide = structureFactorGuide(flat, { qMax: 4, every: 2 });
    const moved = [0.5, 0.4, 0.3, 0.2, 0, 0.5, 0.4].map(
      (sigma) => largestDifference(Float64Array.from(guide(cell, sigma, 0)), cell.positions) > 0,
    );
    expect(moved).toEqual([false, true, false, true, false, false, true]);
  });

  it('refuses an option that it does not know', () => {
    expect(() => structureFactorGuide(flat, { strengh: 1 } as never)).toThrow(/^option strengh/);
  });
});

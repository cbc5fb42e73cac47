import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import {
  fitNormal,
  neighborDistances,
  placeRandomly,
  resampleMotifs,
  sampleNormal,
  shortestDistances,
} from '../../../src/evaluate';
import { match } from '../../../src/motifs/match/match';
import { cloud, expectClose, randomMotifs } from '../helpers';

describe('fitNormal and sampleNormal', () => {
  it('give samples the mean and covariance of the data', () => {
    const mixed = cloud(1, 4000, 2);
    const data = Float64Array.from({ length: 12000 }, (_, k) => {
      const [a, b] = [mixed[2 * Math.floor(k / 3)], mixed[2 * Math.floor(k / 3) + 1]];
      return [1 + a, 2 * a - b, 5 + 3 * b][k % 3];
    });
    const fitted = fitNormal(data, 3);
    const again = fitNormal(sampleNormal(fitted, 40000, 2), 3);
    expectClose(again.mean, fitted.mean, 1);
    expectClose(again.factor, fitted.factor, 1);
  });

  it('have the covariance written out: L Lᵀ', () => {
    const data = cloud(3, 50, 4);
    const { mean, factor } = fitNormal(data, 4);
    for (let d = 0; d < 4; d++) {
      for (let e = 0; e < 4; e++) {
        let [direct, product] = [0, 0];
        for (let i = 0; i < 50; i++) direct += ((data[4 * i + d] - mean[d]) * (data[4 * i + e] - mean[e])) / 50;
        for (let k = 0; k < 4; k++) product += factor[4 * d + k] * factor[4 * e + k];
        expect(product).toBeCloseTo(direct, 10);
      }
    }
  });

  it('bear data that fill fewer dimensions than they have', () => {
    const line = Float64Array.from({ length: 60 }, (_, k) => [1, 2, 3][k % 3] * Math.floor(k / 3));
    const rows = sampleNormal(fitNormal(line, 3), 100, 1);
    for (let i = 0; i < 300; i += 3) {
      expect(rows[i + 1]).toBeCloseTo(2 * rows[i], 8);
      expect(rows[i + 2]).toBeCloseTo(3 * rows[i], 8);
    }
  });
});

describe('resampleMotifs', () => {
  const known = randomMotifs(1, 5, 6);

  it('gives the known motifs themselves without noise', () => {
    const drawn = resampleMotifs(known, 6, 50, { deviation: 0, seed: 1 });
    const texts = new Set(Array.from({ length: 5 }, (_, m) => known.slice(18 * m, 18 * (m + 1)).join()));
    const seen = new Set(Array.from({ length: 50 }, (_, m) => drawn.slice(18 * m, 18 * (m + 1)).join()));
    expect(seen).toEqual(texts);
  });

  it('moves neighbors against the center by √2 of the deviation along each axis', () => {
    const single = known.slice(0, 18);
    const drawn = resampleMotifs(single, 6, 5000, { deviation: 0.1, seed: 2 });
    const square = drawn.reduce((sum, x, k) => sum + (x - single[k % 18]) ** 2, 0) / drawn.length;
    expect(Math.sqrt(square)).toBeGreaterThan(0.1 * Math.SQRT2 * 0.98);
    expect(Math.sqrt(square)).toBeLessThan(0.1 * Math.SQRT2 * 1.02);
    expect(match(drawn.slice(0, 18), single, { reflections: true }).rmsd).toBeGreaterThan(0.01);
  });

  it('refuses no motifs and a negative deviation', () => {
    expect(() => resampleMotifs(new Float64Array(0), 6, 1, { deviation: 0.1, seed: 1 })).toThrow(InputError);
    expect(() => resampleMotifs(known, 6, 1, { deviation: -1, seed: 1 })).toThrow('option deviation');
  });
});

describe('placeRandomly', () => {
  it('keeps atoms apart, inside the ball and sorted', () => {
    const motifs = placeRandomly(8, 60, { minDistance: 2.2, seed: createRng(4) });
    for (const r of shortestDistances(motifs, 8)) expect(r).toBeGreaterThanOrEqual(2.2);
    const distances = neighborDistances(motifs, 8);
    distances.forEach((r, k) => {
      expect(r).toBeLessThanOrEqual(4);
      if (k % 8 > 0) expect(r).toBeGreaterThanOrEqual(distances[k - 1]);
    });
  });

  it('fills the ball evenly where nothing is in the way', () => {
    // r³ is uniform between the cubes of the closest distance and the radius.
    const cubes = neighborDistances(placeRandomly(1, 20000, { seed: 5, radius: 4, minDistance: 2 }), 1).map(
      (r) => r ** 3,
    );
    const mean = cubes.reduce((sum, x) => sum + x, 0) / cubes.length;
    expect(Math.abs(mean - (64 + 8) / 2)).toBeLessThan(0.5);
  });

  it('gives up on atoms that do not fit, by name', () => {
    expect(() => placeRandomly(40, 1, { seed: 1, radius: 2.5, minDistance: 2.2 })).toThrow('40 atoms');
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import {
  infillByChance,
  infillByCopying,
  infillByModel,
  infillErrors,
  infillTests,
  leastErrors,
  rootMeanSquare,
} from '../../../src/evaluate';
import { infillAnyRank, infillMany } from '../../../src/generate';
import { madeMotifs } from '../../../src/motifs';
import { cartesianModel, linearVae } from '../../generate/models';
import { randomPoints } from '../../motifs/points';

const n = 5;
const length = 12;
const rng = createRng(9);
const positions = Float64Array.from(Array.from({ length }, () => [...randomPoints(n, rng, 1.7)]).flat());
const environments = madeMotifs({ n, length, positions }, 'Si');
const tests = infillTests(environments, { missing: 1, seed: 2 });
const motif = positions.subarray(0, 3 * n);
const vae = linearVae(n, 'cartesian', cartesianModel(motif, [randomPoints(n, rng, 0.1)], 4));
const options = { restarts: 2, steps: 20 };

const chance = { bondLength: 2.35, minDistance: 2 };

describe('infillByModel', () => {
  it('is infillMany with the rows of the tests, or infillAnyRank', () => {
    const problems = tests.map(({ problem }) => problem);
    expect(infillByModel(vae, tests, options).answers).toEqual(infillMany(vae, problems, options));
    const any = infillByModel(vae, tests, { ...options, rows: 'any' });
    expect(any.answers).toEqual(infillAnyRank(vae, problems, options));
    expect(any.errors).toEqual(tests.map((test, k) => infillErrors(test, any.answers[k][0].positions)));
  });

  it('tells the error that is left when all atoms are told', () => {
    // Decodes one motif whatever it is told.
    const stubborn = linearVae(n, 'cartesian', cartesianModel(motif, [new Float64Array(3 * n)], 4));
    const { told } = infillByModel(stubborn, tests, options);
    expect(told[0][0]).toBeLessThan(1e-3);
    expect(told).toEqual(tests.map((test) => expect.objectContaining({ length: test.missing.length })));
    expect(told[1][0]).toBeCloseTo(infillErrors(tests[1], motif)[0], 3);
  });
});

describe('its rivals', () => {
  it('copy what they have seen without error', () => {
    const { answers, errors } = infillByCopying(environments, tests, { results: 3 });
    expect(answers.every((found) => found.length === 3)).toBe(true);
    expect(Math.max(...errors.map(rootMeanSquare))).toBeLessThan(1e-8);
  });

  it('guess anew for each test, the same with the same seed', () => {
    const { answers, errors } = infillByChance(tests, { ...chance, seed: 5 });
    expect(infillByChance(tests, { ...chance, seed: 5 }).errors).toEqual(errors);
    expect(
      new Set(
        answers.map(
          ([
            {
              positions: [x],
            },
          ]) => x,
        ),
      ).size,
    ).toBeGreaterThan(1);
    expect(Math.min(...errors.map(rootMeanSquare))).toBeGreaterThan(0);
  });

  it('need tests', () => {
    expect(() => infillByModel(vae, [])).toThrow(/tests: found none/);
    expect(() => infillByCopying(environments, [])).toThrow(/tests: found none/);
    expect(() => infillByChance([], chance)).toThrow(/tests: found none/);
  });
});

describe('leastErrors', () => {
  it('falls with every further answer, and stays where there are no more', () => {
    const off = (by: number) => {
      const moved = tests[0].positions.slice();
      moved[3 * tests[0].missing[0]] += by;
      return { positions: moved };
    };
    const least = leastErrors(tests.slice(0, 1), [[off(0.5), off(0.7), off(0.2)]], 4).map(([error]) => error);
    [0.5, 0.5, 0.2, 0.2].forEach((error, g) => {
      expect(least[g]).toBeCloseTo(error, 8);
    });
  });
});

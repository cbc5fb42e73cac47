import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { readFixture } from '../fixtures';
import { cloud, coverageOf } from '../helpers';

describe('precisionRecall', () => {
  interface Fixture {
    dimension: number;
    real: number[];
    generated: number[];
    expected: Record<string, object>;
  }
  it('agrees with the package of its authors', () => {
    const { dimension, real, generated, expected } = readFixture<Fixture>('coverage.json');
    for (const k of [1, 5]) {
      const found = coverageOf(Float64Array.from(real), Float64Array.from(generated), dimension, { k });
      for (const [name, value] of Object.entries(expected[k])) {
        expect(found[name as keyof typeof found], `${name}, k = ${k}`).toBeCloseTo(value as number, 12);
      }
    }
  });

  it('is 1 for a set and itself, 0 for sets far apart', () => {
    const real = cloud(1, 50, 4);
    expect(coverageOf(real, real, 4)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    expect(coverageOf(real, cloud(2, 50, 4, 100), 4)).toMatchObject({
      precision: 0,
      recall: 0,
      density: 0,
      coverage: 0,
    });
  });

  it('sees dropped modes in recall and coverage, not in precision', () => {
    const real = Float64Array.of(...cloud(3, 200, 2), ...cloud(4, 200, 2, 20));
    const { precision, recall, coverage } = coverageOf(real, cloud(5, 200, 2), 2);
    expect(precision).toBeGreaterThan(0.9);
    expect(recall).toBeLessThan(0.6);
    expect(coverage).toBeLessThan(0.6);
  });

  it('does not change where points are given several times, exactly or to rounding', () => {
    const [real, generated] = [cloud(6, 80, 3), cloud(7, 90, 3)];
    const copies = (points: Float64Array): Float64Array =>
      Float64Array.from([1, 1, 1, 1, 1, 1, 1 + 1e-14].flatMap((scale) => Array.from(points, (x) => scale * x)));
    const parts = ({ precision, recall, density, coverage }: ReturnType<typeof coverageOf>) =>
      [precision, recall, density, coverage].map((part) => expect.closeTo(part, 12));
    const once = parts(coverageOf(real, generated, 3));
    for (const [a, b] of [
      [copies(real), generated],
      [real, copies(generated)],
      [copies(real), copies(generated)],
    ]) {
      const { precision, recall, density, coverage } = coverageOf(a, b, 3);
      expect([precision, recall, density, coverage]).toEqual(once);
    }
    const one = new Float64Array(60).fill(2);
    expect(coverageOf(one, one, 3)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    expect(coverageOf(one, generated, 3)).toMatchObject({ precision: 0, coverage: 0 });
  });

  it('refuses too few points and broken rows', () => {
    expect(() => coverageOf(cloud(1, 5, 2), cloud(1, 50, 2), 2)).toThrow('more than 5');
    expect(() => coverageOf(cloud(1, 50, 2), new Float64Array(101), 2)).toThrow(InputError);
  });
});

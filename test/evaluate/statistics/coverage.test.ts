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

  it('refuses too few points and broken rows', () => {
    expect(() => coverageOf(cloud(1, 5, 2), cloud(1, 50, 2), 2)).toThrow('more than 5');
    expect(() => coverageOf(cloud(1, 50, 2), new Float64Array(101), 2)).toThrow(InputError);
  });
});

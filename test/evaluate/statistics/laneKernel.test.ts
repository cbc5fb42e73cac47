import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { laneKernel } from '../../../src/evaluate/statistics/laneKernel';
import { addProducts } from '../../../src/evaluate/statistics/newtonSums';
import { absoluteAreas } from '../../../src/evaluate/statistics/resamples';
import { plainDistances } from '../../../src/evaluate/statistics/rowDistances';

const size = fc.integer({ min: 1, max: 40 });

describe('laneKernel', () => {
  const kernel = laneKernel();
  if (!kernel) throw new Error('the kernels do not run here');
  const normals = (seed: number, count: number): Float64Array => {
    const rng = createRng(seed);
    return Float64Array.from({ length: count }, () => rng.normal());
  };

  it('gives areas under absolute sums as plain TypeScript does, to the bit', () => {
    fc.assert(
      fc.property(fc.integer(), size, size, (seed, count, groups) => {
        const rng = createRng(seed);
        const gaps = Float64Array.from({ length: count }, () => rng.uniform());
        const places = Int32Array.from({ length: count + 1 }, () => 4 * rng.integer(groups));
        // Other weights with the same gaps: what is in the memory already stays there.
        for (const weights of [normals(seed, 4 * groups), normals(seed + 1, 4 * groups)]) {
          expect(kernel.absoluteAreas(gaps, gaps, places, weights)).toEqual(absoluteAreas(gaps, places, weights));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('gives distances of rows as plain TypeScript does, to the bit, also where the memory must grow', () => {
    fc.assert(
      fc.property(fc.integer(), fc.oneof(size, fc.constant(3000)), size, (seed, fours, dimension) => {
        const rows = normals(seed, 4 * fours * dimension);
        const point = normals(seed + 1, dimension);
        const [squares, expected] = [0, 1].map(() => new Float64Array(4 * fours));
        kernel.rowDistances(rows, rows, point, squares);
        plainDistances(rows, point, expected);
        expect(squares).toEqual(expected);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('adds products as plain TypeScript does, to the bit', () => {
    fc.assert(
      fc.property(fc.integer(), size, size, size, (seed, rows, fours, count) => {
        const [width, stride] = [4 * fours, count + 3];
        const [left, right] = [normals(seed + 1, rows * stride), normals(seed + 2, count * width)];
        const [matrix, expected] = [0, 1].map(() => normals(seed, rows * width));
        kernel.addProducts(rows, count, matrix, left, right);
        addProducts(rows, count, expected, left, right);
        expect(matrix).toEqual(expected);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

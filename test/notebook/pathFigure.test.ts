import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { gramAngles, shortestDistances } from '../../src/evaluate';
import { interpolateMotifs } from '../../src/generate';
import { gramVector } from '../../src/motifs';
import { pathAnglesFigure, pathDistancesFigure, pathPictures } from '../../src/notebook';
import { linearVae, randomGramModel } from '../generate/models';
import { largestDifference, randomPoints } from '../motifs/points';

const rng = createRng(1);
const [a, b] = [randomPoints(5, rng), randomPoints(5, rng)];
const path = interpolateMotifs(linearVae(5, 'gram', randomGramModel(5, 3, 2)), a, b, 4);

describe('pathPictures', () => {
  it('stands the true ends beside the frames', () => {
    const pictures = pathPictures(path, a, b);
    expect(pictures.map(({ title }) => title)).toEqual(['a', 't = 0.00', 't = 0.33', 't = 0.67', 't = 1.00', 'b']);
    expect(pictures[0].positions).toBe(a);
    const end = gramVector(pictures[5].positions, 5);
    expect(largestDifference(end, gramVector(b, 5))).toBeLessThan(1e-9);
  });
});

describe('pathDistancesFigure', () => {
  it('has a line for each neighbor and one for the shortest distance, which none is below', () => {
    const { data } = pathDistancesFigure(path);
    expect(data).toHaveLength(6);
    expect(data[5].y).toEqual(Array.from(shortestDistances(path.positions, 5)));
    const last = data.slice(0, 5).map(({ y }) => (y as number[])[3]);
    const expected = Array.from({ length: 5 }, (_, i) =>
      Math.hypot(...path.positions.subarray(45 + 3 * i, 48 + 3 * i)),
    );
    expect(largestDifference(last, expected)).toBeLessThan(1e-12);
  });
});

describe('pathAnglesFigure', () => {
  it('has the six angles between the first four neighbors, as their Gram matrix has them', () => {
    const lines = pathAnglesFigure(path).data.filter(({ name }) => String(name).startsWith('between'));
    const first = lines.map(({ y }) => (y as number[])[0]);
    const gram = gramVector(path.positions.subarray(0, 12), 4);
    const { angles } = gramAngles(gram, 4, { bonds: Number.POSITIVE_INFINITY });
    const degrees = Array.from(angles, (angle) => (180 * angle) / Math.PI);
    expect(first).toHaveLength(6);
    const sorted = (values: number[]): number[] => [...values].sort((x, y) => x - y);
    expect(largestDifference(sorted(first), sorted(degrees))).toBeLessThan(1e-9);
  });
});

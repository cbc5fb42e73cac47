import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { residualOf } from '../../../src/diffusion';
import { agreementOf } from '../../../src/diffusion/cells/ranking';
import type { Structure } from '../../../src/structures';
import { holds } from '../graph/toy';
import { cube, grid, oracle, watched } from './denoisers';

/** Agreement of each answer with the others. */
function agreements(structure: Structure, placed: number[][], radius = 0.5): number[] {
  const answers = placed.map((places) => ({ structure, placed: Float64Array.from(places) }));
  return answers.map((_, k) => agreementOf(answers, k, radius));
}

/** Whether the points of a and b can be paired within a radius, by trying every order; the shortest of 27 images. */
function agree(edge: number, a: number[], b: number[], radius: number): boolean {
  const n = a.length / 3;
  const close = (i: number, j: number): boolean => {
    const square = [0, 1, 2].reduce((sum, c) => {
      const d = Math.abs(a[3 * i + c] - b[3 * j + c]) % edge;
      return sum + Math.min(d, edge - d) ** 2;
    }, 0);
    return Math.sqrt(square) < radius;
  };
  const orders = (rest: number[]): number[][] =>
    rest.length === 0 ? [[]] : rest.flatMap((j) => orders(rest.filter((q) => q !== j)).map((more) => [j, ...more]));
  return orders(Array.from({ length: n }, (_, i) => i)).some((order) => order.every((j, i) => close(i, j)));
}

describe('agreement', () => {
  const structure = grid(2, 5);
  const [p, q, far] = [
    [1, 1, 1],
    [1, 4, 1],
    [6, 6, 6],
  ];
  const near = ([x, y, z]: number[]): number[] => [x + 0.3, y, z + 0.3];

  it('is the share of the others whose atoms pair with one’s own within the radius', () => {
    expect(agreements(structure, [p, near(p), far])).toEqual([0.5, 0.5, 0]);
    expect(agreements(structure, [p, near(p), far], 0.4)).toEqual([0, 0, 0]);
    expect(agreements(structure, [p, near(p), far], 20)).toEqual([1, 1, 1]);
  });

  it('does not depend on the order of the atoms, nor on which image one is', () => {
    const [there] = [[p[0] - 10, p[1] + 20, p[2]]];
    expect(
      agreements(structure, [
        [...p, ...q],
        [...near(q), ...p],
        [...q, ...near(there)],
      ]),
    ).toEqual([1, 1, 1]);
  });

  it('needs a partner for each atom: two in one place do not agree with two in two places', () => {
    expect(
      agreements(structure, [
        [...p, ...q],
        [...p, ...near(p)],
        [...q, ...near(q)],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('of a single answer is 1', () => {
    expect(agreements(structure, [p])).toEqual([1]);
  });

  it('is what trying every pairing gives', () => {
    let agreeing = 0;
    holds((rng) => {
      const missing = 1 + rng.integer(3);
      const placed = Array.from({ length: 6 }, () => Array.from({ length: 3 * missing }, () => rng.integer(2) * 9.8));
      const jittered = placed.map((places) => places.map((x) => x + 0.8 * (rng.uniform() - 0.5)));
      const expected = jittered.map((a, k) => {
        const others = jittered.filter((_, j) => j !== k);
        return others.filter((b) => agree(10, a, b, 0.9)).length / 5;
      });
      agreeing += expected.filter((share) => share > 0 && share < 1).length;
      expect(agreements(structure, jittered, 0.9)).toEqual(expected);
    }, 30);
    expect(agreeing).toBeGreaterThan(30);
  });
});

describe('residualOf', () => {
  const rng = createRng(1);
  const structure = cube(rng, 30);
  const places = structure.positions;

  it('is 0 at the places that the model knows, and the rms displacement elsewhere', () => {
    expect(residualOf(oracle(places), structure)).toBe(0);
    const shift = places.map(() => rng.normal());
    const square = shift.reduce((sum, x) => sum + x * x, 0) / 30;
    for (const by of [0.01, 0.1, 0.5]) {
      const moved = { ...structure, positions: places.map((x, k) => x + by * shift[k]) };
      expect(residualOf(oracle(places), moved)).toBeCloseTo(by * Math.sqrt(square), 5);
    }
  });

  it('counts the atoms that are named, and takes the others for known', () => {
    const positions = places.slice();
    [0.3, 0.4, 1.2].forEach((by, k) => {
      positions[12 + k] += by;
    });
    positions[3] += 5;
    const marks: number[][] = [];
    const model = watched(oracle(places), (_, [noise]) => marks.push([...noise]));
    expect(residualOf(model, { ...structure, positions }, [4, 7])).toBeCloseTo(1.3 / Math.sqrt(2), 5);
    expect(marks[0].flatMap((sigma, i) => (sigma > 0 ? [i] : []))).toEqual([4, 7]);
  });
});

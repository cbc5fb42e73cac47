import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import {
  gramDistances,
  motifAngles,
  motifCoordination,
  neighborDistances,
  pairDistances,
  shortestDistances,
  validity,
} from '../../../src/evaluate';
import { saturatedShare } from '../../../src/evaluate/structure/motifs';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { rotate } from '../../motifs/points';
import { expectClose, gramsOf, randomMotifs } from '../helpers';

const TETRAHEDRAL = Math.acos(-1 / 3);
/** The four bonds of diamond silicon, length √3 · 5.431/4 Å. */
const TETRAHEDRON = Float64Array.of(1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1).map((x) => (x * 5.431) / 4);

const BONDS = { bonds: 2.85 };
const LIMITS = { ...BONDS, minDistance: 2, coordination: [3, 5] as [number, number] };

describe('distances and angles of motifs', () => {
  it('gives the tetrahedron its closed forms', () => {
    for (const r of neighborDistances(TETRAHEDRON, 4)) expect(r).toBeCloseTo((Math.sqrt(3) * 5.431) / 4, 12);
    for (const r of pairDistances(TETRAHEDRON, 4)) expect(r).toBeCloseTo(5.431 / Math.SQRT2, 12);
    const angles = motifAngles(TETRAHEDRON, 4, BONDS);
    expect(angles.length).toBe(6);
    for (const angle of angles) expect(angle).toBeCloseTo(TETRAHEDRAL, 12);
    expect(Array.from(motifCoordination(TETRAHEDRON, 4, BONDS))).toEqual([4]);
    expect(shortestDistances(TETRAHEDRON, 4)[0]).toBeCloseTo((Math.sqrt(3) * 5.431) / 4, 12);
  });

  it('tells where all neighbors kept of an element are bonded', () => {
    expect(saturatedShare(TETRAHEDRON, 4, BONDS)).toBe(1);
    const five = Float64Array.of(...TETRAHEDRON, 3, 0, 0, ...TETRAHEDRON, 2.5, 0, 0);
    expect(saturatedShare(five, 5, BONDS)).toBe(0.5);
    const of = { elements: ['Si', 'O'], species: [0, 1, 1, 1, 1, 0] };
    expect(saturatedShare(five.subarray(0, 15), 5, { bonds: { 'Si-O': 2.85 }, ...of })).toBe(1);
    expect(saturatedShare(five.subarray(0, 15), 5, { bonds: { 'Si-O': 2.2 }, ...of })).toBe(0);
  });

  it('does not change under rotations and reflections', () => {
    const positions = randomMotifs(3, 6, 8);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const q = randomRotation(createRng(seed)).map((x) => -x);
        const turned = rotate(positions, q);
        for (const f of [
          neighborDistances,
          pairDistances,
          shortestDistances,
          (x: Float64Array, n: number) => motifAngles(x, n, BONDS),
        ]) {
          const before = f(positions, 8);
          const after = f(turned, 8);
          expectClose(after, before, 9);
        }
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('takes every neighbor with an infinite cutoff', () => {
    expect(motifAngles(randomMotifs(1, 2, 8), 8, { bonds: Number.POSITIVE_INFINITY }).length).toBe(2 * 28);
  });

  it('refuses positions that are not whole motifs', () => {
    expect(() => neighborDistances(new Float64Array(10), 3)).toThrow('positions: found 10 numbers');
    expect(() => pairDistances(Float64Array.of(0, 0, Number.NaN), 1)).toThrow(InputError);
  });
});

describe('distances of Gram vectors', () => {
  it('agree with those of the points', () => {
    const positions = randomMotifs(7, 20, 8);
    const grams = gramsOf(positions, 8);
    const { neighbors, pairs, impossible } = gramDistances(grams, 8);
    expectClose(neighbors, neighborDistances(positions, 8), 10);
    expectClose(pairs, pairDistances(positions, 8), 10);
    expect(impossible).toBe(0);
  });

  it('counts what no points can have and stays finite', () => {
    // G = [[1, 3], [3, 4]] has r₁₂² = −1; the second motif has a negative diagonal.
    const { neighbors, pairs, impossible } = gramDistances([1, 3, 4, -1, 0, 4], 2);
    expect(Array.from(neighbors)).toEqual([1, 2, 0, 2]);
    expect(pairs[0]).toBe(0);
    expect(impossible).toBe(2);
  });

  it('refuses vectors of the wrong length', () => {
    expect(() => gramDistances(new Float64Array(35), 8)).toThrow('a multiple of n(n+1)/2 = 36');
  });
});

describe('validity', () => {
  it('passes the tetrahedron and names what is wrong with others', () => {
    const overlapping = TETRAHEDRON.slice();
    overlapping.set([1.5, 0, 0], 0);
    const spread = TETRAHEDRON.map((x) => 2 * x);
    const result = validity(Float64Array.of(...TETRAHEDRON, ...overlapping, ...spread, ...TETRAHEDRON), 4, LIMITS);
    expect(Array.from(result.valid)).toEqual([1, 0, 0, 1]);
    expect(result).toMatchObject({ fraction: 0.5, tooClose: 0.25, miscoordinated: 0.25 });
  });

  it('takes its limits from the options', () => {
    expect(validity(TETRAHEDRON, 4, { ...LIMITS, coordination: [5, 6] }).fraction).toBe(0);
    expect(validity(TETRAHEDRON, 4, { ...LIMITS, minDistance: 2.4 }).tooClose).toBe(1);
    expect(() => validity(TETRAHEDRON, 4, { ...LIMITS, coordination: [5, 3] })).toThrow('option coordination');
    expect(() => validity(new Float64Array(0), 4, LIMITS)).toThrow('no motifs');
  });
});

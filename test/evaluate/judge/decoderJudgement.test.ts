import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { compareMotifs, judgeDecoder, motifPlausibility } from '../../../src/evaluate';
import { gramSize, permutePositions } from '../../../src/motifs';
import { madeMotifs } from '../../../src/motifs/select';
import { linearVae } from '../../generate/models';
import { mirror, randomPoints } from '../../motifs/points';

const LIMITS = { bonds: 2.85, minDistance: 2, coordination: [3, 5] as [number, number] };
/** Four bonds of 2.35 Å to the corners of a tetrahedron. */
const tetrahedron = Float64Array.of(1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1).map((x) => (2.35 * x) / Math.sqrt(3));
const repeat = (motif: Float64Array, times: number) =>
  Float64Array.of(
    ...Array(times)
      .fill([...motif])
      .flat(),
  );
/** The same with the second bond laid on the first. */
const overlapping = tetrahedron.map((x, k) => (k >= 3 && k < 6 ? tetrahedron[k - 3] + 0.1 : x));

describe('motifPlausibility', () => {
  it('finds nothing wrong with tetrahedra', () => {
    const { valid, tooClose, miscoordinated, shortest, angles } = motifPlausibility(
      repeat(tetrahedron, 3),
      tetrahedron,
      4,
      LIMITS,
    );
    expect([valid, tooClose, miscoordinated]).toEqual([1, 0, 0]);
    expect(shortest).toBeCloseTo(2.35, 9);
    expect(angles).toBeCloseTo(0, 9);
  });

  it('counts overlaps and wrong numbers of bonds, and the angles they make', () => {
    const far = tetrahedron.map((x) => 2 * x);
    const motifs = Float64Array.of(...tetrahedron, ...overlapping, ...far, ...far);
    const judged = motifPlausibility(motifs, tetrahedron, 4, LIMITS);
    expect([judged.valid, judged.tooClose, judged.miscoordinated]).toEqual([0.25, 0.25, 0.5]);
    expect(judged.angles).toBeGreaterThan(1);
    expect(motifPlausibility(far, tetrahedron, 4, LIMITS).angles).toBeNaN();
  });
});

describe('compareMotifs', () => {
  const rng = createRng(1);
  const reference = Float64Array.of(...randomPoints(5, rng), ...randomPoints(5, rng));

  it('does not see reflections', () => {
    const { rmsd, relabelled } = compareMotifs(mirror(reference), reference, 5, LIMITS);
    expect(Math.max(...rmsd, ...relabelled)).toBeLessThan(1e-6);
  });

  it('undoes other labels in one measure and not in the other', () => {
    const motifs = [0, 1].map((m) => permutePositions(reference.slice(15 * m, 15 * (m + 1)), [2, 0, 1, 4, 3]));
    const { rmsd, relabelled } = compareMotifs(Float64Array.of(...motifs[0], ...motifs[1]), reference, 5, LIMITS);
    expect(Math.min(...rmsd)).toBeGreaterThan(0.5);
    expect(Math.max(...relabelled)).toBeLessThan(1e-6);
  });

  it('refuses sets of different sizes', () => {
    expect(() => compareMotifs(reference.slice(15), reference, 5, LIMITS)).toThrow('15 numbers');
  });
});

describe('judgeDecoder', () => {
  it('is without error for a model that gives its input back', () => {
    const size = gramSize(5);
    const unit = Array.from({ length: size }, (_, l) =>
      Float64Array.from({ length: size }, (__, k) => Number(k === l)),
    );
    const vae = linearVae(5, 'gram', { bias: new Float64Array(size), rows: unit, encoder: unit });
    const positions = randomPoints(15, createRng(2));
    const { normalizedMse, rmsd } = judgeDecoder(vae, madeMotifs({ n: 5, length: 3, positions }, 'Si'), LIMITS);
    expect(normalizedMse).toBeLessThan(1e-9);
    expect(Math.max(...rmsd)).toBeLessThan(1e-3);
  });
});

import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import {
  type JudgedMetric,
  type JudgedMotifs,
  motifAngles,
  motifEnergies,
  motifJudge,
  neighborDistances,
  placeRandomly,
  resampleMotifs,
  validity,
  wasserstein1,
} from '../../../src/evaluate';
import { motifFeatures } from '../../../src/evaluate/judge/features';
import { METRICS } from '../../../src/evaluate/judge/judge';
import { siliconStillingerWeber } from '../../../src/materials';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { rotate } from '../../motifs/points';
import { coverageOf } from '../helpers';

const N = 5;
const set = (seed: number, length: number, radius = 3): JudgedMotifs => ({
  n: N,
  positions: placeRandomly(N, length, { seed, radius, minDistance: 1.5 }),
});
const limits = { bonds: 2, minDistance: 2, coordination: [3, 5] as [number, number] };
const potential = siliconStillingerWeber();
const options = { ...limits, potential, resamples: 40, novelty: 40, seed: 3 };
const [heldOut, training, other] = [set(1, 120), set(2, 200), set(3, 150, 4)];
const by = (metrics: JudgedMetric[], key: string): JudgedMetric =>
  metrics.find((metric) => metric.key === key) as JudgedMetric;
const value = (metrics: JudgedMetric[], key: string): number => by(metrics, key).estimate?.value ?? Number.NaN;

describe('motifJudge', () => {
  const judge = motifJudge({ heldOut, training }, options);
  const metrics = judge.judge(other);

  it('gives what each metric gives by itself', () => {
    const [a, b] = [other.positions, heldOut.positions];
    expect(metrics.map(({ key }) => key)).toEqual(METRICS.map(({ key }) => key));
    const near = [a, b].map((x) => neighborDistances(x, N));
    expect(value(metrics, 'neighborDistance')).toBeCloseTo(wasserstein1(near[0], near[1]), 12);
    const angles = [a, b].map((x) => motifAngles(x, N, { bonds: 2 }).map((angle) => (angle * 180) / Math.PI));
    expect(value(metrics, 'bondAngle')).toBeCloseTo(wasserstein1(angles[0], angles[1]), 9);
    const sorted = motifEnergies(a, N, potential).sort();
    expect(value(metrics, 'medianEnergy')).toBeCloseTo((sorted[74] + sorted[75]) / 2, 12);
    const { fraction, tooClose, miscoordinated } = validity(a, N, limits);
    expect(['valid', 'tooClose', 'miscoordinated'].map((key) => value(metrics, key))).toEqual(
      [fraction, tooClose, miscoordinated].map((share) => expect.closeTo(share, 12)),
    );
    const rows = [b, a].map((x) => motifFeatures(x, N));
    const covered = coverageOf(rows[0].values, rows[1].values, rows[0].dimension);
    for (const key of ['precision', 'recall', 'density', 'coverage'] as const) {
      expect(value(metrics, key), key).toBeCloseTo(covered[key], 12);
    }
  });

  it('counts bonds whether atoms are apart or in one place', () => {
    const positions = other.positions.slice();
    for (let k = 0; k < positions.length; k += 3 * N) positions.copyWithin(k + 12, k + 9, k + 12);
    const judged = motifJudge({ heldOut, training }, { ...options, bonds: 2.8 }).judge({ n: N, positions });
    const { miscoordinated } = validity(positions, N, { ...limits, bonds: 2.8 });
    expect([value(judged, 'tooClose'), value(judged, 'miscoordinated')]).toEqual([1, miscoordinated]);
    expect(miscoordinated).toBeLessThan(1);
  });

  it('has no coordination where held-out motifs may lack bonds', () => {
    const four = { n: 4, positions: set(1, 120).positions.slice(0, 12 * 120) };
    const near = { ...four, positions: four.positions.map((x) => x / 3) };
    const { notes, judge } = motifJudge({ heldOut: near }, { ...options, potential: undefined });
    expect(by(judge(near), 'coordination').estimate).toBeNull();
    expect(by(judge(near), 'bondAngle').estimate?.value).toBe(0);
    expect(notes.join()).toMatch('no coordination: 100 % of the held-out motifs have all their neighbors');
    expect(motifJudge({ heldOut }, options).notes.join()).not.toMatch('no coordination');
  });

  it('puts intervals about values, and the training motifs beside them', () => {
    for (const { key, estimate, floor } of metrics) {
      if (!estimate || !floor) throw new Error(`${key} is missing`);
      expect(estimate.low, key).toBeLessThanOrEqual(estimate.high);
    }
    const own = judge.judge(training);
    const compared = own.filter(({ key }) => key !== 'nearestTraining' && key !== 'memorized');
    for (const { key, estimate, floor } of compared) expect(estimate, key).toEqual(floor);
    expect(value(own, 'nearestTraining')).toBeLessThan(1e-6);
    expect(value(own, 'memorized')).toBe(1);
    // 1.2 of 120 held-out motifs lie below their own percentile.
    expect(by(own, 'memorized').floor?.value).toBeLessThan(0.03);
  });

  it('finds sets of one distribution alike, others not, whatever their rotation', () => {
    const same = judge.judge(set(4, 150));
    expect(by(same, 'logistic').estimate?.low).toBeLessThan(0.6);
    expect(value(metrics, 'logistic')).toBeGreaterThan(0.8);
    expect(value(metrics, 'pairDistance')).toBeGreaterThan(3 * value(same, 'pairDistance'));
    const turned = judge.judge({ n: N, positions: rotate(other.positions, randomRotation(createRng(5))) });
    for (const { key } of METRICS.filter(({ key }) => key !== 'coordination')) {
      expect(value(turned, key), key).toBeCloseTo(value(metrics, key), 6);
    }
  });

  it('tells copies from new motifs', () => {
    const copies = { n: N, positions: resampleMotifs(training.positions, N, 60, { deviation: 0.01, seed: 1 }) };
    const copied = judge.judge(copies);
    expect(value(copied, 'memorized')).toBe(1);
    expect(value(copied, 'nearestTraining')).toBeLessThan(0.05);
  });

  it('resamples whole cells of a set that has several', () => {
    // Each cell of one kind of motif: over cells the interval is as wide as the kinds differ.
    const positions = Float64Array.of(...set(6, 60).positions, ...set(7, 60, 4).positions);
    const cells = { n: N, positions, structures: Int32Array.from({ length: 120 }, (_, m) => (m < 60 ? 0 : 1)) };
    const width = (resample: 'cells' | 'motifs'): number => {
      const judged = motifJudge({ heldOut }, { ...options, resample }).judge(cells);
      const { low, high } = by(judged, 'medianEnergy').estimate as { low: number; high: number };
      return high - low;
    };
    expect(width('cells')).toBeGreaterThan(1.5 * width('motifs'));
  });

  it('leaves out what motifs or options do not have', () => {
    const far = { n: 3, positions: placeRandomly(3, 30, { seed: 1, radius: 5, minDistance: 3 }) };
    const few = motifJudge({ heldOut: far }, { ...options, potential: undefined }).judge(far);
    expect(few.some(({ key }) => /energy/i.test(key))).toBe(false);
    for (const key of ['bondAngle', 'dismaiBondAngle', 'tetrahedralOrder', 'memorized']) {
      expect(by(few, key).estimate, key).toBeNull();
    }
    expect(few.every(({ floor }) => floor === null)).toBe(true);
    expect(value(few, 'neighborDistance')).toBe(0);
    expect(by(motifJudge({ heldOut }, options).judge(set(8, 4)), 'precision').estimate).toBeNull();
  });

  it('says what it measured and left out, and refuses atoms that the potential does not know', () => {
    expect(judge.notes).toEqual([]);
    expect(motifJudge({ heldOut }).notes).toEqual([
      'no energies, for no potential was given',
      expect.stringMatching(/^bonds from the first minimum of g\(r\): \d\.\d+ Å$/),
      expect.stringMatching(/^least distance of a valid motif: 1\.3/),
      expect.stringMatching(/^coordination of a valid motif: \d to \d$/),
    ]);
    const silica = { ...heldOut, elements: ['Si', 'O'], species: new Uint8Array(120 * (N + 1)).fill(1, 7) };
    const refused = motifJudge({ heldOut: silica }, options);
    expect(() => refused.judge(silica)).toThrow('motif 1, atom 1: found O, expected Si, the elements of Stillinger');
    expect(() => motifJudge({ heldOut: { ...silica, species: [0] } }, options)).toThrow('species: found 1 entries');
  });

  it('cuts large sets down, the same way each time', () => {
    const cut = motifJudge({ heldOut }, { ...options, motifs: 50 }).judge(other);
    expect(cut).toEqual(motifJudge({ heldOut }, { ...options, motifs: 50 }).judge(other));
    expect(value(cut, 'neighborDistance')).not.toBe(value(metrics, 'neighborDistance'));
  });

  it('refuses sets that do not belong together', () => {
    expect(() => judge.judge({ n: 3, positions: new Float64Array(9) })).toThrow(/judged motifs.*3 neighbors.*5/);
    expect(() => judge.judge({ n: N, positions: new Float64Array(0) })).toThrow(/judged motifs: found none/);
    expect(() => judge.judge({ ...other, structures: [1] })).toThrow(/structures.*1 entries.*150/);
    expect(() => motifJudge({ heldOut }, { motifs: 0 })).toThrow(/motifs/);
  });
});

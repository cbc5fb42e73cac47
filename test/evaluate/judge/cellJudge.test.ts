import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import {
  amorphousSiliconMetrics,
  bondAngles,
  cellJudge,
  coordination,
  type JudgedMetric,
  ringStatistics,
} from '../../../src/evaluate';
import { CELL_METRICS } from '../../../src/evaluate/judge/cellJudge';
import { siliconStillingerWeber } from '../../../src/materials';
import { readCells, type Structure } from '../../../src/structures';
import { stillingerWeber } from '../../materials/silicon/energies';
import { crystal, DIAMOND } from '../helpers';

const cells = readCells();
const silicon = crystal(DIAMOND, 5.431, 2);
const shaken = (cell: Structure, deviation: number, seed: number): Structure => {
  const rng = createRng(seed);
  return { ...cell, positions: cell.positions.map((x) => x + deviation * rng.normal()) };
};
const by = (metrics: JudgedMetric[], key: string): JudgedMetric =>
  metrics.find((metric) => metric.key === key) as JudgedMetric;
const value = (metrics: JudgedMetric[], key: string): number => by(metrics, key).estimate?.value ?? Number.NaN;
const bonds = { bonds: 2.85 };
const options = { ...bonds, minDistance: 2, potential: siliconStillingerWeber(), resamples: 50, seed: 1 };

describe('cellJudge', () => {
  const judge = cellJudge({ heldOut: [cells[9]], training: cells.slice(0, 3) }, options);
  const set = [cells[3], shaken(cells[4], 0.2, 1)];
  const metrics = judge.judge(set);

  it('gives what each measure gives by itself', () => {
    expect(metrics.map(({ key }) => key)).toEqual(CELL_METRICS.map(({ key }) => key));
    const degrees = Array.from(bondAngles(set, bonds), (a) => (a * 180) / Math.PI);
    const mean = degrees.reduce((sum, a) => sum + a, 0) / degrees.length;
    expect(value(metrics, 'meanAngle')).toBeCloseTo(mean, 9);
    const variance = degrees.reduce((sum, a) => sum + (a - mean) ** 2, 0) / degrees.length;
    expect(value(metrics, 'angleDeviation')).toBeCloseTo(Math.sqrt(variance), 6);
    const four = coordination(set, bonds).filter((bonds) => bonds === 4).length;
    expect(value(metrics, 'fourFold')).toBeCloseTo((100 * four) / 1024, 9);
    const dismai = amorphousSiliconMetrics(set, cells[9], bonds);
    expect(value(metrics, 'dismaiBondAngle')).toBeCloseTo(dismai.bondAngle, 12);
    expect(value(metrics, 'dismaiRadialDistribution')).toBeCloseTo(dismai.radialDistribution, 9);
    expect(value(metrics, 'dismaiMotif')).toBeCloseTo(dismai.motif, 12);
    expect(value(metrics, 'sixRings')).toBeCloseTo(ringStatistics(set, bonds).perAtom[6], 12);
    const energy = set.reduce((sum, cell) => sum + stillingerWeber(cell).energy / 1024, 0);
    expect(value(metrics, 'energyPerAtom')).toBeCloseTo(energy, 9);
  });

  it('knows the crystal: four bonds of 109.47° and two six-rings an atom, at the bottom of the potential', () => {
    const found = judge.judge([silicon]);
    expect(value(found, 'apart')).toBe(100);
    expect(value(found, 'fourFold')).toBe(100);
    expect(value(found, 'meanAngle')).toBeCloseTo((Math.acos(-1 / 3) * 180) / Math.PI, 6);
    expect(value(found, 'angleDeviation')).toBeLessThan(1e-4);
    expect(value(found, 'sixRings')).toBe(2);
    expect(value(found, 'fiveRings') + value(found, 'sevenRings')).toBe(0);
    expect(value(found, 'meanOrder')).toBeCloseTo(1, 9);
    expect(value(found, 'energyPerAtom')).toBeLessThan(-4.33);
  });

  it('is at no distance from itself, and its intervals are values where there is one cell', () => {
    const own = judge.judge([cells[9]]);
    for (const key of ['dismaiBondAngle', 'dismaiRadialDistribution', 'dismaiMotif']) expect(value(own, key)).toBe(0);
    for (const { estimate } of own) expect([estimate?.low, estimate?.high]).toEqual([estimate?.value, estimate?.value]);
  });

  it('puts the training cells beside, with intervals about their values', () => {
    const training = judge.judge(cells.slice(0, 3));
    for (const { key, estimate, floor } of training) {
      expect(floor, key).toEqual(estimate);
      expect(estimate?.low, key).toBeLessThanOrEqual(estimate?.value as number);
      expect(estimate?.high, key).toBeGreaterThanOrEqual(estimate?.value as number);
    }
  });

  it('counts atoms that are too close, and both of a pair', () => {
    const positions = cells[9].positions.slice();
    positions.set(
      positions.subarray(3, 6).map((x) => x + 0.1),
      0,
    );
    expect(value(judge.judge([{ ...cells[9], positions }]), 'apart')).toBeCloseTo((100 * 510) / 512, 9);
  });

  it('reports no energies without a potential, and says what it measured', () => {
    const bare = cellJudge({ heldOut: [silicon] }, { resamples: 50 });
    expect(bare.judge([silicon]).map(({ key }) => key)).not.toContain('energyPerAtom');
    expect(bare.notes).toEqual([
      'no energies, for no potential was given',
      expect.stringMatching(/^bonds from the first minimum of g\(r\): Si-Si \d\.\d+ Å$/),
      'atoms too close: below 2.12 Å',
    ]);
    expect(judge.notes).toEqual([]);
  });

  it.each([
    ['no cells', () => judge.judge([]), 'cells'],
    ['no held-out cells', () => cellJudge({ heldOut: [] }), 'held-out cells'],
    ['an unknown option', () => cellJudge({ heldOut: [silicon] }, { bins: 3 } as object), 'option bins'],
    ['a distance of 0', () => cellJudge({ heldOut: [silicon] }, { minDistance: 0 }), 'option minDistance'],
  ])('refuses %s', (_, call, place) => {
    expect(call).toThrow(place);
  });
});

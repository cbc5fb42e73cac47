import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import {
  bondAngles,
  cellJudge,
  coordination,
  type JudgedMetric,
  ringStatistics,
  wasserstein1,
} from '../../../src/evaluate';
import { angleFractions, motifFingerprint, radialValues } from '../../../src/evaluate/judge/dismai';
import { toDegrees } from '../../../src/evaluate/structure/geometry';
import { siliconStillingerWeber } from '../../../src/materials';
import { readCells, readStructures, type Structure } from '../../../src/structures';
import { silica } from '../../materials/silica';
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
    expect(metrics.map(({ key }) => key)).toEqual([
      ...['apart', 'fourFold', 'meanAngle', 'angleDeviation', 'bondAngle', 'radial', 'dismaiBondAngle'],
      ...['dismaiRadialDistribution', 'dismaiMotif', 'meanOrder', 'fiveRings', 'sixRings', 'sevenRings'],
      'energyPerAtom',
    ]);
    const [fine, coarse] = [set, [cells[9]]].map((some) => Array.from(bondAngles(some, bonds), toDegrees));
    // Bins of half a degree move an angle by a quarter at most; cells count alike, whatever their number of angles.
    expect(Math.abs(value(metrics, 'bondAngle') - wasserstein1(fine, coarse))).toBeLessThan(0.3);
    const degrees = Array.from(bondAngles(set, bonds), (a) => (a * 180) / Math.PI);
    const mean = degrees.reduce((sum, a) => sum + a, 0) / degrees.length;
    expect(value(metrics, 'meanAngle')).toBeCloseTo(mean, 9);
    const variance = degrees.reduce((sum, a) => sum + (a - mean) ** 2, 0) / degrees.length;
    expect(value(metrics, 'angleDeviation')).toBeCloseTo(Math.sqrt(variance), 6);
    const four = coordination(set, bonds).filter((bonds) => bonds === 4).length;
    expect(value(metrics, 'fourFold')).toBeCloseTo((100 * four) / 1024, 9);
    const apart = (of: (cell: Structure) => Float64Array): number => {
      const [a, b, c] = [...set, cells[9]].map(of);
      return Math.hypot(...a.map((x, k) => (x + b[k]) / 2 - c[k]));
    };
    expect(value(metrics, 'dismaiBondAngle')).toBeCloseTo(
      apart((cell) => angleFractions(cell, bonds)),
      12,
    );
    expect(value(metrics, 'dismaiRadialDistribution')).toBeCloseTo(apart(radialValues), 9);
    expect(value(metrics, 'dismaiMotif')).toBeCloseTo(
      apart((cell) => motifFingerprint(cell, bonds)),
      12,
    );
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
    const distances = ['dismaiBondAngle', 'dismaiRadialDistribution', 'dismaiMotif', 'bondAngle', 'radial'];
    for (const key of distances) expect(value(own, key)).toBe(0);
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
      'no S(q), for no scattering was given',
      expect.stringMatching(/^bonds from the first minimum of g\(r\): Si-Si \d\.\d+ Å$/),
      'atoms too close: below 2.12 Å',
    ]);
    expect(judge.notes).toEqual(['no S(q), for no scattering was given']);
  });

  it.each([
    ['no cells', () => judge.judge([]), 'cells'],
    ['other elements', () => judge.judge([silicon, silica()]), /^cells, cell 1: found O, Si, expected Si, as held out/],
    ['no held-out cells', () => cellJudge({ heldOut: [] }), 'held-out cells'],
    ['an unknown option', () => cellJudge({ heldOut: [silicon] }, { bins: 3 } as object), 'option bins'],
    ['a distance of 0', () => cellJudge({ heldOut: [silicon] }, { minDistance: 0 }), 'option minDistance'],
  ])('refuses %s', (_, call, place) => {
    expect(call).toThrow(place);
  });
});

describe('cellJudge of several elements', () => {
  const glass = readStructures('data/generated/sio2-600.extxyz')[0];
  const scattering = { electrons: { Si: 14, O: 8 } };
  const judge = cellJudge({ heldOut: [silica(), shaken(silica(), 0.02, 1)] }, { resamples: 20, scattering });
  const perfect = judge.judge([silica()]);

  it('measures bonds and the network, and says so', () => {
    expect(judge.notes.slice(1)).toEqual([
      expect.stringMatching(/^bonds from the first minimum of g\(r\): O-Si \d\.\d+ Å$/),
      expect.stringMatching(/^atoms too close: below 1\.3\d Å$/),
      'network of Si, bridged by O',
    ]);
  });

  it('has the metrics of each pair and triplet of elements that is bonded, and of the network', () => {
    expect(perfect.map(({ key }) => key)).toEqual([
      ...['apart', 'twoFold O-Si', 'fourFold Si-O'],
      ...['meanAngle Si-O-Si', 'angleDeviation Si-O-Si', 'bondAngle Si-O-Si'],
      ...['meanAngle O-Si-O', 'angleDeviation O-Si-O', 'bondAngle O-Si-O'],
      ...['radial O-O', 'radial O-Si', 'radial Si-Si', 'bridges4', 'sixRings', 'waves electrons'],
    ]);
    expect(perfect.map(({ name }) => name)).toContain('Si with four O');
    const known = { 'fourFold Si-O': 100, 'twoFold O-Si': 100, 'meanAngle Si-O-Si': 180, bridges4: 100, sixRings: 2 };
    for (const [key, expected] of Object.entries(known)) expect(value(perfect, key), key).toBeCloseTo(expected, 5);
  });

  it('finds the glass apart from the crystal, in S(q) too, and no set of cells from itself', () => {
    const found = judge.judge([glass]);
    for (const key of ['bondAngle O-Si-O', 'radial Si-Si']) {
      expect(value(found, key), key).toBeGreaterThan(3 * value(perfect, key));
    }
    expect(value(found, 'waves electrons')).toBeGreaterThan(0.1);
    const own = cellJudge({ heldOut: [glass] }, { resamples: 20, scattering }).judge([glass]);
    const distances = own.filter(({ key }) => /^(bondAngle|radial|waves)/.test(key));
    expect(distances).toHaveLength(6);
    for (const { key, estimate } of distances) expect(estimate?.value, key).toBe(0);
  });

  it('takes the network that it is told, and refuses one without an element of the cells', () => {
    const heldOut = [silica()];
    const turned = cellJudge({ heldOut }, { network: 'O-Si', resamples: 20 });
    expect(turned.notes.join()).not.toContain('network');
    expect(value(turned.judge(heldOut), 'bridges2')).toBe(100);
    expect(() => cellJudge({ heldOut }, { network: 'C-O' })).toThrow('option network');
  });
});

it('tells sp² from sp³: the numbers of bonds that a glass of one element has', () => {
  const layer = {
    ...crystal(
      [
        [0, 0, 0],
        [1 / 3, 2 / 3, 0],
      ],
      2.46,
      1,
      'C',
    ),
  };
  layer.lattice = Float64Array.of(2.46, 0, 0, -1.23, 1.23 * Math.sqrt(3), 0, 0, 0, 7);
  layer.positions = Float64Array.of(0, 0, 0, 0, 2.46 / Math.sqrt(3), 0);
  const diamond = crystal(DIAMOND, 3.567, 1, 'C');
  const metrics = cellJudge({ heldOut: [layer, diamond] }, { bonds: 1.7, resamples: 20 }).judge([
    layer,
    layer,
    diamond,
  ]);
  expect(value(metrics, 'threeFold')).toBeCloseTo(200 / 3, 9);
  expect(value(metrics, 'fourFold')).toBeCloseTo(100 / 3, 9);
});

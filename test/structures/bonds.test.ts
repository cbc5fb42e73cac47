import { describe, expect, it } from 'vitest';
import { coordination, neighborCounts } from '../../src/evaluate';
import { bondedNeighbors, bondsOf, measureBonds, neighborList, readCells } from '../../src/structures';
import { bondRule, describeBonds } from '../../src/structures/bonds';
import { cluster, crystal, DIAMOND, rattle } from '../evaluate/helpers';
import { silica } from '../materials/silica';

describe('measureBonds', () => {
  it('finds the gap behind the first shell of amorphous silicon, where 2.85 Å lies too', () => {
    const cells = readCells().slice(0, 2);
    const bonds = measureBonds(cells);
    expect(Object.keys(bonds)).toEqual(['Si-Si']);
    expect(Math.abs(bonds['Si-Si'] - 2.85)).toBeLessThan(0.15);
    const changed = neighborCounts(cells, bonds['Si-Si']).filter((n, i) => n !== neighborCounts(cells, 2.85)[i]);
    expect(changed.length).toBeLessThan(0.02 * 1024);
  });

  it('bonds silicon to oxygen only in silica, four and two', () => {
    const cell = rattle(silica(), 0.05, 1);
    const bonds = measureBonds(cell);
    expect(Object.keys(bonds)).toEqual(['O-Si']);
    expect(bonds['O-Si']).toBeGreaterThan(1.7);
    expect(bonds['O-Si']).toBeLessThan(3);
    expect(Array.from(coordination(cell))).toEqual(cell.species.map((symbol) => (symbol === 'Si' ? 4 : 2)));
  });

  it('takes a quarter more than the only distance, and no bonds where there are no neighbors', () => {
    expect(measureBonds(cluster([0, 0, 0, 2, 0, 0]))['Si-Si']).toBeCloseTo(1.25 * 2.02, 1);
    expect(measureBonds(cluster([0, 0, 0]))).toEqual({});
    expect(Array.from(coordination(cluster([0, 0, 0])))).toEqual([0]);
  });
});

describe('bonds', () => {
  const cell = silica();

  it('are those closer than their pair, in either order; others are not bonded', () => {
    for (const pair of ['Si-O', 'O-Si']) {
      const { offsets, distances } = bondedNeighbors(cell, { [pair]: 1.7 });
      expect(offsets[offsets.length - 1]).toBe(2 * 32);
      expect(Math.max(...distances)).toBeLessThan(1.7);
    }
    const all = bondedNeighbors(cell, { 'Si-O': 4, 'O-O': 4, 'Si-Si': 4 });
    expect(all).toEqual(neighborList(cell, 4));
    expect(bondedNeighbors(cell, 4)).toEqual(all);
  });

  it('of a number are those of its neighbor list', () => {
    const silicon = crystal(DIAMOND, 5.431, 2);
    expect(bondedNeighbors(silicon, 2.85)).toEqual(neighborList(silicon, 2.85));
    expect(bondedNeighbors(silicon, { 'Si-Si': 2.85 })).toEqual(neighborList(silicon, 2.85));
    expect(bondsOf(silicon, 2.85)).toBe(2.85);
  });

  it.each([
    ['an unknown pair', { 'Si-Ge': 2 }, "option bonds: found the pair 'Si-Ge', expected two of Si, O"],
    ['one element', { Si: 2 }, "the pair 'Si'"],
    ['no distance', { 'Si-O': 0 }, "option bonds['Si-O']: found 0"],
    ['a word', 'far' as never, 'option bonds: found far'],
    ['a distance below 0', -1, 'option bonds: found -1'],
  ])('refuse %s', (_, bonds, message) => {
    expect(() => bondRule(bonds, cell.species)).toThrow(message);
    expect(() => coordination(cell, { bonds })).toThrow(message);
  });

  it('are said', () => {
    expect(describeBonds(2.85)).toBe('2.85 Å');
    expect(describeBonds({ 'Si-O': 2.2, 'Si-Si': 2.85 })).toBe('Si-O 2.2 Å, Si-Si 2.85 Å');
    expect(describeBonds({})).toBe('none');
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { cellJudge, motifEnergies, motifJudge } from '../../src/evaluate';
import * as materials from '../../src/materials';
import { extractEnvironments } from '../../src/motifs';
import { relaxStructure } from '../../src/structures';
import { silica } from './silica';

const cell = silica();
const potential = materials.siliconStillingerWeber();
const motifs = extractEnvironments([cell], { cutoff: 5, count: 8 });

const calls: [string, () => unknown][] = [
  ['the energies of the potential', () => potential.energies(cell)],
  ['its forces', () => potential.forces(cell)],
  ['its objective', () => potential.objective?.(cell)],
  ['the energies of some atoms', () => potential.energies(cell, [0])],
  ['relaxation with it', () => relaxStructure(cell, potential)],
  ['the judge of cells with it', () => cellJudge({ heldOut: [cell] }, { potential, bonds: 2 }).judge([cell])],
  ['the judge of motifs with it', () => motifJudge({ heldOut: motifs }, { potential }).judge(motifs)],
  ['the energies of motifs', () => motifEnergies(motifs.positions, 8, potential, motifs)],
  ...materials.POTENTIALS.map((name): [string, () => unknown] => [
    name,
    () => materials.potential(name).energies(cell),
  ]),
];

describe('everything silicon', () => {
  it.each(calls)('refuses silica by name: %s', (_, call) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(/atom \d+: found O, expected Si/);
  });

  it('is in this table', () => {
    const functions = Object.entries(materials).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    const lookups = ['material', 'potential', 'scatteringWeights'];
    expect(functions.filter((name) => !lookups.includes(name)).sort()).toEqual([
      'relaxStructure',
      'siliconStillingerWeber',
    ]);
  });
});

describe('materials', () => {
  it('are refused by name', () => {
    expect(() => materials.material('unobtainium')).toThrow('material: found unobtainium, expected silicon');
    expect(() => materials.potential('lennard-jones')).toThrow('expected stillinger-weber');
  });

  it('scatter X-rays by their electrons, and neutrons by published lengths or not at all', () => {
    expect(materials.scatteringWeights('X-rays', cell.species)).toEqual({ Si: 14, O: 8 });
    expect(materials.scatteringWeights('neutrons', ['O', 'Si'])).toEqual({ O: 5.803, Si: 4.1491 });
    expect(() => materials.scatteringWeights('neutrons', ['Xx'])).toThrow('element Xx: found no weight for neutrons');
    expect(() => materials.scatteringWeights('X-rays', ['Xx'])).toThrow('element Xx: found no weight for X-rays');
  });

  it('without a potential are judged all the same, and it is said', () => {
    const judge = motifJudge({ heldOut: motifs });
    expect(judge.notes[0]).toBe('no energies, for no potential was given');
    expect(judge.judge(motifs).some(({ key }) => /energy/i.test(key))).toBe(false);
  });
});

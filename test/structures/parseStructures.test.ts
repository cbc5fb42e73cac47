import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatExtxyz,
  formatLammpsData,
  formatPoscar,
  neighborList,
  type ParseOptions,
  parseStructures,
  type Structure,
} from '../../src/structures';
import { anyCrystal } from './crystals';

const fixture = (name: string): Buffer => readFileSync(path.join(__dirname, '../fixtures/structures', name));

/** Structures, and what was said of them. */
function heard(text: string | Uint8Array, options: ParseOptions = {}): { structures: Structure[]; said: string[] } {
  const said: string[] = [];
  return { structures: parseStructures(text, { ...options, warn: (line) => said.push(line) }), said };
}

const CUBE = Float64Array.of(5.43, 0, 0, 0, 5.43, 0, 0, 0, 5.43);
const PLAIN = '2\n\nSi 0 0 0\nO 0 0 1.6\n';
const [CRYSTAL] = fc.sample(anyCrystal, { seed: 5, numRuns: 1 });

describe('parseStructures, small inputs that went wrong', () => {
  it('x-nep-lower.xyz: lattice= and properties= in lower case', () => {
    const { structures, said } = heard(fixture('x-nep-lower.xyz'));
    expect(structures[0].lattice).toEqual(CUBE);
    expect(structures[0].arrays.force.values).toHaveLength(24);
    const { offsets } = neighborList(structures[0], 2.6);
    expect(Array.from(offsets)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32]);
    expect(said).toEqual([]);
  });

  it.each(['x-cell-key.xyz', 'x-cub.xyz'])('%s: one line says that no cell was recognized', (source) => {
    const { structures, said } = heard(fixture(source), { source });
    expect(structures[0].pbc).toEqual([false, false, false]);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^x-.*xyz: no cell recognized in '.*': 8 atoms read as an isolated cluster; a cell can be/);
  });

  it('x-pbc-upper.xyz: PBC="F F F" is not periodic', () => {
    const { structures, said } = heard(fixture('x-pbc-upper.xyz'));
    expect(structures[0]).toMatchObject({ lattice: CUBE, pbc: [false, false, false], info: {} });
    expect(said).toEqual([]);
  });

  it('x-lammps-extxyz-types.xyz: types are not hydrogen and helium', () => {
    const file = fixture('x-lammps-extxyz-types.xyz');
    expect(() => parseStructures(file, { source: 'x.xyz' })).toThrow(/x\.xyz:3: found atom type 1, expected .*--types/);
    expect([...new Set(parseStructures(file, { types: ['Si', 'O'] })[0].species)]).toEqual(['Si', 'O']);
    expect(() => parseStructures(file, { types: ['Si'] })).toThrow('atom type 2, which the option types does not name');
  });

  it('duplicates-on-faces.extxyz: atoms given twice are said', () => {
    const { said } = heard(fixture('duplicates-on-faces.extxyz'), { source: 'x' });
    expect(said).toEqual([
      'x, frame 0: 18 pairs of atoms closer than 0.01 Å (first: 0 and 216); atoms given twice make wrong motifs',
    ]);
  });
});

describe('parseStructures, cells', () => {
  it('without a cell are isolated clusters, said in one line a text', () => {
    expect(heard(PLAIN, { source: 'a.xyz' }).said).toEqual([
      'a.xyz: 2 atoms read as an isolated cluster; a cell can be given with --cell',
    ]);
    const two = heard(`${PLAIN}1\n\nSi 0 0 0\n`);
    expect(two.said).toEqual([
      'text: 2 frames of up to 2 atoms read as isolated clusters; a cell can be given with --cell',
    ]);
    expect(two.structures.every(({ pbc }) => !pbc.some(Boolean))).toBe(true);
  });

  it('are not asked for where one frame has one, or says that it is free', () => {
    expect(heard(`${PLAIN}1\nLattice="5 0 0 0 5 0 0 0 5"\nSi 0 0 0\n`).said).toEqual([]);
    expect(heard(`1\nProperties=species:S:1:pos:R:3 pbc="F F F"\nSi 0 0 0\n`).said).toEqual([]);
  });

  it('are those of the option, then periodic', () => {
    const { structures, said } = heard(PLAIN, { cell: [4, 5, 6] });
    expect(structures[0].lattice).toEqual(Float64Array.of(4, 0, 0, 0, 5, 0, 0, 0, 6));
    expect(structures[0].pbc).toEqual([true, true, true]);
    expect(said).toEqual([]);
  });

  it('are not replaced', () => {
    expect(() => parseStructures(fixture('x-nep-lower.xyz'), { source: 'x', cell: [4, 5, 6] })).toThrow(
      'x, frame 0: found a cell, expected none, with option cell',
    );
  });

  it('without volume are refused by file and frame', () => {
    const flat = `${PLAIN}1\nLattice="1 0 0 2 0 0 0 0 1"\nSi 0 0 0\n`;
    expect(() => parseStructures(flat, { source: 'x.xyz' })).toThrow(
      /x\.xyz, frame 1: found lattice 1 0 0 2 0 0 0 0 1/,
    );
  });
});

describe('parseStructures, formats', () => {
  const texts: [string, string][] = [
    ['extended XYZ', formatExtxyz([CRYSTAL])],
    ['LAMMPS data', formatLammpsData(CRYSTAL)],
    ['POSCAR', formatPoscar(CRYSTAL)],
  ];
  it.each(texts)('recognizes %s by content, gzipped or not', (_, text) => {
    const [structure] = parseStructures(text);
    expect(structure.lattice).toEqual(CRYSTAL.lattice);
    expect(parseStructures(gzipSync(text))[0]).toEqual(structure);
  });

  it('recognizes them by name, to name the wrong line', () => {
    expect(() => parseStructures('', { source: 'a.xyz' })).toThrow('a.xyz:1: found no frame');
    expect(() => parseStructures('glass', { source: 'runs/POSCAR' })).toThrow(
      'runs/POSCAR:1: found the end of the file',
    );
    expect(() => parseStructures('x', { source: 'data.glass' })).toThrow('data.glass:1: found a header without a box');
  });

  it('takes the format that is named', () => {
    expect(parseStructures(formatPoscar(CRYSTAL), { format: 'vasp' })[0].lattice).toEqual(CRYSTAL.lattice);
    expect(() => parseStructures(formatPoscar(CRYSTAL), { format: 'xyz' })).toThrow('expected a number of atoms');
  });

  it('refuses what only ASE reads, and options and types that are none', () => {
    expect(() => parseStructures('data_x\n_cell_length_a 5\n')).toThrow('found no format that is recognized');
    expect(() => parseStructures('x', { format: 'cif' })).toThrow("found format 'cif', expected extended XYZ, LAMMPS");
    expect(() => parseStructures(PLAIN, { typs: [] } as never)).toThrow('option typs: found an unknown name');
    expect(() => parseStructures(PLAIN, { types: ['silicon'] })).toThrow('option types: found "silicon"');
  });

  it('reads one cell from every format as the same structure', () => {
    fc.assert(
      fc.property(anyCrystal, (crystal) => {
        // As POSCAR orders atoms.
        const species = [...crystal.species].sort();
        const [a, b, c] = [
          formatExtxyz,
          ([s]: Structure[]) => formatLammpsData(s),
          ([s]: Structure[]) => formatPoscar(s),
        ].map((format) => parseStructures(format([{ ...crystal, species }]))[0]);
        expect(b).toEqual(a);
        expect(c).toMatchObject({ species, lattice: a.lattice, pbc: a.pbc });
        c.positions.forEach((x, k) => {
          expect(x).toBeCloseTo(a.positions[k], 9);
        });
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});

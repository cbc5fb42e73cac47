import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { formatExtxyz, formatLammpsData, formatPoscar, readStructures, type Structure } from '../../src/structures';
import { pythonPath } from '../../src/structures/ase';

const folder = mkdtempSync(path.join(tmpdir(), 'read-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const at = (name: string): string => path.join(folder, name);
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const numbers = (values: Float64Array): number[] => Array.from(values, (x) => Math.round(x * 1e9) / 1e9 + 0);
const CRYSTAL: Structure = {
  lattice: Float64Array.of(6.1, 0, 0, 0.7, 5.3, 0, -1.1, 0.4, 7.2),
  pbc: [true, true, true],
  species: ['O', 'Si', 'Si'],
  positions: Float64Array.of(0.1, 0.2, 0.3, -2.4, 1 / 3, 4.1, 7.5, 3.3, 1.9),
  info: {},
  arrays: {},
};

describe('readStructures', () => {
  it('reads 200,000 frames, more than a call takes arguments', { timeout: 120_000 }, () => {
    const frame = '1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3\nSi 0 0 0\n';
    const frames = readStructures(write('many.extxyz', frame.repeat(200_000)));
    expect(frames.length).toBe(200_000);
    expect(frames[199_999].info.name).toBe('many#200000');
  });

  it('reads files of every format, named by file and frame', () => {
    write('a.extxyz', formatExtxyz([CRYSTAL, CRYSTAL]));
    write('b.data.gz', gzipSync(formatLammpsData(CRYSTAL)));
    write('POSCAR', formatPoscar(CRYSTAL));
    const found = readStructures([at('a.extxyz'), at('b.data.gz'), at('POSCAR')]);
    expect(found.map(({ info }) => info.name)).toEqual(['a', 'a#2', 'b', 'POSCAR']);
    expect(found.map(({ info }) => info.source)).toEqual(['a.extxyz', 'a.extxyz', 'b.data.gz', 'POSCAR']);
    for (const { lattice } of found) expect(lattice).toEqual(CRYSTAL.lattice);
  });

  it('names files in errors and warnings, and passes options on', () => {
    const file = write('plain.xyz', '1\n\nSi 0 0 0\n');
    const said: string[] = [];
    readStructures(file, { warn: (line) => said.push(line) });
    expect(said).toEqual([`${file}: 1 atom read as an isolated cluster; a cell can be given with --cell`]);
    expect(readStructures(file, { cell: [5, 5, 5] })[0].pbc).toEqual([true, true, true]);
    expect(() => readStructures(write('bad.xyz', '1\n\nSi 0 x 0\n'))).toThrow(`${at('bad.xyz')}:3: found 'x'`);
    expect(() => readStructures(at('none.xyz'))).toThrow('a file that exists');
    expect(() => readStructures(file, { source: 'x' } as never)).toThrow('option source: found an unknown name');
  });

  it('says what to do where ASE is needed and absent', () => {
    const file = write('x.cif', 'data_x\n');
    vi.stubEnv('GLASSY_PYTHON', at('no-python'));
    expect(() => readStructures(file)).toThrow(
      /x\.cif: found a format that is read through ASE .*expected ASE: 'pip install/,
    );
    vi.stubEnv('GLASSY_PYTHON', process.execPath);
    expect(() => readStructures(file)).toThrow(/x\.cif: found a file that ASE cannot read/);
  });
});

const hasAse = spawnSync(pythonPath(), ['-c', 'import ase']).status === 0;
describe.skipIf(!hasAse)('readStructures through ASE', { timeout: 60_000 }, () => {
  /** A file that ASE writes of the crystal. */
  function written(name: string, format: string): string {
    const script = 'import sys, ase.io; ase.io.write(sys.argv[2], ase.io.read(sys.argv[1]), format=sys.argv[3])';
    const made = spawnSync(pythonPath(), ['-c', script, write('in.extxyz', formatExtxyz([CRYSTAL])), at(name), format]);
    expect(made.stderr.toString()).toBe('');
    return at(name);
  }
  const isSame = (found: Structure[]): void => {
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ species: CRYSTAL.species, pbc: CRYSTAL.pbc });
    expect(numbers(found[0].lattice)).toEqual(numbers(CRYSTAL.lattice));
    expect(numbers(found[0].positions)).toEqual(numbers(CRYSTAL.positions));
  };

  it('reads the same structure from .traj, to the last bit, and named as others', () => {
    const [found] = readStructures(written('crystal.traj', 'traj'));
    expect(found.lattice).toEqual(CRYSTAL.lattice);
    expect(found.positions).toEqual(CRYSTAL.positions);
    expect(found.info).toMatchObject({ name: 'crystal', source: 'crystal.traj' });
  });

  it('reads the same structure from .db, and from a format that is named', () => {
    isSame(readStructures(written('crystal.db', 'db')));
    isSame(readStructures(written('crystal.other', 'traj'), { format: 'traj' }));
  });

  it('reads CIF', () => {
    const head = ['data_nacl', '_cell_length_a 5.64', '_cell_length_b 5.64', '_cell_length_c 5.64'];
    const angles = ['alpha', 'beta', 'gamma'].map((name) => `_cell_angle_${name} 90`);
    const group = ["_symmetry_space_group_name_H-M 'F m -3 m'", '_symmetry_Int_Tables_number 225'];
    const columns = ['loop_', '_atom_site_label', ...['x', 'y', 'z'].map((c) => `_atom_site_fract_${c}`)];
    const text = [...head, ...angles, ...group, ...columns, 'Na 0 0 0', 'Cl 0.5 0.5 0.5', ''].join('\n');
    const [found] = readStructures(write('nacl.cif', text));
    expect(found.species.join('')).toBe('NaNaNaNaClClClCl');
    expect(numbers(found.lattice)).toEqual([5.64, 0, 0, 0, 5.64, 0, 0, 0, 5.64]);
  });

  /** A triclinic box from (1, 2, 3), with the bounds that LAMMPS writes of it. */
  const dump = (columns: string, rows: string): string =>
    `ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS xy xz yz pp pp pp\n` +
    `-1 11.5 0.5\n2 13 -2\n3 15 1\nITEM: ATOMS ${columns}\n${rows}\n`;
  it.each([
    ['Cartesian positions', 'id type element x y z', '2 1 Si 7 8 9\n1 2 O 1 2 3'],
    ['scaled positions', 'id type element xs ys zs', '2 1 Si 0.75 0.55 0.5\n1 2 O 0 0 0'],
  ])('reads the bounds of a triclinic LAMMPS dump, with %s', (_, columns, rows) => {
    const [found] = readStructures(write('melt.lammpstrj', dump(columns, rows)));
    expect(numbers(found.lattice)).toEqual([10, 0, 0, 0.5, 10, 0, -2, 1, 12]);
    expect(found.species).toEqual(['O', 'Si']);
    expect(numbers(found.positions).slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers(found.positions)[5]).toBe(9);
  });

  it('never takes types of a LAMMPS dump for atomic numbers', () => {
    const file = write('types.dump', dump('id type x y z', '1 1 1 2 3\n2 2 4 5 6'));
    const format = 'lammps-dump-text';
    expect(() => readStructures(file, { format })).toThrow(/types\.dump: found atom types without elements, .*--types/);
    expect(readStructures(file, { format, types: ['Si', 'O'] })[0].species).toEqual(['Si', 'O']);
    expect(readStructures(file, { types: { 1: 'O', 2: 'Ge' } })[0].species).toEqual(['O', 'Ge']);
  });

  it('says why ASE cannot read a file, and that no cell was found', () => {
    expect(() => readStructures(write('x.nothing', 'nothing'))).toThrow(
      /x\.nothing: found a file that ASE cannot read \(/,
    );
    const said: string[] = [];
    readStructures(write('x.gen', '1 C\nSi\n1 1 0 0 0\n'), { warn: (line) => said.push(line) });
    expect(said).toEqual([`${at('x.gen')}: 1 atom read as an isolated cluster; a cell can be given with --cell`]);
  });
});

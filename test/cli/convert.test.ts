import * as fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { parseStructures } from '../../src/structures/parseStructures';
import { readStructures } from '../../src/structures/readStructures';
import { runHere as run } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  writeExtxyz('cell.extxyz', [toyCell('toy', 1)]);
  fs.writeFileSync('plain.xyz', '2\n\nSi 0 0 0\nSi 1 1 1\n');
  fs.writeFileSync('types.xyz', '2\n\n1 0 0 0\n2 1 1 1\n');
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('convert', () => {
  it.each(['cell.vasp', 'cell.lmp', 'back.extxyz.gz'])('writes %s, which reads back as the same cell', async (out) => {
    const { code, said } = await run(`convert cell.extxyz -o ${out}`);
    expect([code, said]).toEqual([0, `1 structure to ${out}\n`]);
    const [[cell], [back]] = [readStructures('cell.extxyz'), readStructures(out)];
    expect(back.species).toEqual(cell.species);
    expect(back.lattice).toEqual(cell.lattice);
    back.positions.forEach((x, k) => {
      expect(x).toBeCloseTo(cell.positions[k], 9);
    });
  });

  it('says in every format what made the file, and what had made its input', async () => {
    await run('convert cell.extxyz -o once.extxyz');
    await run('convert once.extxyz -o twice.extxyz');
    const [{ info }] = readStructures('twice.extxyz');
    const of = { command: 'convert', input: ['cell.extxyz'] };
    expect(JSON.parse(String(info.provenance))).toMatchObject({ command: 'convert', input: ['once.extxyz'], of });
    for (const out of ['named.vasp', 'named.lmp']) {
      await run(`convert cell.extxyz -o ${out}`);
      expect(fs.readFileSync(out, 'utf8')).toMatch(/^toy; glassy-motifs \S+ convert cell\.extxyz\n/);
    }
  });

  it('says on standard error that no cell was found, and takes --cell and --types', async () => {
    const plain = await run('convert plain.xyz -o -');
    expect(plain.told).toMatch(/^plain\.xyz: 2 atoms read as an isolated cluster; a cell can be given with --cell\n/);
    const { code, stdout, told } = await run('convert types.xyz --cell 4,5,6,90,90,120 --types 1=Si,2=O -o -');
    expect([code, told]).toEqual([0, '1 structure to standard output\n']);
    const [found] = parseStructures(stdout);
    expect(found).toMatchObject({ species: ['Si', 'O'], pbc: [true, true, true] });
    expect(found.lattice[3]).toBeCloseTo(-2.5, 12);
  });

  it.each([
    ['convert types.xyz -o x.extxyz', /types\.xyz:3: found atom type 1, .*--types/],
    ['convert plain.xyz --cell 4,5 -o x.extxyz', /option --cell: found 4 5, expected 3 edges/],
    ['convert plain.xyz --types Si,Qq -o x.extxyz', /option --types: found "Qq"/],
    ['convert cell.extxyz --cell 4,5,6 -o x.extxyz', /cell\.extxyz, frame 0: found a cell, expected none/],
    ['convert cell.extxyz plain.xyz -o x.vasp', /option --out: found 'x\.vasp' for 2 structures/],
    ['convert plain.xyz -o x.vasp', /found free directions/],
    ['convert cell.extxyz -o x.cif', /option --out: found 'x\.cif', expected a name that ends in/],
    ['convert cell.extxyz --format poscar -o x.extxyz', /cell\.extxyz:3: found 'Si'/],
  ])('%s ends with one line', async (line, message) => {
    const { code, complaints } = await run(line);
    expect(code).toBe(1);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(message);
    expect(fs.readdirSync('.').filter((name) => name.startsWith('x.'))).toEqual([]);
  });
});

describe('commands that read cells', () => {
  it('take --cell, and say what they read', async () => {
    fs.writeFileSync(
      'bare.xyz',
      `8\n\n${'000 022 202 220 111 133 313 331'
        .split(' ')
        .map((r) => `Si ${[...r].map((k) => 1.3575 * Number(k)).join(' ')}`)
        .join('\n')}\n`,
    );
    const periodic = await run('extract bare.xyz --cell 5.43,5.43,5.43 -o p.extxyz');
    expect([periodic.code, periodic.told]).toEqual([0, '']);
    expect(periodic.said.split('\n')[0]).toBe('8 motifs of 8 neighbors to p.extxyz');
    const isolated = await run('extract bare.xyz --count 3 -o i.extxyz');
    expect(isolated.told).toMatch(/^bare\.xyz: 8 atoms read as an isolated cluster/);
    const again = await run('extract p.extxyz --count 8 -o again.extxyz');
    expect(again.told).toBe('');
  });
});

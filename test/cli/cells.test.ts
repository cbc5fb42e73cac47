import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program';
import { createProgress } from '../../src/cli/progress';
import type { Terminal } from '../../src/cli/terminal';
import { Denoiser, generateCells, residualOf } from '../../src/diffusion';
import { bondAngles, coordination, density } from '../../src/evaluate/structure/cells';
import { modelFile } from '../../src/model';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { readExtxyz } from '../../src/structures/readStructures';
import type { Structure } from '../../src/structures/structure';
import { stillingerWeber } from '../materials/silicon/energies';
import { runHere as run } from './here';
import { temporaryFolder } from './process';

const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  const small = { channels: 8, layers: 1, cutoff: 3, radial: 4, noiseLevels: 5, neighbors: 8 };
  Denoiser.create({ ...small, species: ['Ge'] }).save('ge.json');
  Denoiser.create({ ...small, species: ['Si', 'O'] }).save('two.json');
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Cells that a command line wrote to standard output. */
async function made(line: string): Promise<Structure[]> {
  const { code, stdout, complaints } = await run(`cells ${line} -o -`);
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  return parseExtxyz(stdout);
}

const DENSITY = '--density 2.28';
const SMALL = `--atoms 64 --steps 2 ${DENSITY} --bonds 2.85 --potential stillinger-weber`;

/** Runs a command line that is interrupted after so many steps. */
async function interrupted(line: string, steps: number): Promise<{ code: number; complaints: string[] }> {
  const complaints: string[] = [];
  const controller = new AbortController();
  let calls = 0;
  const update = (): void => {
    if (++calls === steps) controller.abort();
  };
  const terminal: Terminal = {
    command: {},
    write: () => undefined,
    say: () => undefined,
    progress: () => ({ update, finish: () => undefined }),
    interruption: () => controller.signal,
  };
  const code = await runProgram(line.split(' '), terminal, (text) => complaints.push(text));
  return { code, complaints };
}

describe('cells', () => {
  it('are those of generateCells', async () => {
    const denoiser = Denoiser.load(modelFile('cells'));
    const expected = await generateCells(denoiser, { atoms: 64, steps: 2, seed: 3, count: 2, density: 2.1 });
    denoiser.dispose();
    const cells = await made(`-n 2 ${SMALL} --seed 3 --density 2.1`);
    expect(cells.map(({ positions }) => positions)).toEqual(expected.map(({ positions }) => positions));
    expect(cells.map(({ lattice }) => lattice)).toEqual(expected.map(({ lattice }) => lattice));
    expect(density(cells[0])).toBeCloseTo(2.1, 10);
    expect(cells[1].info).toMatchObject({ name: 'generated-3-1', model: 'cells', steps: 2 });
  });
  it('of a seed are the same whatever their number; atoms stay in the cell', async () => {
    const two = await made(`-n 2 ${SMALL} --seed 4`);
    for (const { positions, lattice } of two) {
      expect(positions.length).toBe(192);
      expect(positions.every((x) => x >= 0 && x < lattice[0])).toBe(true);
    }
    expect(await made(`${SMALL} --seed 4`)).toEqual(two.slice(0, 1));
    expect(await made(`${SMALL} --seed 4 --first 1`)).toEqual(two.slice(1));
    expect(two[0].positions).not.toEqual(two[1].positions);
  });
  it('are the same bytes from the same seed, other ones from another', async () => {
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ])
      await run(`cells ${SMALL} --seed ${seed} -o ${name}.extxyz.gz`);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => gunzipSync(fs.readFileSync(`${name}.extxyz.gz`)));
    expect(a.equals(b)).toBe(true);
    expect(a.equals(c)).toBe(false);
  });
  it('are told of on standard error, by what is in the file', async () => {
    const { said, told } = await run(`cells -n 2 ${SMALL} -o told.extxyz`);
    expect(said).toBe('2 cells to told.extxyz\n');
    const lines = told.trim().split('\n');
    const cells = readExtxyz('told.extxyz');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^\d+\.\d s a cell$/);
    const denoiser = Denoiser.load(modelFile('cells'));
    cells.forEach((cell, k) => {
      const numbers =
        /^generated-0-\d: bonds 2.85 Å, Si (\S+) % (\d+)-fold, bond angles (\S+) ± (\S+)°, (\S+) eV\/atom \(.*\), doubtful: atoms are (\S+) Å from where the model expects them$/.exec(
          lines[k],
        );
      const [share, fold, mean, deviation, energy, residual] = (numbers ?? []).slice(1).map(Number);
      const angles = Array.from(bondAngles(cell, { bonds: 2.85 }), (angle) => (180 * angle) / Math.PI);
      const square = angles.reduce((sum, x) => sum + x * x, 0) / angles.length;
      const counts = Array.from(coordination(cell, { bonds: 2.85 }));
      const atoms = [...new Set(counts)].map((of) => counts.filter((count) => count === of).length);
      expect(share).toBeCloseTo((100 * Math.max(...atoms)) / 64, 1);
      expect(share).toBeCloseTo((100 * counts.filter((count) => count === fold).length) / 64, 1);
      expect(mean).toBeCloseTo(angles.reduce((sum, x) => sum + x, 0) / angles.length, 0);
      expect(deviation).toBeCloseTo(Math.sqrt(square - mean ** 2), 0);
      expect(energy).toBeCloseTo(stillingerWeber(cell).energy / 64, 2);
      // Two steps are too few.
      expect(residual).toBeCloseTo(residualOf(denoiser, cell), 1);
      expect(residual).toBeGreaterThan(0.1);
    });
  });
  it('are in the file as soon as each is told of: who breaks off has the finished ones', async () => {
    const there: number[] = [];
    const terminal: Terminal = {
      command: {},
      write: () => undefined,
      say: () => there.push(readExtxyz('growing.extxyz').length),
      progress: (label, total) => createProgress({ isTTY: false, write: () => undefined }, label, total),
      interruption: () => new AbortController().signal,
    };
    await runProgram(`cells -n 3 ${SMALL} -o growing.extxyz`.split(' '), terminal, () => undefined);
    expect(there).toEqual([1, 2, 3, 3, 3]);
  });
  it('of one atom without a bond are told of too', async () => {
    const { code, told } = await run(
      'cells --atoms 1 --density 0.1 --steps 1 --potential stillinger-weber -o one.extxyz',
    );
    expect(code).toBe(0);
    expect(told).toMatch(/: bonds none, Si 100\.0 % 0-fold, no bond angles, -?0\.000 eV\/atom/);
  });
  it('are made of the element of a model of one element, without an energy where no potential was given', async () => {
    const { told } = await run(`cells --model ./ge.json --atoms 8 --steps 1 ${DENSITY} -o ge.extxyz`);
    expect(told).not.toContain('eV');
    expect(readExtxyz('ge.extxyz')[0].species).toEqual(new Array(8).fill('Ge'));
  });
  it('of two elements are told of by element', async () => {
    const bonds = { 'Si-O': 3 };
    const options = `--model two.json --composition SiO2 --atoms 60 --steps 1 ${DENSITY}`;
    const { told } = await run(`cells ${options} --bonds Si-O=3 -o two.extxyz`);
    const [cell] = readExtxyz('two.extxyz');
    for (const [pair, triplet] of [
      ['O-Si', 'Si-O-Si'],
      ['Si-O', 'O-Si-O'],
    ]) {
      const [symbol] = pair.split('-');
      const pattern = new RegExp(`, ${symbol} (\\S+) % (\\d+)-fold, bond angles (\\S+) ± `);
      const [share, fold, mean] = (pattern.exec(told) ?? []).slice(1).map(Number);
      const counts = Array.from(coordination(cell, { bonds, pair }));
      const angles = Array.from(bondAngles(cell, { bonds, triplet }), (angle) => (180 * angle) / Math.PI);
      expect(share).toBeCloseTo((100 * counts.filter((count) => count === fold).length) / counts.length, 1);
      expect(mean).toBeCloseTo(angles.reduce((sum, x) => sum + x, 0) / angles.length, 1);
    }
  });
  it('have the proportions of a composition', async () => {
    const [{ species }] = await made(`--model two.json --composition SiO2 --atoms 12 --steps 1 ${DENSITY}`);
    expect(species.filter((symbol) => symbol === 'O')).toHaveLength(8);
    expect(species.filter((symbol) => symbol === 'Si')).toHaveLength(4);
  });
  it('show their progress on a terminal', async () => {
    const { progress } = await run(`cells -n 3 ${SMALL} -o shown.extxyz`, true);
    for (const label of ['cell 1 of 3 2/2', 'cell 3 of 3 2/2']) expect(progress).toContain(label);
    expect(progress.endsWith('\r\u001b[K')).toBe(true);
  });
  it('that are finished stay when it is interrupted, and are resumed to the same bytes as of one run', async () => {
    const line = `cells -n 5 ${SMALL} --seed 7`;
    await run(`${line} -o whole.extxyz`);
    // Two cells of two steps at a time.
    expect(await interrupted(`${line} -o part.extxyz`, 3)).toEqual({
      code: 130,
      complaints: ['glassy-motifs cells: stopped after 2 of 5 cells'],
    });
    expect(readExtxyz('part.extxyz')).toEqual(readExtxyz('whole.extxyz').slice(0, 2));
    const { code, said, told } = await run(`${line} -o part.extxyz --resume`);
    expect([code, said]).toEqual([0, '5 cells to part.extxyz\n']);
    expect(told).toMatch(/^generated-7-2: /);
    expect(fs.readFileSync('part.extxyz').equals(fs.readFileSync('whole.extxyz'))).toBe(true);
  });
  it('are none where it is interrupted at once, and all where there is nothing to resume', async () => {
    expect(await interrupted(`cells ${SMALL} -o none.extxyz`, 1)).toEqual({
      code: 130,
      complaints: ['glassy-motifs cells: stopped after 0 of 1 cells'],
    });
    expect(fs.existsSync('none.extxyz')).toBe(false);
    expect((await run(`cells ${SMALL} -o none.extxyz --resume`)).said).toBe('1 cells to none.extxyz\n');
    const before = fs.readFileSync('none.extxyz');
    // All are there: nothing is made.
    expect((await run(`cells ${SMALL} -o none.extxyz --resume`)).told).toBe('');
    expect(fs.readFileSync('none.extxyz').equals(before)).toBe(true);
  });
  it('made otherwise are not taken for a beginning', async () => {
    await run(`cells ${SMALL} --seed 1 -o other.extxyz`);
    const before = fs.readFileSync('other.extxyz');
    const found = 'generated-1-0 of 64 atoms at 2.28 g/cm³ in 2 steps by cells';
    for (const [line, expected] of [
      ['--atoms 64 --steps 2 --seed 2 --density 2.28', found.replace('generated-1', 'generated-2')],
      ['--atoms 64 --steps 2 --seed 1 --density 2.28 --first 1', found.replace('1-0', '1-1')],
      ['--atoms 65 --steps 2 --seed 1 --density 2.28', found.replace('64', '65')],
      ['--atoms 64 --steps 3 --seed 1 --density 2.28', found.replace('2 steps', '3 steps')],
      ['--atoms 64 --steps 2 --seed 1 --density 2.3', found.replace('2.28', '2.3')],
    ]) {
      const { code, complaints } = await run(`cells ${line} -o other.extxyz --resume`);
      expect(code).toBe(1);
      expect(complaints).toEqual([`glassy-motifs cells: other.extxyz, cell 0: found ${found}, expected ${expected}`]);
    }
    const { complaints: window } = await run(`cells ${SMALL} --seed 1 --window 0.5,0.3 -o other.extxyz --resume`);
    expect(window).toEqual(['glassy-motifs cells: other.extxyz, cell 0: found window not given, expected 0.5,0.3']);
    expect(fs.readFileSync('other.extxyz').equals(before)).toBe(true);
    await run(`cells ${SMALL} --seed 1 --calls-per-step 2 -o calls.extxyz`);
    const { complaints: calls } = await run(`cells ${SMALL} --seed 1 -o calls.extxyz --resume`);
    expect(calls).toEqual(['glassy-motifs cells: calls.extxyz, cell 0: found calls_per_step 2, expected none']);
    const { complaints: approach } = await run(`cells ${SMALL} --seed 1 --approach ancestral -o other.extxyz --resume`);
    expect(approach).toEqual([
      'glassy-motifs cells: other.extxyz, cell 0: found approach not given, expected ancestral',
    ]);
    const { complaints } = await run(`cells ${SMALL} -o - --resume`);
    expect(complaints).toEqual(['glassy-motifs cells: option --resume: found standard output, expected a file']);
  });
});

describe('the window', () => {
  it('is that of generateCells, and is written with the cell', async () => {
    const line = `--atoms 64 --steps 12 ${DENSITY} --bonds 2.85 --seed 3`;
    const [cell] = await made(`${line} --window 0.5,0.3`);
    const options = { atoms: 64, steps: 12, density: 2.28, seed: 3 };
    const denoiser = Denoiser.load(modelFile('cells'));
    const [same] = await generateCells(denoiser, { ...options, window: [0.5, 0.3] });
    const [other] = await generateCells(denoiser, options);
    denoiser.dispose();
    expect(cell.info.window).toEqual([0.5, 0.3]);
    expect([...cell.positions]).toEqual([...same.positions]);
    expect([...cell.positions]).not.toEqual([...other.positions]);
  });
});

describe.each([
  ['calls per step', '--calls-per-step 3', { callsPerStep: 3 }, { calls_per_step: 3 }],
  ['correlation', '--correlation 0', { correlation: 0 }, { correlation: 0 }],
  ['approach', '--approach ancestral', { approach: 'ancestral' as const }, { approach: 'ancestral' }],
])('the %s', (_, option, more, said) => {
  it('is that of generateCells, and is written with the cell', async () => {
    const [cell] = await made(`--atoms 64 --steps 12 ${DENSITY} --bonds 2.85 --seed 3 ${option}`);
    const options = { atoms: 64, steps: 12, density: 2.28, seed: 3 };
    const denoiser = Denoiser.load(modelFile('cells'));
    const [same] = await generateCells(denoiser, { ...options, ...more });
    denoiser.dispose();
    expect(cell.info).toMatchObject(said);
    expect([...cell.positions]).toEqual([...same.positions]);
  });
});

describe('cells that cannot be', () => {
  it.each([
    ['', /'-o, --out <file>'/],
    ['-o x.json', /option --out: found 'x.json', expected a name that ends in \.extxyz/],
    ['-o x.extxyz -n 0', /option --number: found '0', expected an integer of at least 1/],
    ['-o x.extxyz --atoms 1.5', /option --atoms: found '1.5'/],
    ['-o x.extxyz --density 0', /option --density: found '0', expected a number above 0/],
    ['-o x.extxyz --density 20', /option --density: found 20 g.cm³, expected 0.0081 to 13 g.cm³/],
    ['-o x.extxyz --steps 0', /option --steps/],
    ['-o x.extxyz --window 0.2', /option --window: found '0.2', expected two noise levels above 0, the higher first/],
    ['-o x.extxyz --correlation 1', /option --?correlation: found 1, expected above −1 and below 1/],
    ['-o x.extxyz --approach flow', /option '--approach <way>' argument 'flow' is invalid/],
    ['-o x.extxyz --calls-per-step 0', /option --calls-per-step: found '0'/],
    ['-o x.extxyz --steps 2 --calls-per-step 3', /option --?steps: found 2/],
    ['-o x.extxyz --window 0.2,0.3', /option --window: found '0.2,0.3'/],
    ['-o x.extxyz --first -1', /option --first: found '-1'/],
    ['-o x.extxyz --composition Si2o', /option --composition: found 'Si2o', expected a formula like SiO2/],
    ['-o x.extxyz --seed 99999999999', /option --seed: found 99999999999/],
    ['-o x.extxyz --model nowhere', /model: found "nowhere", expected one of .*cells/],
    ['-o x.extxyz --model vae-none', /vae-none\.json: found format "glassy-motifs model"/],
    ['-o x.extxyz --model no/where.json', /no\/where\.json/],
    ['-o x.extxyz --composition Ge', /option --composition: found Ge, expected elements that the model knows: Si/],
    ['-o x.extxyz --model two.json', /option --composition: found none, expected one of Si, O/],
    ['-o x.extxyz --model two.json --composition SiO2 --atoms 4', /option --atoms: found 4, expected a multiple of 3/],
    ['-o x.extxyz --model ge.json --potential stillinger-weber', /option --potential: found stillinger-weber with Ge/],
    ['-o x.extxyz --bonds 0', /option --bonds: found '0'/],
    ['-o x.extxyz --bonds Si-Si=x', /option --bonds: found 'Si-Si=x'/],
    ['-o x.extxyz --potential lennard-jones', /--potential <name>.*lennard-jones.*stillinger-weber/],
    ['-o x.extxyz --resume 3', /too many arguments/],
  ])('%s', async (line, message) => {
    const { code, stdout, said, told, complaints } = await run(`cells ${DENSITY} ${line}`.trim());
    expect(code).toBe(1);
    expect(stdout + said + told).toBe('');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(message);
    expect(fs.readdirSync(folder).filter((name) => /^x|tmp/.test(name))).toEqual([]);
  });
  it('leave the file that was there', async () => {
    fs.writeFileSync(path.join(folder, 'old.extxyz'), 'old');
    expect((await run(`cells ${DENSITY} --composition Ge -o old.extxyz`)).code).toBe(1);
    expect(fs.readFileSync('old.extxyz', 'utf8')).toBe('old');
  });
});

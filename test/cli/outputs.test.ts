import * as fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { crystal, DIAMOND } from '../evaluate/helpers';
import { runHere } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

let folder: string;
const there = process.cwd();

beforeAll(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  writeExtxyz('cells/a.extxyz', [toyCell('a', 1)]);
  fs.symlinkSync('cells/a.extxyz', 'link.extxyz');
  fs.linkSync('cells/a.extxyz', 'hard.extxyz');
  fs.writeFileSync('m.json', '{}');
  fs.mkdirSync('empty');
});
afterAll(() => {
  process.chdir(there);
  fs.rmSync(folder, { recursive: true });
});

it.each([
  'extract cells/a.extxyz -o cells/a.extxyz',
  'extract cells -o cells/a.extxyz',
  'extract cells/*.extxyz -o ./cells/../cells/a.extxyz',
  'extract cells/a.extxyz -o link.extxyz',
  'extract link.extxyz -o cells/a.extxyz',
  'extract cells/a.extxyz -o hard.extxyz',
  'convert cells/a.extxyz -o cells/a.extxyz',
  'fill cells/a.extxyz --remove 0 -o cells/a.extxyz',
  'interpolate m.json cells/a.extxyz:1 cells/a.extxyz:2 -o cells/a.extxyz',
  'evaluate cells --reference cells --training m.json -o m.json',
  'sample m.json -o m.json',
])('an output that is an input is refused: %s', async (line) => {
  const before = fs.readFileSync('cells/a.extxyz');
  const { code, complaints } = await runHere(line);
  expect(code).toBe(1);
  expect(complaints[0]).toMatch(/option --out: found '.*', which is one of the inputs, expected a file of its own$/);
  expect(fs.readFileSync('cells/a.extxyz').equals(before)).toBe(true);
  expect(fs.readFileSync('m.json', 'utf8')).toBe('{}');
});

it('two outputs of one name are refused', async () => {
  const { code, complaints } = await runHere('train cells -o x.json --checkpoint x.json');
  expect([code, complaints[0]]).toEqual([
    1,
    expect.stringContaining("option --checkpoint: found 'x.json', which is that of --out"),
  ]);
});

it('a folder without cells is not missing', async () => {
  const { code, complaints } = await runHere('extract empty -o x.json');
  expect([code, complaints[0]]).toEqual([1, expect.stringContaining("cells: found no structures in 'empty'")]);
});

it.each(['extract a\0b -o x.json', 'extract cells -o x\ny.json', 'extract cells --bonds 2\u001b[2J -o x.json'])(
  'control characters are refused in one line: %j',
  async (line) => {
    const { code, complaints } = await runHere(line);
    expect([code, complaints.length]).toEqual([1, 1]);
    expect(complaints[0]).toMatch(
      /^glassy-motifs extract: argument: found "[^\p{Cc}]*", expected text without control characters$/u,
    );
  },
);

it('cells of several materials are listed as read', async () => {
  writeExtxyz('both/a.extxyz', [toyCell('a', 1)]);
  writeExtxyz('both/b.extxyz', [toyCell('b', 2, ['Si', 'O'])]);
  const { told } = await runHere('extract both -o both.json');
  expect(told).toContain('read as one set, 2 materials: Si (a); O-Si (b)\n');
});

it('a choice among neighbors that are equally far is said', async () => {
  writeExtxyz('diamond.extxyz', [crystal(DIAMOND, 5.43, 3)]);
  const { said } = await runHere('extract diamond.extxyz --cutoff 4 --count 8 -o diamond.json');
  expect(said).toContain('216 motifs (100.0 %) leave out an atom as near as the last of their 8; a rule chose which');
});

it.each([
  ['extract cells --cutoff 2000 -o x.json', /within reach( of one)?, expected at most/],
  [
    'sample m.json -n 1000000000 -o x.json',
    /option --number: found '1000000000', expected an integer from 1 to 10000000/,
  ],
  ['train cells --hidden 1e5 -o x.json', /option --hidden: found '1e5'/],
  ['train cells --hidden 1000000,1000000 -o x.json', /found 2.00e\+12 parameters, expected at most 134,217,728/],
  ['fill cells --center 1e300,0,0 --missing 1 -o x.xyz', /option --center: found '1e300,0,0', expected three numbers/],
  ['train cells --epochs 0x3 -o x.json', /option --epochs: found '0x3'/],
  ['extract cells --cutoff 0x3 -o x.json', /option --cutoff: found '0x3'/],
])('is refused before work: %s', async (line, message) => {
  const { code, complaints } = await runHere(line);
  expect([code, complaints.length]).toEqual([1, 1]);
  expect(complaints[0]).toMatch(message);
});

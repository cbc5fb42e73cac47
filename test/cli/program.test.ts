import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { runHere as run } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const before = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  process.chdir(folder);
  fs.mkdirSync('cells');
  for (const [k, name] of ['a', 'b', 'c'].entries())
    writeExtxyz(path.join('cells', `${name}.extxyz`), [toyCell(name, k)]);
  fs.writeFileSync('broken.extxyz', '1\nProperties=species:S:1:pos:R:3\nSi 0 zero 0\n');
  fs.writeFileSync('few.extxyz', '1\nProperties=species:S:1:pos:R:3\nSi 0 0 0\n');
  fs.writeFileSync('other.json', '{}');
  await run('extract cells -o all.extxyz');
  await run('train cells --epochs 1 --steps-per-epoch 1 --batch-size 8 -o model.json');
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('bad usage and input ends with 1 and one line', () => {
  it.each([
    ['', /missing command/],
    ['extrct', /unknown command 'extrct' \(Did you mean extract\?\)/],
    ['extract cells', /'-o, --out <file>'/],
    ['extract cells -o x.extxyz --cutof 3', /unknown option '--cutof' \(Did you mean --cutoff\?\)/],
    ['extract cells -o x.extxyz --cutoff -1', /option --cutoff: found '-1', expected a number above 0/],
    ['extract cells -o x.extxyz --seed 1.5', /option --seed: found '1.5'/],
    ['extract cells -o x.csv', /option --out: found 'x.csv', expected a name that ends in/],
    ['extract cells -o cells/a.extxyz/x.extxyz', /option --out/],
    ['extract cells -o x.extxyz --chemiscope x.txt', /option --chemiscope/],
    ['extract missing.extxyz -o x.extxyz', /missing\.extxyz/],
    ['extract broken.extxyz -o x.extxyz', /broken\.extxyz:3: found 'zero', expected a real number/],
    ['extract few.extxyz -o x.extxyz', /no atom with 8 neighbors within 4 Å/],
    ['extract other.json -o x.extxyz', /other\.json/],
    ['train cells -o x.json --decoder polar', /--decoder .*polar.*gram, cartesian/],
    ['train cells -o x.json --patience 3', /option --patience/],
    ['train cells -o x.json --split 0/9', /index 9/],
    ['train cells -o x.json --resume', /option --resume: found true without checkpoint/],
    ['sample other.json -o x.extxyz', /other\.json/],
    ['sample nowhere.json -o x.extxyz', /nowhere\.json/],
    ['interpolate model.json all.extxyz:81 all.extxyz:0 -o x.extxyz', /all\.extxyz:81: found index 81, expected .* 80/],
    ['interpolate model.json cells/a.extxyz:1:0 all.extxyz:0 -o x.extxyz', /cells\/a\.extxyz:1:0/],
    ['infill model.json all.extxyz -o x.extxyz', /motif 0: found every neighbor known/],
    ['infill model.json all.extxyz --known 0-8 -o x.extxyz', /option --known: found neighbor 8/],
    ['infill model.json all.extxyz --known 0 --missing 1 -o x.extxyz', /option --missing/],
    ['evaluate all.extxyz', /'--reference <input>'/],
    ['evaluate --reference all.extxyz', /motifs to judge, or --set, or --model/],
    ['evaluate all.extxyz --reference all.extxyz --level 1', /option --level/],
  ])('%s', async (line, message) => {
    const { code, stdout, said, complaints } = await run(line);
    expect(code).toBe(1);
    expect(stdout + said).toBe('');
    expect(complaints.length).toBe(1);
    expect(complaints[0]).toMatch(/^glassy-motifs.*: .*$/);
    expect(complaints[0]).not.toContain('\n');
    expect(complaints[0]).toMatch(message);
    expect(fs.readdirSync('.').filter((name) => /^x|tmp/.test(name))).toEqual([]);
  });
});

describe('progress', () => {
  it.each([
    'train cells --epochs 2 --steps-per-epoch 1 --batch-size 8 -o t.json',
    'infill model.json all.extxyz --atom 0 --known 0-5 --restarts 2 --steps 2 -o t.extxyz',
    'evaluate all.extxyz --reference all.extxyz --resamples 2',
  ])('is shown on a terminal and nowhere else: %s', async (line) => {
    const { progress } = await run(line, true);
    expect(progress.startsWith('\r') && progress.endsWith('\r\u001b[K')).toBe(true);
    expect((await run(line)).progress).toBe('');
  });
});

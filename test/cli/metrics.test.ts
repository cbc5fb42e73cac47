import * as fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Metric } from '../../src/cli/metrics';
import { formatTable, parseTable } from '../../src/cli/table';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { runHere } from './here';
import { temporaryFolder } from './process';
import { toyCell } from './toy';

const there = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  process.chdir(folder);
  ['a', 'b', 'c'].forEach((name, k) => {
    writeExtxyz(`${name}.extxyz`, [toyCell(name, k)]);
  });
  for (const line of [
    'extract a.extxyz -o a.json',
    'evaluate --set first=a.json --set second=b.extxyz --reference c.extxyz --resamples 2 -o sets.csv',
    'evaluate a.json --reference c.extxyz --resamples 2 -o first.json',
    'evaluate b.extxyz --reference c.extxyz --resamples 2 -o second.csv',
  ]) {
    expect({ line, ...(await runHere(line)) }).toMatchObject({ line, code: 0 });
  }
});
afterAll(() => {
  process.chdir(there);
  fs.rmSync(folder, { recursive: true });
});

const table = (file: string): Metric[] => parseTable(fs.readFileSync(file, 'utf8'), file);
const named = (name: string): Metric[] =>
  table('sets.csv').flatMap(({ set, ...row }) => (set === name && !row.key.startsWith('cells.') ? [row] : []));

it('several named sets are judged as each by itself, in one table', () => {
  const motifs = (rows: Metric[]): Metric[] => rows.filter(({ key }) => !key.startsWith('cells.'));
  expect(named('first').length).toBeGreaterThan(10);
  expect(named('first')).toEqual(table('first.json'));
  expect(named('second')).toEqual(motifs(table('second.csv')));
  expect(table('sets.csv').some(({ set, key }) => set === 'second' && key.startsWith('cells.'))).toBe(true);
});

it('keys are words without commas, once in a set', () => {
  const keys = table('second.csv').map(({ key }) => key);
  expect(keys.every((key) => /^[\w.-]+$/.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
});

it('tables of both formats are merged, each row with its file', async () => {
  await runHere('metrics merge first.json second.csv -o all.csv');
  const rows = (file: string): Metric[] => table(file).map((row) => ({ file, ...row }));
  expect(table('all.csv')).toEqual([...rows('first.json'), ...rows('second.csv')]);
  expect((await runHere('metrics merge all.csv -o again.json')).said).toMatch(/^\d+ metrics of 1 tables to again.json/);
  expect(table('again.json')).toEqual(table('all.csv'));
  const { metrics, provenance } = JSON.parse(fs.readFileSync('again.json', 'utf8'));
  expect([metrics.length, provenance.command]).toEqual([table('all.csv').length, 'metrics']);
});

it.each([
  ['metrics sort first.json', /action: found 'sort', expected 'merge'/],
  ['metrics merge none.csv', /no file for 'none.csv'/],
  ['metrics merge a.json -o x.csv', /a.json, metrics: found undefined, expected a list/],
  ['metrics merge a.extxyz -o x.csv', /a.extxyz: found .*expected a table of metrics/],
  ['metrics merge first.json -o first.json', /option --out: found 'first.json', which is one of the inputs/],
  ['evaluate a.json --set b=b.extxyz --reference c.extxyz', /input: found several ways/],
  ['evaluate --set b.extxyz --reference c.extxyz', /option --set: found 'b.extxyz', expected a name and an input/],
  ['evaluate --set b=a.json --set b=b.extxyz --reference c.extxyz', /option --set: found 'b' again/],
  ['evaluate --set b=a.json --reference c.extxyz -o a.json', /option --out: found 'a.json', which is one of the/],
])('%s is refused', async (line, message) => {
  const { code, complaints } = await runHere(line);
  expect([code, complaints[0]]).toEqual([1, expect.stringMatching(message)]);
});

it('text with commas and quotes comes back from CSV', () => {
  const row = { key: 'x', metric: 'a "b", c', unit: '', value: 1.5, low: null, high: null, floor: 0 };
  expect(parseTable(formatTable([row, { ...row, set: 'one, two' }], 'x.csv', {}), 'x.csv')).toEqual([
    row,
    { ...row, set: 'one, two' },
  ]);
  expect(() => parseTable('key,value\nx,y\n', 'x.csv')).toThrow('x.csv, metrics[0].metric: found undefined');
});

it('motif sets say how they were made, in every format and when read again', async () => {
  const made = { library: expect.any(String), command: 'extract', input: ['a.extxyz'] };
  const options = { cutoff: 4, count: 8, take: 3, seed: 2 };
  for (const [k, name] of ['x.json', 'x.extxyz', 'x.parquet'].entries()) {
    await runHere(`extract a.extxyz --take 3 --seed 2 -o ${name}`);
    await runHere(`extract ${name} -o y${k}.json`);
    const { provenance } = JSON.parse(fs.readFileSync(`y${k}.json`, 'utf8'));
    expect(provenance).toMatchObject({ command: 'extract', input: [name], of: { ...made, options } });
  }
  const inFolder = await runHere(`extract ${folder}/a.extxyz --take 3 --seed 2 -o z.json --chemiscope z-map.json`);
  expect(inFolder.code).toBe(0);
  expect(fs.readFileSync('z.json').equals(fs.readFileSync('x.json'))).toBe(true);
  expect(JSON.parse(fs.readFileSync('z-map.json', 'utf8')).meta.name).toBe('a');
});

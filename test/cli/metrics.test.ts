import * as fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Metric } from '../../src/cli/metrics';
import { formatTable, readTable } from '../../src/cli/table';
import { tablePage } from '../../src/cli/tablePage';
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
}, 120_000);
afterAll(() => {
  process.chdir(there);
  fs.rmSync(folder, { recursive: true });
});

const named = async (name: string): Promise<Metric[]> =>
  (await readTable('sets.csv')).flatMap(({ set, ...row }) =>
    set === name && !row.key.startsWith('cells.') ? [row] : [],
  );
/** Without what made the table. */
const bare = (rows: Metric[]): Metric[] => rows.map(({ provenance: _, ...row }) => row);

it('several named sets are judged as each by itself, in one table', async () => {
  const motifs = (rows: Metric[]): Metric[] => rows.filter(({ key }) => !key.startsWith('cells.'));
  const [first, second] = [await named('first'), await named('second')];
  expect(first.length).toBeGreaterThan(10);
  expect(bare(first)).toEqual(bare(await readTable('first.json')));
  expect(bare(second)).toEqual(bare(motifs(await readTable('second.csv'))));
  const all = await readTable('sets.csv');
  expect(all.some(({ set, key }) => set === 'second' && key.startsWith('cells.'))).toBe(true);
});

it('keys are words without commas, once in a set', async () => {
  const keys = (await readTable('second.csv')).map(({ key }) => key);
  expect(keys.every((key) => /^[\w.-]+$/.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
});

it('tables of all formats are merged, each row with its file and what made it', async () => {
  await runHere('metrics merge first.json second.csv -o all.csv');
  const rows = async (file: string): Promise<Metric[]> => (await readTable(file)).map((row) => ({ file, ...row }));
  const all = await readTable('all.csv');
  expect(all).toEqual([...(await rows('first.json')), ...(await rows('second.csv'))]);
  const commands = all.map(({ provenance = '' }) => JSON.parse(provenance));
  expect(commands[0]).toMatchObject({ command: 'evaluate', input: ['a.json'], options: { resamples: 2 } });
  expect(commands[all.length - 1]).toMatchObject({ command: 'evaluate', input: ['b.extxyz'] });
  fs.writeFileSync('list.txt', 'first.json\nsecond.csv\n');
  await runHere('metrics merge --list list.txt -o all.parquet');
  expect(await readTable('all.parquet')).toEqual(all);
  expect((await runHere('metrics merge all.parquet -o again.json')).said).toMatch(
    /^\d+ metrics of 1 tables to again.json/,
  );
  expect(await readTable('again.json')).toEqual(all);
  const { metrics, provenance } = JSON.parse(fs.readFileSync('again.json', 'utf8'));
  expect([metrics.length, provenance.command]).toEqual([all.length, 'metrics']);
});

it('the page has one row for an ensemble: mean and deviation of its seeds', () => {
  const rows = ['a/seed-0', 'a/seed-1', 'b <i>/seed-0'].map((set, k) => {
    return { set, key: 'x', metric: 'x', unit: 'Å', value: 1 + 2 * k, low: 0.5, high: 6, floor: null };
  });
  const page = tablePage(rows, { provenance: { command: 'metrics' } });
  const cells = (line: string): string[] => [...line.matchAll(/<td[^>]*>([^<]*)/g)].map(([, text]) => text);
  const found = page.split('\n').filter((line) => line.startsWith('<tr><td>'));
  expect(found.map(cells)).toEqual([
    ['a', '2', '2 ± 1', '', ''],
    ['b &lt;i&gt;', '1', '5', '', ''],
  ]);
  // From 0.5 to 6, on the strip's 230 pixels between margins of 5.
  const points = [...page.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  points.forEach((x, k) => {
    expect(x).toBeCloseTo(5 + (230 * (2 * k + 0.5)) / 5.5, 0);
  });
});

it.each([
  ['metrics sort first.json', /action: found 'sort', expected 'merge'/],
  ['metrics merge -o x.csv', /tables: found none, expected files, or --list/],
  ['metrics merge --list none.txt -o x.csv', /none.txt: found ENOENT/],
  ['metrics merge none.csv', /no file for 'none.csv'/],
  ['metrics merge a.json -o x.csv', /a.json, metrics: found undefined, expected a list/],
  ['metrics merge a.extxyz -o x.csv', /a.extxyz: found another kind of file, expected a table that ends in/],
  ['metrics merge first.json -o first.json', /option --out: found 'first.json', which is one of the inputs/],
  ['evaluate a.json --set b=b.extxyz --reference c.extxyz', /input: found several ways/],
  ['evaluate --set b.extxyz --reference c.extxyz', /option --set: found 'b.extxyz', expected a name and an input/],
  ['evaluate --set b=a.json --set b=b.extxyz --reference c.extxyz', /option --set: found 'b' again/],
  ['evaluate --set b=a.json --reference c.extxyz -o a.json', /option --out: found 'a.json', which is one of the/],
])('%s is refused', async (line, message) => {
  const { code, complaints } = await runHere(line);
  expect([code, complaints[0]]).toEqual([1, expect.stringMatching(message)]);
});

it('text with commas and quotes comes back from CSV', async () => {
  const row = { key: 'x', metric: 'a "b", c', unit: '', value: 1.5, low: null, high: null, floor: 0 };
  fs.writeFileSync('x.csv', await formatTable([row, { ...row, set: 'one, two' }], 'x.csv', {}));
  expect(await readTable('x.csv')).toEqual([row, { ...row, set: 'one, two' }]);
  fs.writeFileSync('x.csv', 'key,value\nx,y\n');
  await expect(readTable('x.csv')).rejects.toThrow('x.csv, metrics[0].metric: found undefined');
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
  const { meta } = JSON.parse(fs.readFileSync('z-map.json', 'utf8'));
  expect(meta).toMatchObject({ name: 'a', description: expect.stringContaining('"command":"extract"') });
});

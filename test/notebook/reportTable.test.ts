import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { JSDOM } from 'jsdom';
import { afterAll, describe, expect, it } from 'vitest';
import { reportTable, type TableRow } from '../../src/notebook';
import { reportFolder } from '../../src/notebook/reportTable';
import { captureOutput, inFakeKernel } from './fakeKernel';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const read = (file: string): string => fs.readFileSync(path.join(folder, file), 'utf8');
const write = (name: string, rows: TableRow[], digits?: number | Record<string, number>) =>
  inFakeKernel(() => reportTable(name, rows, { folder, digits, caption: 'Two <b>.' }));

describe('reportTable', () => {
  const rows = [
    { model: 'a, "b"', motifs: 500, 'rmsd (Å)': 1 / 3, share: -1 },
    { model: 'c < d', motifs: 20, 'rmsd (Å)': 2, share: Number.NaN },
  ];

  it('writes numbers in full as CSV and JSON, and leaves one that is not finite empty', async () => {
    await write('numbers', rows, 2);
    const lines = read('numbers.csv').split('\r\n');
    expect(lines).toEqual(['model,motifs,rmsd (Å),share', '"a, ""b""",500,0.3333333333333333,-1', 'c < d,20,2,', '']);
    const parsed = JSON.parse(read('numbers.json'));
    expect(parsed.rows[0]).toEqual(rows[0]);
    expect(parsed.rows[1].share).toBeNull();
    expect(parsed.caption).toBe('Two <b>.');
  });

  it('shows and writes the page rounded by column, counts without decimals', async () => {
    const sent = await write('page', rows, { 'rmsd (Å)': 2, share: 1 });
    expect(sent[0].data['text/markdown']).toContain('| c &#60; d | 20 | 2.00 | – |');
    const { document } = new JSDOM(read('page.html')).window;
    const cells = [...document.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(cells).toEqual([
      ['model', 'motifs', 'rmsd (Å)', 'share'],
      ['a, "b"', '500', '0.33', '−1.0'],
      ['c < d', '20', '2.00', '–'],
    ]);
    expect(document.querySelector('caption')?.textContent).toBe('Two <b>.');
  });

  it('shows estimates with their intervals, and writes the three numbers apart', async () => {
    const value = { value: 0.123, low: 0.1, high: 0.2 };
    const wide = { value: 1234.5, low: 900, high: 2000 };
    const sent = await write('estimates', [{ a: value }, { a: wide }, { a: null }], 2);
    expect(sent[0].data['text/markdown']).toContain('| 0.12 [0.10, 0.20] |\n| 1235 [900, 2000] |\n| – |');
    expect(read('estimates.csv')).toBe('a,a low,a high\r\n0.123,0.1,0.2\r\n1234.5,900,2000\r\n,,\r\n');
    expect(JSON.parse(read('estimates.json')).rows).toEqual([{ a: value }, { a: wide }, { a: null }]);
  });

  it('replaces what an earlier run wrote and leaves nothing else', async () => {
    await write('again', rows);
    await write('again', [{ only: 1 }]);
    expect(read('again.csv')).toBe('only\r\n1\r\n');
    expect(fs.readdirSync(folder).filter((file) => file.includes('again')).length).toBe(3);
  });

  it('refuses no rows, rows of other columns, and names that leave the folder', async () => {
    await expect(captureOutput(() => reportTable('none', [], { folder }))).rejects.toThrow(/rows: found none/);
    const other: Record<string, number>[] = [{ a: 1 }, { b: 1 }];
    await expect(captureOutput(() => reportTable('other', other, { folder }))).rejects.toThrow(/rows\[1\].*b.*a/);
    await expect(captureOutput(() => reportTable('../up', [{ a: 1 }], { folder }))).rejects.toThrow(/name/);
    expect(fs.existsSync(path.join(folder, 'other.csv'))).toBe(false);
  });
});

describe('reportFolder', () => {
  it('is the one asked for, else report beside the folder of the notebooks', () => {
    expect(reportFolder({ GLASSY_REPORT: folder })).toBe(folder);
    expect(reportFolder({ GLASSY_REPORT: ' ' })).toBe(path.resolve('..', 'report'));
    expect(reportFolder({})).toBe(path.resolve('..', 'report'));
  });
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexHtml, writeFigures, writeIndex } from '../../scripts/lib/report.mjs';

/** The beginning of a PNG of this size, which is all that is read of it. @param {number} width @param {number} height */
function png(width, height) {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}

/** @type {string} */
let report;
beforeEach(() => {
  report = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-report-'));
  fs.mkdirSync(path.join(report, 'notebooks'));
});
afterEach(() => fs.rmSync(report, { recursive: true, force: true }));

/** @param {string} name @param {string} text @param {string[]} pngs */
function putNotebook(name, text, ...pngs) {
  const outputs = pngs.map((data) => ({ output_type: 'display_data', data: { 'image/png': data } }));
  const cells = [
    { cell_type: 'markdown', source: text },
    { cell_type: 'code', source: '1', outputs },
  ];
  const file = path.join(report, 'notebooks', `${name}.ipynb`);
  fs.writeFileSync(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return file;
}

describe('writeIndex', () => {
  it('puts MathJax beside the pages, so that equations need no network', () => {
    writeIndex(report, 'some cells');
    expect(fs.readFileSync(path.join(report, 'mathjax', 'tex-svg.js'), 'utf8')).toContain('MathJax');
  });

  it('lists notebooks in order with title, line and largest figure, and the other files', () => {
    putNotebook('02-b', '# Second\n\nLine two.');
    putNotebook('01-a', '# First & <best>\n\nLine one. More.', png(10, 10), png(20, 20), png(15, 15));
    fs.writeFileSync(path.join(report, '01-a.html'), '');
    fs.writeFileSync(path.join(report, 'judgement.csv'), '');
    fs.writeFileSync(path.join(report, 'other.txt'), '');
    writeIndex(report, 'ten');
    const html = fs.readFileSync(path.join(report, 'index.html'), 'utf8');
    expect(html.indexOf('First &amp; &lt;best&gt;')).toBeGreaterThan(0);
    expect(html.indexOf('Second')).toBeGreaterThan(html.indexOf('First'));
    expect(html).toContain('Line one.</p>');
    expect(html).toContain('figures/01-a-2.png');
    expect(html.match(/href="[^"]*judgement\.csv"/g)).toHaveLength(1);
    expect(html.match(/href="01-a\.html"/g)).toHaveLength(1);
    expect(html).not.toContain('other.txt');
  });
});

describe('writeFigures', () => {
  it('numbers them and removes those of a longer earlier run, but not of another notebook', () => {
    const figures = path.join(report, 'figures');
    writeFigures('01-a', putNotebook('01-a', '', png(1, 1), png(2, 2)), figures);
    writeFigures('01-a-more', putNotebook('01-a-more', '', png(3, 3)), figures);
    writeFigures('01-a', putNotebook('01-a', '', png(1, 1)), figures);
    expect(fs.readdirSync(figures).sort()).toEqual(['01-a-1.png', '01-a-more-1.png']);
  });
});

describe('indexHtml', () => {
  it('puts a blank in place of a missing thumbnail', () => {
    const html = indexHtml([{ name: 'x', title: 'X', line: '', thumbnail: null }], [], 'ten');
    expect(html).toContain('class="blank"');
    expect(html).not.toContain('<img');
  });
});

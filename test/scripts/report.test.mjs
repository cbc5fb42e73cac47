import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomic, writeStamp } from '../../scripts/lib/project.mjs';
import { indexHtml, stampOf, writeFigures, writeIndex } from '../../scripts/lib/report.mjs';

/**
 * The beginning of a PNG of this size, which is all that is read of it.
 * @param {number} width
 * @param {number} height
 */
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

/** @param {string} name @param {string} caption */
function putTable(name, caption) {
  for (const kind of ['csv', 'html']) writeAtomic(path.join(report, 'tables', `${name}.${kind}`), '');
  writeAtomic(path.join(report, 'tables', `${name}.json`), JSON.stringify({ caption, rows: [] }));
}

describe('writeIndex', () => {
  it('puts MathJax beside the pages, so that equations need no network', () => {
    writeIndex(report, 'some cells');
    expect(fs.readFileSync(path.join(report, 'mathjax', 'tex-svg.js'), 'utf8')).toContain('MathJax');
  });

  it('lists notebooks in order with title, line and largest figure, and tables by what they hold', () => {
    putNotebook('02-b', '# Second\n\nLine two, $x^2$.');
    putNotebook('01-a', '# First & <best>\n\nLine one. More.', png(10, 10), png(20, 20), png(15, 15));
    putNotebook('Untitled', '# Mine');
    writeAtomic(path.join(report, 'figures', '01-a-2.png'), '');
    fs.writeFileSync(path.join(report, '01-a.html'), '');
    putTable('judgement', 'Metrics of <all> & more.');
    fs.writeFileSync(path.join(report, 'other.txt'), '');
    writeIndex(report, 'ten');
    const html = fs.readFileSync(path.join(report, 'index.html'), 'utf8');
    expect(html.indexOf('First &amp; &lt;best&gt;')).toBeGreaterThan(0);
    expect(html.indexOf('Second')).toBeGreaterThan(html.indexOf('First'));
    expect(html).toContain('Line one.</p>');
    expect(html).toContain('figures/01-a-2.png');
    expect(html).toContain('href="tables/judgement.html">Metrics of &lt;all&gt; &amp; more.</a>');
    expect(html.match(/href="01-a\.html"/g)).toHaveLength(1);
    expect(html).toContain('$x^2$');
    expect(html).toContain('src="mathjax/tex-svg.js"');
    expect(html).not.toMatch(/other\.txt|Mine|class="failed"/);
  });

  it('keeps the page of a notebook and a table of the same name apart', () => {
    putNotebook('09-judgement', '# Judgement');
    fs.writeFileSync(path.join(report, '09-judgement.html'), '');
    putTable('09-judgement', 'All metrics.');
    writeIndex(report, 'ten');
    const html = fs.readFileSync(path.join(report, 'index.html'), 'utf8');
    expect(html).toContain('href="09-judgement.html"');
    expect(html).toContain('href="tables/09-judgement.html"');
  });

  it('marks what failed, also before it was executed', () => {
    putNotebook('01-a', '# First');
    writeStamp(stampOf('01-a', report), { key: 'failed', failed: 'a cell <failed>' });
    writeStamp(stampOf('02-gram-normalization', report), { key: 'failed', failed: 'the kernel died' });
    writeIndex(report, 'ten');
    const html = fs.readFileSync(path.join(report, 'index.html'), 'utf8');
    expect(html.match(/class="failed"/g)).toHaveLength(2);
    expect(html).not.toMatch(/href="0|<img/);
    expect(html).toContain('Failed: a cell &lt;failed&gt;');
    expect(html).toContain('Gram matrix and normalization');
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
    const html = indexHtml([{ name: 'x', title: 'X', line: '', thumbnail: null, page: true }], [], 'ten');
    expect(html).toContain('class="blank"');
    expect(html).not.toContain('<img');
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { curvesFigure, show, showTable } from '../../src/notebook';
import { inNotebook } from '../../src/notebook/display';
import { captureOutput, inFakeKernel } from './fakeKernel';

const FIGURE = curvesFigure([{ name: 'a', x: [0, 1], y: [0, 1] }], { width: 300, height: 200 });

describe('show', () => {
  it('sends interactive figure, picture and caption in one output, and the caption below', async () => {
    const sent = await inFakeKernel(() => show(FIGURE, { caption: 'A line.', alt: 'line' }));
    expect(sent).toHaveLength(2);
    const [figure, caption] = sent;
    expect(Object.keys(figure.data)).toEqual(['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
    expect(figure.data['application/vnd.plotly.v1+json']).toMatchObject({
      data: [{ name: 'a' }],
      layout: { width: 300 },
    });
    expect(figure.metadata['image/png']).toEqual({ width: 300, height: 200, alt: 'line' });
    const png = Buffer.from(figure.data['image/png'] as string, 'base64');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 200]);
    expect(caption.data['text/markdown']).toBe('*A line.*');
  });

  it('outside a notebook writes the file asked for, and otherwise nothing', async () => {
    expect(inNotebook()).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), 'figure-'));
    try {
      const file = join(folder, 'deep', 'line.png');
      const written = await captureOutput(async () => {
        await show(FIGURE, { caption: 'A line.' });
        await show(FIGURE, { caption: 'A line.', file, scale: 3 });
      });
      expect(written).toEqual({ stdout: '', stderr: '' });
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file).readUInt32BE(16)).toBe(900);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('showTable', () => {
  const rows = [
    { cell: 'a', atoms: 512 },
    { cell: 'bb', atoms: 8 },
  ];

  it('is Markdown in a notebook', async () => {
    const [table] = await inFakeKernel(() => showTable(rows, { caption: 'Cells.' }));
    expect(table.data['text/markdown']).toBe('| cell | atoms |\n| ---: | ---: |\n| a | 512 |\n| bb | 8 |\n\n*Cells.*');
  });

  it('takes text as text: a name that is markup, mathematics or a link does nothing', async () => {
    const names = [
      'a|b',
      '<img src=x onerror=alert(1)>',
      '**b** _c_ `d`',
      '$x$',
      '[x](javascript:alert(1))',
      '\\|',
      'a\nb',
    ];
    const [table] = await inFakeKernel(() => showTable(names.map((name) => ({ name, '|': 1 }))));
    const lines = String(table.data['text/markdown']).split('\n');
    expect(lines).toHaveLength(names.length + 2);
    for (const line of lines) {
      expect(line.match(/\|/g)).toHaveLength(3);
      expect(line).not.toMatch(/[<*$`_\\]|\]\(/);
    }
    const { document } = new JSDOM(lines.map((line) => line.split('|')[1]).join('<br>')).window;
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(document.querySelector('img')).toBeNull();
  });

  it('has a caption in which Markdown and mathematics work, and HTML does not', async () => {
    const caption = '**Bold**, $a < b$, <b onclick="x">no</b> <!-- no -->';
    const [table] = await inFakeKernel(() => showTable(rows, { caption }));
    const [last] = String(table.data['text/markdown']).split('\n').reverse();
    expect(last).toBe('***Bold**, $a < b$, &lt;b onclick="x">no&lt;/b> &lt;!-- no -->*');
  });

  it('is aligned text elsewhere', async () => {
    const { stdout } = await captureOutput(() => showTable(rows));
    expect(stdout).toBe('cell  atoms\n   a    512\n  bb      8\n');
  });
});

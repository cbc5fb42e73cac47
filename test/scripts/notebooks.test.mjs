import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, describe as group, it } from 'vitest';
import {
  describe,
  figuresOf,
  formatStored,
  notebookNames,
  notebookProblems,
  readNotebook,
  sourceOf,
} from '../../scripts/lib/notebooks.mjs';

/**
 * @typedef {import('../../scripts/lib/notebooks.mjs').Cell} Cell
 * @typedef {import('../../scripts/lib/notebooks.mjs').Output} Output
 */

/** @param {Cell[]} cells */
const notebook = (...cells) => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
/** @param {string} source @returns {Cell} */
const markdown = (source) => ({ cell_type: 'markdown', source });
/** @param {string} source @param {Output[]} outputs @returns {Cell} */
const code = (source, ...outputs) => ({ cell_type: 'code', source, outputs, execution_count: 1, metadata: {} });
/** @param {string} name @param {string | string[]} text @returns {Output} */
const stream = (name, text) => ({ output_type: 'stream', name, text });

group('notebookProblems', () => {
  it('finds none where cells print to stdout and show figures', () => {
    const figure = { output_type: 'display_data', data: { 'image/png': 'AA==' } };
    expect(notebookProblems(notebook(markdown('# T'), code('a', stream('stdout', 'fine'), figure)))).toEqual([]);
  });

  it('finds what a failed cell of the TypeScript kernel leaves: text on stderr, colors taken off', () => {
    const cells = [markdown('# T'), code('a'), code('b', stream('stderr', ['\x1b[31mError', ': no\x1b[0m\n']))];
    expect(notebookProblems(notebook(...cells))).toEqual([{ cell: 2, text: 'Error: no' }]);
  });

  it('finds error outputs, with or without a traceback', () => {
    const bare = { output_type: 'error', ename: 'TypeError', evalue: 'x', traceback: [] };
    const full = { output_type: 'error', ename: 'E', evalue: 'x', traceback: ['line 1', 'line 2'] };
    expect(notebookProblems(notebook(code('a', bare), code('b', full))).map(({ text }) => text)).toEqual([
      'TypeError: x',
      'line 1\nline 2',
    ]);
  });
});

group('describe', () => {
  it('takes the heading and the first sentence after it, without marks', () => {
    const first = markdown(
      '# The **Gram** matrix\n\nTakes `x`, e.g. [this](u), to *G*.\nMore here. And more.\n\nNext.',
    );
    expect(describe(notebook(first), 'x')).toEqual({ title: 'The Gram matrix', line: 'Takes x, e.g. this, to G.' });
  });

  it('takes the dollar signs off mathematics that reads as text, and leaves the rest', () => {
    const line = describe(notebook(markdown('# T\n\nOf $x$ and $x^2$')), 'x').line;
    expect(line).toBe('Of x and $x^2$');
  });

  it('needs no blank line under the heading', () => {
    expect(describe(notebook(markdown('# T\nOne line')), 'x')).toEqual({ title: 'T', line: 'One line' });
  });

  it('does not end a sentence at a number or within a name', () => {
    const line = 'Cut at r = 4.0 Å (M. Uhrín, A. Paulish; see Fig. 3 of ref. 2), n = 8.';
    expect(describe(notebook(markdown(`# T\n\n${line} Then`)), 'x').line).toBe(line);
  });

  it('falls back on the name', () => {
    expect(describe(notebook(code('1')), '07-x')).toEqual({ title: '07-x', line: '' });
  });
});

group('figuresOf', () => {
  it('decodes the static pictures in order and passes over other outputs', () => {
    const png = (/** @type {string} */ text) => ({ 'image/png': Buffer.from(text).toString('base64') });
    const cells = [
      code('a', { output_type: 'display_data', data: { ...png('one'), 'text/plain': 'x' } }, stream('stdout', 's')),
      code('b', { output_type: 'display_data', data: { 'text/html': '<b>' } }),
      code('c', { output_type: 'execute_result', data: { 'image/png': [png('two')['image/png'], '\n'] } }),
    ];
    expect(figuresOf(notebook(...cells)).map(String)).toEqual(['one', 'two']);
  });
});

group('sourceOf', () => {
  it('does not see outputs, counts or how the text is cut into lines', () => {
    const before = notebook(markdown('# T\n'), { ...code('a\nb'), outputs: [] });
    const after = notebook(markdown('# T\n'), {
      ...code('', stream('stdout', 'x')),
      source: ['a\n', 'b'],
      execution_count: 7,
    });
    expect(sourceOf(after)).toBe(sourceOf(before));
    expect(sourceOf(notebook(markdown('# T\n'), code('a\nc')))).not.toBe(sourceOf(before));
  });
});

group('formatStored', () => {
  it('leaves out when cells were executed and keeps the rest', () => {
    const timed = { ...code('a'), metadata: { tags: ['x'], execution: { 'iopub.execute_input': '2024-01-01' } } };
    const stored = formatStored(notebook(timed));
    expect(JSON.parse(stored).cells[0].metadata).toEqual({ tags: ['x'] });
    expect(stored.endsWith('}\n')).toBe(true);
  });
});

group('notebooks in a folder', () => {
  it('are those with a number; an emptied one is said to be no notebook', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'notebooks-'));
    const names = ['02-b.ipynb', '01-a.ipynb', 'Untitled.ipynb', '.01-a.ipynb', '01-a-Copy1.txt'];
    for (const name of names) fs.writeFileSync(path.join(folder, name), name.startsWith('01') ? '' : '{"cells": 1}');
    expect(notebookNames(folder)).toEqual(['01-a', '02-b']);
    for (const name of ['01-a', '02-b']) {
      expect(() => readNotebook(path.join(folder, `${name}.ipynb`))).toThrow(/0\d-\w\.ipynb is empty or damaged/);
    }
    fs.rmSync(folder, { recursive: true });
  });
});

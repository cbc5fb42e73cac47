import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../scripts/lib/notebooks.mjs';
import { inProject } from '../../scripts/lib/project.mjs';

const FOLDER = inProject('notebooks');
const names = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.ipynb'));

/** @param {string} name @returns {{ type: string, text: string }[]} */
const cellsOf = (name) =>
  readNotebook(inProject('notebooks', name)).cells.map(({ cell_type: type, source }) => {
    return { type, text: [source].flat().join('') };
  });

describe.each(names)('%s', (name) => {
  const cells = cellsOf(name);

  it('has no line of more than 120 characters', () => {
    const lines = cells.flatMap(({ text }) => text.split('\n'));
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  it('ends with the calls to copy for other cells', () => {
    const { type, text } = cells[cells.length - 1];
    expect(type).toBe('markdown');
    expect(text).toMatch(
      /## On your own data\n[\s\S]*```ts\nimport [\s\S]*readCells\('my\/cells\/\*\.extxyz'\)[\s\S]*```$/,
    );
  });
});

describe('on own cells', () => {
  const code = (/** @type {string} */ name) => cellsOf(name).filter(({ type }) => type === 'code');

  it.each(['05', '06', '07', '08', '09', '10', '11', '12'])(
    'notebook %s, about silicon, refuses others in its first cell',
    (number) => {
      const name = names.find((candidate) => candidate.startsWith(number)) ?? '';
      expect(code(name)[0].text).toContain("notebook.requireElements(glass.readCells(CELLS), ['Si']);");
    },
  );

  it.each(names)('%s says that its text is about the supplied cells', (name) => {
    expect(cellsOf(name)[0].text).toMatch(/supplied\s+cells/);
  });

  it.each(names)('%s draws no conclusions in captions', (name) => {
    const captions = code(name).flatMap(({ text }) => text.match(/caption:\s*(['`][^;]*)/g) ?? []);
    for (const caption of captions) expect(caption).not.toMatch(/hardly|overfitting|never rises|determines|lies in/);
  });
});

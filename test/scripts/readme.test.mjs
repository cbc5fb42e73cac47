import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from 'vitest';
import { judgedTable, withTable } from '../../scripts/lib/judgedTable.mjs';
import { readNotebook } from '../../scripts/lib/notebooks.mjs';
import { inProject } from '../../scripts/lib/project.mjs';

const text = fs.readFileSync(inProject('README.md'), 'utf8');
// Inside the project, so that the example finds the library by its name.
const file = inProject('.cache', `readme-${process.pid}.mjs`);

describe('README', () => {
  afterAll(() => fs.rmSync(file, { force: true }));

  it('has an example that runs as it stands', () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(text) ?? [];
    fs.mkdirSync(inProject('.cache'), { recursive: true });
    fs.writeFileSync(file, example);
    const lines = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim().split('\n');
    expect(lines.filter((line) => /^\d+ \d+\.\d+ \d+\.\d+$/.test(line))).toHaveLength(50);
    expect(lines.join('\n')).toContain('Float64Array(24)');
  });

  it('has an example of cells and holes that runs as it stands', () => {
    const [, example] = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
    fs.writeFileSync(file, example);
    const [atoms, ...rest] = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim().split('\n');
    expect(atoms).toBe('64');
    expect(rest.join(' ')).toMatch(/Float64Array\(6\) \[.*\] (0|1|0\.\d+)$/);
  });

  it('leads to a page with the table that is stored in notebook 0', () => {
    const table = judgedTable(readNotebook(inProject('notebooks', '00-the-talk.ipynb')));
    expect(table.split('\n').length).toBeGreaterThan(4);
    const page = fs.readFileSync(inProject('docs', 'judgement.md'), 'utf8');
    // If this fails: node scripts/judgedTable.mjs
    expect(withTable(page, table)).toBe(page);
  });

  it('has every call of the pipeline in its table, and no other', () => {
    const [, table] = /\| the talk \|[^\n]*\n([\s\S]*?)\n\n/.exec(text) ?? [];
    const calls = table
      .split('\n')
      .flatMap((row) => Array.from(row.split('|')[2].matchAll(/`(\w+)`/g), ([, name]) => name));
    expect(calls.sort()).toEqual(Object.keys(createRequire(import.meta.url)('glassy-motifs')).sort());
  });

  it('names only files and commands that exist', () => {
    const scripts = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8')).scripts;
    const files = [...text.matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^https?:/.test(target));
    expect(files.filter((target) => !fs.existsSync(inProject(target)))).toEqual([]);
    const commands = [...text.matchAll(/npm (?:run )?(?!ci\b|install\b|pack\b)([a-z:]+)/g)].map(([, name]) => name);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });
});

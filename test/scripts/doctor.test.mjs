import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject, isSetUp } from './projectCopy.mjs';

describe.skipIf(!isSetUp)('doctor', () => {
  /** @type {string} */
  let folder;
  const at = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts);
  const diagnose = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [at('scripts', 'doctor.mjs')], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return { status, lines: stdout.split('\n') };
  };
  beforeAll(() => {
    folder = copyProject({ '00-a': ['1;'], '01-b': ['2;'] });
    fs.writeFileSync(at('data', 'models', 'm.json'), '{}\n');
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('finds all well where it is', { timeout: 120_000 }, () => {
    const { status, lines } = diagnose();
    expect([status, lines.filter((line) => line.startsWith('✗'))]).toEqual([0, []]);
    expect(lines).toContain('✓ Notebooks and models: 3 files, all whole');
    expect(lines).toContainEqual(expect.stringMatching(/^✓ Library \(dist\/\): computes on /));
    expect(lines.slice(-2)).toEqual(['All is well.', '']);
  });

  it('names emptied notebooks, models and files of the library, a missing Jupyter, and what to do', {
    timeout: 120_000,
  }, () => {
    fs.truncateSync(at('notebooks', '01-b.ipynb'));
    fs.truncateSync(at('data', 'models', 'm.json'), 1);
    fs.truncateSync(at('dist', 'cli', 'main.js'));
    fs.rmSync(at('.venv', 'bin', 'python'));
    const { status, lines } = diagnose();
    expect(status).toBe(1);
    const after = (/** @type {string} */ start) => {
      const k = lines.findIndex((line) => line.startsWith(start));
      return [lines[k], lines[k + 1].trim()];
    };
    expect(after('✗ Notebooks')).toEqual([
      '✗ Notebooks and models: empty or damaged: notebooks/01-b.ipynb data/models/m.json',
      'git checkout -- notebooks/01-b.ipynb data/models/m.json',
    ]);
    expect(after('! Library')[1]).toBe('src/ has changed since, or dist/ is not as it was built: npm run build');
    expect(after('✗ Jupyter')).toEqual(['✗ Jupyter (.venv): not installed', 'npm run setup']);
    expect(lines).toContain('2 thing(s) to mend: Jupyter (.venv), Notebooks and models.');
  });
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hashFiles, inProject, writeStamp } from '../../scripts/lib/project.mjs';
import { venvPython } from '../../scripts/lib/python.mjs';
import { setupSteps } from '../../scripts/lib/setup.mjs';

const steps = setupSteps(['packages', 'tensorflow', 'build']);

/** Whether there is something to copy: the library as the set-up built it, and a Python with Jupyter. */
export const isSetUp =
  process.platform !== 'win32' &&
  fs.existsSync(venvPython('.venv')) &&
  (await Promise.all(steps.map((step) => step.isDone()))).every(Boolean);

const LINKS = ['node_modules', 'src', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/**
 * A project of its own in a temporary folder, set up as this one is, with other notebooks.
 * @param {Record<string, string[]>} notebooks sources of their cells, by name without extension
 * @returns {string} its folder
 */
export function copyProject(notebooks) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'project-')));
  const at = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts);
  for (const name of ['scripts', 'jupyter', 'dist']) fs.cpSync(inProject(name), at(name), { recursive: true });
  for (const name of LINKS) fs.symlinkSync(inProject(name), at(name));
  for (const name of ['notebooks', path.join('data', 'models'), path.join('.venv', 'bin')]) {
    fs.mkdirSync(at(name), { recursive: true });
  }
  const python = `#!/bin/sh\nexec '${venvPython('.venv')}' "$@"\n`;
  fs.writeFileSync(at('.venv', 'bin', 'python'), python, { mode: 0o755 });
  writeStamp(at('.venv', 'stamp.json'), { key: hashFiles([at('jupyter', 'requirements.txt')], [folder], folder) });
  for (const [name, sources] of Object.entries(notebooks)) {
    const cells = sources.map((source, k) => {
      return { cell_type: 'code', id: `c${k}`, execution_count: null, metadata: {}, outputs: [], source };
    });
    const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    fs.writeFileSync(at('notebooks', `${name}.ipynb`), text);
  }
  return folder;
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './lib/processes.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { venvPython, venvStep } from './lib/python.mjs';
import { setupSteps } from './lib/setup.mjs';
import { formatDuration, runMain, takeStep } from './lib/steps.mjs';

/**
 * A bench file bench/NAME.bench.mjs exports `title` and `run`; it prints its own table, with the ratio to each peer
 * measured in the same run.
 * @typedef {object} BenchContext
 * @property {string} python interpreter with the peers of bench/requirements.txt
 * @property {boolean} torch true if that interpreter also has PyTorch, which is never installed here
 * @property {string} root the project's folder
 */

const SUFFIX = '.bench.mjs';

await runMain(async () => {
  const filters = process.argv.slice(2);
  const names = fs
    .readdirSync(inProject('bench'))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
  const chosen = filters.length ? names.filter((name) => filters.some((filter) => name.includes(filter))) : names;
  if (!chosen.length) {
    const had = names.length ? `there are ${names.join(', ')}` : 'there are none yet';
    throw new SetupError(`No benchmark${filters.length ? ` matches ${filters.join(' or ')}` : ''}: ${had}.`);
  }
  for (const step of [
    ...setupSteps(['packages', 'tensorflow', 'build']),
    venvStep('.venv-bench', 'bench/requirements.txt'),
  ]) {
    await takeStep(step);
  }
  const python = venvPython('.venv-bench');
  const torch = (await run(python, ['-c', 'import torch'])).code === 0;
  let failed = 0;
  for (const name of chosen) {
    const begun = Date.now();
    try {
      const file = inProject('bench', `${name}${SUFFIX}`);
      const bench = await import(pathToFileURL(file).href);
      console.log(`\n${name}: ${bench.title}\n`);
      await bench.run({ python, torch, root: inProject() });
      console.log(`\n(${name}: ${formatDuration(Date.now() - begun)})`);
    } catch (error) {
      failed++;
      console.error(`\n${path.join('bench', name + SUFFIX)} failed:`, error);
    }
  }
  return failed ? 1 : 0;
});

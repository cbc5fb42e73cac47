import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { resolveCells } from './lib/cells.mjs';
import { executionStep } from './lib/execution.mjs';
import { notebookNames, readNotebook } from './lib/notebooks.mjs';
import { cacheFolder, inProject, SetupError, sweepTemporaries } from './lib/project.mjs';
import { SUPPLIED_CELLS, writeIndex } from './lib/report.mjs';
import { loadsModels, performInOrder, savesModels } from './lib/schedule.mjs';
import { setupSteps } from './lib/setup.mjs';
import { formatDuration, runMain, takeStep } from './lib/steps.mjs';

/** Notebooks at a time on two cores and more: they also use threads of their own. */
const MOST_JOBS = 2;

const USAGE = `npm run reproduce -- [options] [name …]

Installs what is missing, builds the library, executes the notebooks (or those whose names contain a name given) and
writes report/index.html. What is up to date is skipped.

  --store   store the executed notebooks in notebooks/ (and trained models in data/models/)
  --force   execute notebooks even if they are up to date
  --jobs=N  execute at most N notebooks at a time; default ${MOST_JOBS}, on one core 1
  --retry   try again to get native TensorFlow after an earlier fallback

  GLASSY_CELLS=path/*.extxyz   run everything on these cells instead of data/a-si
  GLASSY_CELL_TIMEOUT=900      seconds that one cell may take`;

/** @param {string[]} args */
function readOptions(args) {
  const known = ['--store', '--force', '--retry', '--help'];
  const unknown = args.find((arg) => arg.startsWith('-') && !known.includes(arg) && !/^--jobs=[1-9]\d*$/.test(arg));
  if (unknown) throw new SetupError(`Unknown option ${unknown}.\n\n${USAGE}`);
  return {
    store: args.includes('--store'),
    force: args.includes('--force'),
    retry: args.includes('--retry'),
    help: args.includes('--help'),
    jobs: Number(
      args.find((arg) => arg.startsWith('--jobs='))?.slice(7) ?? Math.min(MOST_JOBS, os.availableParallelism()),
    ),
    names: args.filter((arg) => !arg.startsWith('-')),
  };
}

await runMain(async () => {
  const begun = Date.now();
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  for (const step of setupSteps(['packages', 'python', 'tensorflow', 'build'], options)) await takeStep(step);

  const cells = resolveCells(process.env.GLASSY_CELLS, process.env.INIT_CWD ?? process.cwd());
  if (cells && options.store) throw new SetupError('--store is for the project’s own cells: unset GLASSY_CELLS.');
  const report = path.resolve(process.env.INIT_CWD ?? process.cwd(), process.env.GLASSY_REPORT || inProject('report'));
  // The report has a folder notebooks/ of its own, whose files are removed before each is made.
  if (report === inProject()) throw new SetupError('GLASSY_REPORT: found the project’s folder, expected another.');
  const all = notebookNames(inProject('notebooks'));
  const chosen = all.filter((name) => !options.names.length || options.names.some((part) => name.includes(part)));
  if (!chosen.length)
    throw new SetupError(`No notebook to execute: there ${all.length ? `are ${all.join(', ')}` : 'is none'}.`);

  fs.mkdirSync(path.join(report, 'notebooks'), { recursive: true });
  sweepTemporaries([report, inProject('notebooks'), inProject('data'), inProject('dist'), cacheFolder()]);
  for (const gone of notebookNames(path.join(report, 'notebooks')).filter((name) => !all.includes(name))) {
    for (const file of [path.join('notebooks', `${gone}.ipynb`), `${gone}.html`, `.stamps/${gone}.json`])
      fs.rmSync(path.join(report, file), { force: true });
  }
  /** @type {Set<string>} */
  const failed = new Set();
  const notebooks = chosen.map((name) => {
    const notebook = readNotebook(inProject('notebooks', `${name}.ipynb`));
    return { name, saves: savesModels(notebook), loads: loadsModels(notebook) };
  });
  const execution = { report, cells, store: options.store, force: options.force };
  await performInOrder(notebooks, options.jobs, async (name) => {
    try {
      await takeStep(executionStep(name, execution));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      console.error(error.message);
      failed.add(name);
    }
  });
  writeIndex(report, cells ? cells.files.map((file) => path.basename(file)).join(', ') : SUPPLIED_CELLS);
  console.log(`\n${path.join(report, 'index.html')} (${formatDuration(Date.now() - begun)} in all)`);
  if (failed.size)
    console.error(
      `${failed.size} of ${chosen.length} notebooks failed: ${chosen.filter((name) => failed.has(name)).join(', ')}`,
    );
  return failed.size ? 1 : 0;
});

import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatStored, joined, notebookNames, notebookProblems, readNotebook, sourceOf } from './notebooks.mjs';
import { run } from './processes.mjs';
import {
  filesUnder,
  hashFiles,
  inProject,
  isStamped,
  readStamp,
  SetupError,
  wholeOf,
  writeAtomic,
  writeStamp,
} from './project.mjs';
import { venvPython } from './python.mjs';
import { stampOf, writeFigures } from './report.mjs';
import { loadsModels } from './schedule.mjs';
import { TENSORFLOW_STAMP } from './tensorflow.mjs';

/**
 * @typedef {object} ExecutionOptions
 * @property {string} report absolute folder of the report
 * @property {{ value: string, files: string[] } | null} cells the user's own, or null for the project's
 * @property {boolean} store also store the executed notebook in notebooks/
 * @property {boolean} force execute even if nothing changed
 */

/** What Jupyter needs to know the project's kernel and settings. @param {Record<string, string | undefined>} [extra] */
export function jupyterEnvironment(extra = {}) {
  /** @param {string} folder @param {string | undefined} before */
  const prepend = (folder, before) => (before ? `${folder}${path.delimiter}${before}` : folder);
  return {
    ...process.env,
    // The kernel is `node`: let it be the one that runs this.
    PATH: prepend(path.dirname(process.execPath), process.env.PATH),
    JUPYTER_PATH: prepend(inProject('jupyter'), process.env.JUPYTER_PATH),
    JUPYTER_CONFIG_PATH: prepend(inProject('jupyter', 'config'), process.env.JUPYTER_CONFIG_PATH),
    JUPYTER_PLATFORM_DIRS: '1',
    ...extra,
  };
}

/** What kernels need to know of where results go. @param {ExecutionOptions} options */
export function executionEnvironment({ report, cells, store }) {
  return jupyterEnvironment({
    GLASSY_REPORT: report,
    GLASSY_MODELS: store ? inProject('data', 'models') : path.join(report, 'models'),
    GLASSY_CELLS: cells?.value,
  });
}

/**
 * The step that executes one notebook and puts its copy, page and figures into the report.
 * @param {string} name @param {ExecutionOptions} options @returns {import('./steps.mjs').Step}
 */
export function executionStep(name, options) {
  const { report, cells, store, force } = options;
  const source = inProject('notebooks', `${name}.ipynb`);
  const executed = path.join(report, 'notebooks', `${name}.ipynb`);
  const page = path.join(report, `${name}.html`);
  const stamp = stampOf(name, report);
  const key = () => executionKey(name, source, { report, cells });
  return {
    name: `notebook ${name}`,
    isDone: () => !force && !store && isStamped(stamp, key()),
    async perform({ progress }) {
      fs.rmSync(stamp, { force: true });
      const begun = Date.now();
      try {
        await execute(name, { source, target: executed, page }, executionEnvironment(options), progress);
      } catch (error) {
        // The report's index says so.
        writeStamp(stamp, {
          key: 'failed',
          failed: String(error)
            .split('\n')[0]
            .replace(/^.*?\.ipynb: /, ''),
        });
        throw error;
      }
      const figures = writeFigures(name, executed, path.join(report, 'figures'));
      if (store) writeAtomic(source, formatStored(readNotebook(executed)));
      const whole = wholeOf(stamp, [...new Set([executed, page, ...figures, ...filesSince(begun, report)])]);
      const seconds = (Date.now() - begun) / 1000;
      // The key passes over the models noted in stamps as results.
      writeStamp(stamp, { key: 'unfinished', whole });
      writeStamp(stamp, { key: key(), seconds, whole });
    },
  };
}

/**
 * Files that notebooks themselves wrote into the report since then. What one executed at the same time wrote is among
 * them, so that both are executed again if it is lost.
 * @param {number} begun ms @param {string} report
 */
function filesSince(begun, report) {
  const pages = notebookNames(inProject('notebooks')).map((name) => `${name}.html`);
  const others = ['.stamps', 'notebooks', 'figures', 'index.html', ...pages];
  return filesUnder(report, (file) => {
    const [first] = path.relative(report, file).split(path.sep);
    if (others.includes(first) || file.endsWith('.tmp')) return false;
    return (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= begun;
  });
}

/**
 * Everything a notebook's results depend on. Models that it or a later one saved are results, and all of them are none
 * of the business of one that loads none, while which another may be saving them.
 * @param {string} name @param {string} source @param {{ report: string, cells: { files: string[] } | null }} inputs
 */
function executionKey(name, source, { report, cells }) {
  const notebook = readNotebook(source);
  const since = notebookNames(path.dirname(source)).filter((other) => other >= name);
  const results = new Set(
    since.flatMap((other) => {
      const stamp = stampOf(other, report);
      return Object.keys(readStamp(stamp)?.whole ?? {}).map((file) => path.resolve(path.dirname(stamp), file));
    }),
  );
  const files = [
    ...filesUnder(inProject('dist'), (file) => path.basename(file) !== '.stamp.json'),
    ...filesUnder(inProject('data'), (file) => !file.includes(`${path.sep}make${path.sep}`)),
    ...filesUnder(inProject('jupyter'), (file) => /\.(cjs|py)$|kernel|requirements\.txt/.test(path.basename(file))),
    ...(loadsModels(notebook) ? filesUnder(path.join(report, 'models')).filter((file) => !results.has(file)) : []),
    ...(cells?.files ?? []),
  ];
  const route = readStamp(TENSORFLOW_STAMP)?.route === 'wasm' ? 'wasm' : 'native';
  return hashFiles(files, [sourceOf(notebook), route, cells ? 'own cells' : '']);
}

/** A notebook to execute: absolute paths. @typedef {{ source: string, target: string, page: string }} Job */

/**
 * Executes a notebook in a process and a kernel of its own: code 0, 1 if a cell failed, 2 if only the page, else what
 * ended the process.
 * @param {Job} job
 * @param {NodeJS.ProcessEnv} env of the kernel
 * @param {(text: string) => void} onCell told which begins
 */
export async function runNotebook({ source, target, page }, env, onCell) {
  const seconds = process.env.GLASSY_CELL_TIMEOUT || '900';
  const { code, output } = await run(
    venvPython('.venv'),
    [inProject('jupyter', 'execute.py'), seconds, source, target, page],
    { cwd: inProject('notebooks'), env, onLine: (line) => BEGINS.test(line) && onCell(line) },
  );
  return {
    code,
    said: output
      .split('\n')
      .filter((line) => !BEGINS.test(line))
      .join('\n')
      .trim(),
  };
}

const BEGINS = /^cell \d+ of \d+$/;

/**
 * @param {string} name @param {Job} job @param {NodeJS.ProcessEnv} env @param {(text: string) => void} progress
 */
async function execute(name, job, env, progress) {
  const { target, page } = job;
  for (const file of [target, page]) fs.rmSync(file, { force: true });
  const { code, said } = await runNotebook(job, env, progress);
  const problems = fs.existsSync(target) ? notebookProblems(readNotebook(target)) : [];
  if (code === 0 && !problems.length) return;
  const shown = problems.map(({ cell, text }) => {
    const code = readNotebook(target).cells.filter((c) => c.cell_type === 'code')[cell - 1];
    const first = joined(code.source).split('\n').slice(0, 3).join('\n    ');
    return `  code cell ${cell}:\n    ${first}\n  ${text.split('\n').slice(0, 25).join('\n    ')}`;
  });
  const lines = said.trim().split('\n');
  const tail = lines.slice(problems.length || code === 2 ? -1 : -15).join('\n');
  const why = code === 0 ? 'a cell printed to stderr' : code <= 2 ? tail : `ended with code ${code} after ${tail}`;
  throw new SetupError(`notebooks/${name}.ipynb: ${why}\n${shown.join('\n')}`);
}

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
  writeAtomic,
  writeStamp,
} from './project.mjs';
import { venvPython } from './python.mjs';
import { writeFigures } from './report.mjs';
import { TENSORFLOW_STAMP } from './tensorflow.mjs';

/**
 * @typedef {object} ExecutionOptions
 * @property {string} report absolute folder of the report
 * @property {{ value: string, files: string[] } | null} cells the user's own, or null for the project's
 * @property {boolean} store also store the executed notebook in notebooks/
 * @property {boolean} force execute even if nothing changed
 * @property {(page: Promise<void>) => void} later takes the page in the making, which needs no waiting for before the
 *   next notebook is executed; it is rejected if the page fails
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

/**
 * The step that executes one notebook and puts its copy and figures into the report, the page later.
 * @param {string} name @param {ExecutionOptions} options @returns {import('./steps.mjs').Step}
 */
export function executionStep(name, { report, cells, store, force, later }) {
  const source = inProject('notebooks', `${name}.ipynb`);
  const executed = path.join(report, 'notebooks', `${name}.ipynb`);
  const stamp = stampOf(name, report);
  const models = store ? inProject('data', 'models') : path.join(report, 'models');
  const key = () => executionKey(name, source, { report, cells });
  const environment = jupyterEnvironment({
    GLASSY_REPORT: report,
    GLASSY_MODELS: models,
    GLASSY_CELLS: cells?.value,
  });
  return {
    name: `notebook ${name}`,
    isDone: () => !force && !store && isStamped(stamp, key()),
    async perform({ progress }) {
      fs.rmSync(stamp, { force: true });
      const begun = Date.now();
      try {
        await execute(name, source, executed, environment, progress);
      } catch (error) {
        // A page shows best where a notebook failed.
        if (fs.existsSync(executed)) later(render(executed, report));
        throw error;
      }
      const figures = writeFigures(name, executed, path.join(report, 'figures'));
      if (store) writeAtomic(source, formatStored(readNotebook(executed)));
      const made = filesUnder(report, (file) => isOwn(file, report) && fs.statSync(file).mtimeMs >= begun);
      const outputs = [...new Set([executed, path.join(report, `${name}.html`), ...figures, ...made])];
      writeStamp(stamp, { key: 'unfinished', outputs });
      // Before the next notebook saves models.
      const finished = key();
      later(render(executed, report).then(() => writeStamp(stamp, { key: finished, outputs })));
    },
  };
}

/** True for files that a notebook wrote into the report itself. @param {string} file @param {string} report */
function isOwn(file, report) {
  const [first] = path.relative(report, file).split(path.sep);
  // The page of the notebook before may come out while this one is executed.
  const pages = notebookNames(inProject('notebooks')).map((name) => `${name}.html`);
  return !['.stamps', 'notebooks', 'figures', 'index.html', ...pages].includes(first);
}

/** @param {string} name @param {string} report */
function stampOf(name, report) {
  return path.join(report, '.stamps', `${name}.json`);
}

/**
 * Everything a notebook's results depend on. Models that it or a later one saved are results.
 * @param {string} name @param {string} source @param {{ report: string, cells: { files: string[] } | null }} inputs
 */
function executionKey(name, source, { report, cells }) {
  const since = notebookNames(path.dirname(source)).filter((other) => other >= name);
  const results = new Set(since.flatMap((other) => readStamp(stampOf(other, report))?.outputs ?? []));
  const files = [
    ...filesUnder(inProject('dist'), (file) => path.basename(file) !== '.stamp.json'),
    ...filesUnder(inProject('data'), (file) => !file.includes(`${path.sep}make${path.sep}`)),
    ...filesUnder(inProject('jupyter'), (file) => /kernel|execute\.py|requirements\.txt/.test(path.basename(file))),
    ...filesUnder(path.join(report, 'models')).filter((file) => !results.has(file)),
    ...(cells?.files ?? []),
  ];
  const route = readStamp(TENSORFLOW_STAMP)?.route === 'wasm' ? 'wasm' : 'native';
  return hashFiles(files, [sourceOf(readNotebook(source)), route, cells ? 'own cells' : '']);
}

/**
 * @param {string} name @param {string} source @param {string} executed @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} progress
 */
async function execute(name, source, executed, env, progress) {
  const seconds = process.env.GLASSY_CELL_TIMEOUT || '900';
  fs.rmSync(executed, { force: true });
  const args = [inProject('jupyter', 'execute.py'), source, executed, seconds];
  const { code, output } = await run(venvPython('.venv'), args, { cwd: inProject('notebooks'), env, onLine: progress });
  const problems = fs.existsSync(executed) ? notebookProblems(readNotebook(executed)) : [];
  if (code === 0 && !problems.length) return;
  const shown = problems.map(({ cell, text }) => {
    const code = readNotebook(executed).cells.filter((c) => c.cell_type === 'code')[cell - 1];
    const first = joined(code.source).split('\n').slice(0, 3).join('\n    ');
    return `  code cell ${cell}:\n    ${first}\n  on stderr:\n    ${text.split('\n').slice(0, 25).join('\n    ')}`;
  });
  const lines = output.trim().split('\n');
  const said = lines.slice(problems.length ? -1 : -15).join('\n');
  const why = code === 0 ? 'a cell printed to stderr' : code === 1 ? said : `ended with code ${code} after ${said}`;
  throw new SetupError(`notebooks/${name}.ipynb: ${why}\n${shown.join('\n')}`);
}

/** @param {string} executed @param {string} report */
async function render(executed, report) {
  // The template is in jupyter/nbconvert/templates, where JUPYTER_PATH leads nbconvert.
  const args = ['-m', 'nbconvert', '--to', 'html', '--template', 'report', '--log-level=ERROR'];
  args.push('--output-dir', report, executed);
  const { code, output } = await run(venvPython('.venv'), args, { env: jupyterEnvironment() });
  if (code !== 0) throw new SetupError(`nbconvert could not render ${executed}:\n${output.trim()}`);
}

import { run } from './processes.mjs';
import { inProject } from './project.mjs';
import { venvPython } from './python.mjs';

/** A notebook to execute: absolute paths. @typedef {{ name: string, source: string, target: string, page: string }} Job */
/** How it went: 0, 1 if a cell failed, 2 if only the page, else what ended the process. @typedef {{ code: number, said: string }} Done */
/** @typedef {ReturnType<typeof makeExecutor>} Executor */

/**
 * What executes notebooks: one Python process for all of them, started with the first.
 * @param {NodeJS.ProcessEnv} env of the kernels
 */
export function makeExecutor(env) {
  const seconds = process.env.GLASSY_CELL_TIMEOUT || '900';
  /** @type {Map<string, { onCell: (text: string) => void, resolve: (done: Done) => void }>} */
  const going = new Map();
  /** @type {import('node:stream').Writable | null} */
  let stdin = null;
  let ended = Promise.resolve();

  /** @param {string} line */
  const onLine = (line) => {
    if (!line.startsWith('{"name"')) return;
    const { name, cell, code, said } = JSON.parse(line);
    const job = going.get(name);
    if (cell !== undefined) job?.onCell(cell);
    if (code === undefined) return;
    going.delete(name);
    job?.resolve({ code, said });
  };
  const begin = async () => {
    const { code, output } = await run(venvPython('.venv'), [inProject('jupyter', 'execute.py'), seconds], {
      cwd: inProject('notebooks'),
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      onStart: (child) => {
        stdin = child.stdin;
        // A process that is gone is dealt with below.
        stdin?.on('error', () => {});
      },
      onLine,
    });
    stdin = null;
    const said = output.replace(/^\{"name".*\n/gm, '');
    for (const { resolve } of going.values()) resolve({ code: code || 1, said });
    going.clear();
  };

  return {
    /**
     * Executes a notebook, beside those that go on.
     * @param {Job} job @param {(text: string) => void} onCell told which cell begins @returns {Promise<Done>}
     */
    execute: (job, onCell) =>
      new Promise((resolve) => {
        if (stdin === null) ended = begin();
        going.set(job.name, { onCell, resolve });
        stdin?.write(`${JSON.stringify(job)}\n`);
      }),
    /** Ends the process. */
    async end() {
      stdin?.end();
      await ended;
    },
  };
}

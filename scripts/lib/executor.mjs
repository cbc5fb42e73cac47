import { run } from './processes.mjs';
import { inProject } from './project.mjs';
import { venvPython } from './python.mjs';
import { startService } from './service.mjs';

/** A notebook to execute: absolute paths. @typedef {{ name: string, source: string, target: string, page: string }} Job */
/** How it went: 0, 1 if a cell failed, 2 if only the page, else what ended the process. @typedef {{ code: number, said: string }} Done */
/** @typedef {ReturnType<typeof makeExecutor>} Executor */

/**
 * What executes notebooks: one Python process for all of them, and one service for their kernels, started with the first.
 * @param {NodeJS.ProcessEnv} env of the kernels
 */
export function makeExecutor(env) {
  const seconds = process.env.GLASSY_CELL_TIMEOUT || '900';
  /** @type {Map<string, { onCell: (text: string) => void, resolve: (done: Done) => void }>} */
  const going = new Map();
  /** @type {import('node:stream').Writable | null} */
  let stdin = null;
  let ended = Promise.resolve();
  /** @type {ReturnType<typeof startService> | undefined} */
  let service;

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
  /** @param {string} socket of the service */
  const begin = async (socket) => {
    const { code, output } = await run(venvPython('.venv'), [inProject('jupyter', 'execute.py'), seconds], {
      cwd: inProject('notebooks'),
      env: { ...env, GLASSY_SERVICE: socket },
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
    async execute(job, onCell) {
      service ??= startService(env);
      const { socket } = await service;
      if (stdin === null) ended = begin(socket);
      return await new Promise((resolve) => {
        going.set(job.name, { onCell, resolve });
        stdin?.write(`${JSON.stringify(job)}\n`);
      });
    },
    /** Ends what was started. */
    async end() {
      stdin?.end();
      await Promise.all([ended, service?.then((started) => started.end())]);
    },
  };
}

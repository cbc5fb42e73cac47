import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from './processes.mjs';
import { inProject } from './project.mjs';

/**
 * Starts the process that converts cells and draws figures for all kernels. Without it (it may fail or die) they do that
 * themselves, as in JupyterLab.
 * @param {NodeJS.ProcessEnv} env
 */
export async function startService(env) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const socket =
    process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, 'service.sock');
  /** @type {import('node:stream').Writable | null} */
  let stdin = null;
  /** @type {Promise<unknown>} */
  let ended = Promise.resolve();
  await new Promise((resolve) => {
    ended = run(process.execPath, [inProject('jupyter', 'service.cjs'), socket], {
      cwd: inProject('notebooks'),
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      onStart: (child) => {
        stdin = child.stdin;
        stdin?.on('error', () => {});
      },
      onLine: (line) => line === 'ready' && resolve(line),
    }).then(resolve);
  });
  return {
    socket,
    async end() {
      stdin?.end();
      await ended;
    },
  };
}

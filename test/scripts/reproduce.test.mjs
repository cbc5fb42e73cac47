import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { filesUnder } from '../../scripts/lib/project.mjs';
import { copyProject, isSetUp } from './projectCopy.mjs';

// Each says in a file of its own that it was executed; the second waits in its first run.
const NOTEBOOKS = {
  '00-first': ["require('node:fs').appendFileSync('00-first.log', 'x');"],
  '01-second': [
    "const fs = require('node:fs');\nfs.appendFileSync('01-second.log', 'x');",
    "if (!fs.existsSync('go')) {\n  fs.writeFileSync('begun', String(process.pid));\n  for (;;) {}\n}",
    "console.log('to the end');",
  ],
};

describe.skipIf(!isSetUp)('reproduce, killed in the middle', () => {
  const folder = isSetUp ? copyProject(NOTEBOOKS) : '';
  const at = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts);
  const command = [at('scripts', 'reproduce.mjs'), '--jobs=1'];
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    ...process.env,
    ...{ HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, npm_config_offline: 'true', PIP_NO_INDEX: '1' },
    ...{ JUPYTER_RUNTIME_DIR: at('tmp'), TMPDIR: at('tmp'), GLASSY_REPORT: '', GLASSY_MODELS: '', GLASSY_CELLS: '' },
    ...{ INIT_CWD: folder, GLASSY_CACHE: at('cache') },
  };
  const logs = () => Object.keys(NOTEBOOKS).map((name) => fs.readFileSync(at('notebooks', `${name}.log`), 'utf8'));
  const left = () => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n').filter(isOurs);
  const isOurs = (/** @type {string} */ line) => line.includes(folder);
  /** @type {import('node:child_process').ChildProcess} */
  let killed;

  afterAll(() => {
    killed?.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('leaves no process and no connection of a kernel', { timeout: 180_000 }, async () => {
    fs.mkdirSync(at('tmp'));
    killed = spawn(process.execPath, command, { cwd: folder, env, stdio: 'ignore' });
    await expect.poll(() => fs.existsSync(at('notebooks', 'begun')), { timeout: 150_000, interval: 200 }).toBe(true);
    expect(filesUnder(at('tmp')).length).toBeGreaterThan(0);
    // What would be there had it been killed while it wrote.
    fs.writeFileSync(at('report', `01-second.html.${killed.pid}.tmp`), '<html>');
    killed.kill('SIGKILL');
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    expect(filesUnder(at('tmp'))).toEqual([]);
  });

  it('refuses to put its report over the notebooks', () => {
    const { status, stderr } = spawnSync(process.execPath, command, {
      ...{ cwd: folder, encoding: 'utf8', env: { ...env, GLASSY_REPORT: '.' } },
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^\nGLASSY_REPORT: found the project’s folder.*\n$/)]);
  });

  it('goes on without a network where it was, and leaves no temporary file', { timeout: 180_000 }, () => {
    fs.writeFileSync(at('notebooks', 'go'), '');
    const { status, stdout, stderr } = withoutNetwork([process.execPath, ...command]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/notebook 00-first: already done[\s\S]*✓ notebook 01-second \(/);
    expect(logs()).toEqual(['x', 'xx']);
    const files = filesUnder(at('report')).map((file) => path.relative(at('report'), file));
    expect(files).toEqual(expect.arrayContaining(['00-first.html', '01-second.html', 'index.html']));
    expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
    expect(filesUnder(at('tmp'))).toEqual([]);
    expect(fs.readFileSync(at('report', '01-second.html'), 'utf8')).toContain('to the end');
    expect(fs.readFileSync(at('report', 'index.html'), 'utf8')).not.toContain('class="failed"');
    expect(left()).toEqual([]);
  });

  /** In a namespace that has no network but the loopback, where the system allows it. @param {string[]} words */
  function withoutNetwork(words) {
    const alone = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
    const can = spawnSync('unshare', [...alone, 'true']).status === 0;
    const [program, ...args] = can ? ['unshare', ...alone, ...words] : words;
    return spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  }
});

import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesUnder, inProject } from '../../scripts/lib/project.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'installed-'));
const shell = process.platform === 'win32';
// npm passes its settings on to what it runs, those of the clone's .npmrc too.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_PATH)/i.test(name)));
/** @param {string} command @param {string[]} args */
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', env, shell, stdio: 'pipe' }).trim();
/** @param {string} name @param {string} text */
const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);

/** The README's first program, with fewer epochs. */
const [, program] = /## The library\n+```js\n([\s\S]*?)```/.exec(fs.readFileSync(inProject('README.md'), 'utf8')) ?? [];
const esm = program.replace('epochs: 50', 'epochs: 2');
const cjs = `(async () => {${esm.replace(/import (\{.*\}) from ('.*');/, 'const $1 = require($2);')}})();`;

/** Why npm could not install, where the reason is the network. */
let offline = '';

describe('the tarball in an empty folder', () => {
  beforeAll(() => {
    run('npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder, inProject());
    const [archive] = fs.readdirSync(folder);
    write('package.json', '{ "private": true }');
    try {
      run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', archive);
    } catch (error) {
      const { stderr } = /** @type {{ stderr: string }} */ (error);
      const network = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.exec(stderr);
      if (!network) throw error;
      [offline] = network;
    }
  }, 120_000);
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('weighs under 20 MB, without any optional package', ({ skip }) => {
    skip(!!offline, `npm has no network: ${offline}`);
    const modules = path.join(folder, 'node_modules');
    const bytes = filesUnder(modules).reduce((sum, file) => sum + fs.statSync(file).size, 0);
    expect(bytes).toBeLessThan(20e6);
    const { peerDependencies } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
    expect(Object.keys(peerDependencies).filter((name) => fs.existsSync(path.join(modules, name)))).toEqual([]);
  });

  it("runs the README's program, the same by require and import", ({ skip }) => {
    skip(!!offline, `npm has no network: ${offline}`);
    write('a.mjs', esm);
    write('a.cjs', cjs);
    const printed = run(process.execPath, 'a.mjs');
    expect(printed).toMatch(/^1 \d+\.\d+ \d+\.\d+\n2 /);
    expect(printed).toContain('Float64Array(24)');
    expect(run(process.execPath, 'a.cjs')).toBe(printed);
  });

  it('compiles strictly with the types of neither a browser nor Node', ({ skip }) => {
    skip(!!offline, `npm has no network: ${offline}`);
    const entries = ['diffusion', 'evaluate', 'materials', 'notebook'].map(
      (name) => `export * as ${name} from 'glassy-motifs/${name}';\n`,
    );
    write('b.mts', `declare const console: { log(...values: unknown[]): void };\n${entries.join('')}${esm}`);
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: false, noEmit: true, module: 'nodenext', target: 'es2022' },
      ...{ lib: ['es2022'], types: [] },
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['b.mts'] }));
    const compiler = inProject('node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [compiler], { cwd: folder, encoding: 'utf8', env });
    expect(stdout).toBe('');
  });

  it('has its command, models and cells, and names the optional package that a call needs', ({ skip }) => {
    skip(!!offline, `npm has no network: ${offline}`);
    expect(run('npx', '--no-install', 'glassy-motifs', '--help')).toContain('Usage: glassy-motifs');
    write(
      'c.mjs',
      `import { createRequire } from 'node:module';
      import { renderSvg } from 'glassy-motifs/notebook';
      const { resolve } = createRequire(import.meta.url);
      resolve('glassy-motifs/data/models/vae-none.json');
      resolve('glassy-motifs/data/a-si/a-si-512-01.extxyz');
      await renderSvg({ data: [{ type: 'scatter', y: [1] }], layout: {} }).catch(({ message }) => console.log(message));`,
    );
    expect(run(process.execPath, 'c.mjs')).toMatch(/^package jsdom: found none installed.*npm install /);
  });
});

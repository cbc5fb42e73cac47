import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/project.mjs';

const consumer = fs.mkdtempSync(path.join(os.tmpdir(), 'consumer-'));
const installed = path.join(consumer, 'node_modules', 'glassy-motifs');
const ENTRIES = ['', '/browser', '/diffusion', '/evaluate', '/materials', '/notebook'];

/** @param {string} name @param {string} text */
const write = (name, text) => fs.writeFileSync(path.join(consumer, name), text);
// Packages that the library depends on are not packed.
const env = { ...process.env, NODE_PATH: inProject('node_modules') };
/** @param {string[]} args */
const node = (...args) => execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8', env }).trim();

/** Uses a function and a type of every entry point. */
const PROGRAM = `
import { gramVector, type Structure } from 'glassy-motifs';
import type { Denoiser } from 'glassy-motifs/diffusion';
import { histogram } from 'glassy-motifs/evaluate';
import * as materials from 'glassy-motifs/materials';
import { type Figure, histogramFigure } from 'glassy-motifs/notebook';
const gram: Float64Array = gramVector([1, 0, 0, 0, 2, 0], 2);
const counts = histogram(gram, { bins: 2 }).counts;
const figure: Figure = histogramFigure([{ name: 'gram', values: gram }], { xLabel: 'G' });
export const energy = (cell: Structure, _denoiser: Denoiser): unknown => materials.siliconStillingerWeber().energies(cell);
console.log(Array.from(gram).join(), counts.length, figure.data.length);
`;
/** @type {[string, string, Record<string, string>][]} resolution, compiler, and what else it is told */
const COMPILERS = [
  // The compiler of the notebooks' kernel, which does not read "exports".
  ['node10', '@tslab/typescript-for-tslab/bin/tsc', { module: 'commonjs' }],
  ['node16', 'typescript/bin/tsc', { module: 'node16' }],
  ['nodenext', 'typescript/bin/tsc', { module: 'nodenext' }],
  ['bundler', 'typescript/bin/tsc', { module: 'esnext' }],
];

describe('the package as npm packs it', () => {
  beforeAll(() => {
    const args = ['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', consumer];
    execFileSync('npm', [...args, inProject()], { cwd: consumer, shell: process.platform === 'win32' });
    const [archive] = fs.readdirSync(consumer).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', archive], { cwd: consumer });
    fs.mkdirSync(path.dirname(installed));
    fs.renameSync(path.join(consumer, 'package'), installed);
  }, 120_000);
  afterAll(() => fs.rmSync(consumer, { recursive: true }));

  it('is required by CommonJS, and its entry points share their classes', () => {
    write('required.cjs', `console.log(${ENTRIES.map((name) => `typeof require('glassy-motifs${name}')`).join()});`);
    expect(node('required.cjs').split(' ')).toEqual(ENTRIES.map(() => 'object'));
    const refused = "try { require('glassy-motifs/evaluate').histogram([Number.NaN]); } catch (error) {";
    write('shared.cjs', `${refused} console.log(error instanceof require('glassy-motifs').InputError); }`);
    expect(node('shared.cjs')).toBe('true');
  });

  it('is imported by ESM, by name and whole', () => {
    write(
      'imported.mjs',
      `import { gramVector } from 'glassy-motifs';
      import { Denoiser } from 'glassy-motifs/diffusion';
      import * as evaluate from 'glassy-motifs/evaluate';
      import { material } from 'glassy-motifs/materials';
      import { show } from 'glassy-motifs/notebook';
      console.log(...[gramVector, Denoiser, evaluate.histogram, material, show].map((it) => typeof it));`,
    );
    expect(node('imported.mjs')).toBe('function function function function function');
  });

  it('keeps its inner modules to itself', () => {
    write('inner.mjs', "await import('glassy-motifs/dist/core/errors.js').catch(({ code }) => console.log(code));");
    expect(node('inner.mjs')).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('reads its cells from where it is installed', () => {
    write(
      'cells.cjs',
      "console.log(require('glassy-motifs').readCells().map(({ species }) => species.length).join());",
    );
    expect(node('cells.cjs')).toBe(Array(32).fill(512).join());
  });

  it.each(COMPILERS)('compiles and runs with the module resolution %s', (moduleResolution, compiler, options) => {
    const name = `with-${moduleResolution}`;
    write(`${name}.ts`, PROGRAM);
    const compilerOptions = {
      ...{ target: 'es2022', strict: true, skipLibCheck: true, moduleResolution, ...options },
      ...{ types: ['node'], typeRoots: [inProject('node_modules', '@types')] },
    };
    write(`${name}.json`, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    write('package.json', JSON.stringify({ type: options.module === 'esnext' ? 'module' : 'commonjs' }));
    node(inProject('node_modules', compiler), '-p', `${name}.json`);
    expect(node(`${name}.js`)).toBe('1,0,4 2 1');
  });
});

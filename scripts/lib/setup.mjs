import * as fs from 'node:fs';
import { run } from './processes.mjs';
import { filesUnder, hashFiles, inProject, isStamped, SetupError, wholeOf, writeStamp } from './project.mjs';
import { venvStep } from './python.mjs';
import { tensorflowStep } from './tensorflow.mjs';

/** @typedef {import('./steps.mjs').Step} Step */
/** @typedef {'packages' | 'python' | 'tensorflow' | 'build'} StepName */

export const OLDEST_NODE = 20;

/**
 * Packages of the lockfile that are not installed as it says; optional ones may be missing on this platform.
 * @param {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }> }}
 * lock
 * @param {{ packages: Record<string, { version?: string, integrity?: string }> } | null} installed npm's own record
 * @returns {string[]}
 */
export function missingPackages(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([place, wanted]) => {
      if (!place.startsWith('node_modules/')) return false;
      const found = installed?.packages[place];
      if (!found) return !wanted.optional;
      return !wanted.link && (found.version !== wanted.version || found.integrity !== wanted.integrity);
    })
    .map(([place]) => place);
}

/** @returns {Step} */
function packagesStep() {
  const record = inProject('node_modules', '.package-lock.json');
  const missing = () => {
    const lock = JSON.parse(fs.readFileSync(inProject('package-lock.json'), 'utf8'));
    const installed = fs.existsSync(record) ? JSON.parse(fs.readFileSync(record, 'utf8')) : null;
    return missingPackages(lock, installed);
  };
  return {
    name: 'npm packages',
    isDone: () => missing().length === 0,
    async perform({ progress, note }) {
      if (fs.lstatSync(inProject('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
        const lacks = missing().slice(0, 3).join(', ');
        note(`node_modules is a link to another folder and is left as it is, though it lacks ${lacks}.`);
        return;
      }
      progress('npm ci');
      // npm gives its own path to the scripts it runs; a bare `node scripts/…` has to find it.
      const npm = process.env.npm_execpath;
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'];
      const [command, rest] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
      const shell = command === 'npm' && process.platform === 'win32';
      let fetched = 0;
      const onLine = (/** @type {string} */ line) => {
        if (/http fetch/.test(line)) progress(`npm ci: ${++fetched} answers from the registry`);
      };
      const { code, output } = await run(command, rest, { cwd: inProject(), shell, onLine });
      if (code !== 0) {
        const errors = output.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
        throw new SetupError(`npm ci failed:\n${(errors.length ? errors : output.split('\n')).slice(-15).join('\n')}`);
      }
    },
  };
}

/** @returns {Step} */
function buildStep() {
  const stamp = inProject('dist', '.stamp.json');
  const key = () => {
    const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((file) => inProject(file));
    // The compiled kernels lie among the sources but are made by the build.
    const sources = filesUnder(inProject('src'), (file) => !file.endsWith('wasmBinary.js'));
    const scripts = ['build.mjs', 'wasm.mjs'].map((file) => inProject('scripts', file));
    return hashFiles([...sources, ...settings, ...scripts]);
  };
  return {
    name: 'library (dist/)',
    isDone: () => isStamped(stamp, key()),
    async perform() {
      const before = key();
      const { code, output } = await run(process.execPath, ['scripts/build.mjs'], { cwd: inProject() });
      if (code !== 0) throw new SetupError(`The build failed:\n${output.trim()}`);
      const made = filesUnder(inProject('dist'), (file) => file !== stamp && !file.endsWith('.tmp'));
      writeStamp(stamp, { key: before, whole: wholeOf(stamp, made) });
    },
  };
}

/**
 * The named steps in the order in which they depend on each other.
 * @param {StepName[]} names @param {{ retry?: boolean }} [options] @returns {Step[]}
 */
export function setupSteps(names, { retry = false } = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.versions.node} is too old: ${OLDEST_NODE} or newer is needed (https://nodejs.org).`,
    );
  }
  /** @type {Record<StepName, () => Step>} */
  const all = {
    packages: packagesStep,
    python: () => venvStep('.venv', 'jupyter/requirements.txt'),
    tensorflow: () => tensorflowStep(retry),
    build: buildStep,
  };
  return /** @type {StepName[]} */ (Object.keys(all)).filter((name) => names.includes(name)).map((name) => all[name]());
}

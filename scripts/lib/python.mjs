import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './processes.mjs';
import { hashFiles, inProject, isStamped, ROOT, SetupError, writeStamp } from './project.mjs';

const OLDEST = [3, 10];
const NEED = `Python ≥ ${OLDEST.join('.')} with the venv module`;

/** The interpreter inside a virtual environment. @param {string} folder such as '.venv' */
export function venvPython(folder) {
  return process.platform === 'win32' ? inProject(folder, 'Scripts', 'python.exe') : inProject(folder, 'bin', 'python');
}

/** @typedef {{ command: string, version: string, path: string, venv: boolean }} Python */

/**
 * Asks a command what Python it is; null if it is none.
 * @param {string} command @returns {Promise<Python | null>}
 */
async function inspectPython(command) {
  const code = [
    'import sys, json, importlib.util as u',
    'whole = bool(u.find_spec("venv") and u.find_spec("ensurepip"))',
    'print(json.dumps([list(sys.version_info[:3]), sys.executable, whole]))',
  ].join('\n');
  const { code: status, stdout } = await run(command, ['-c', code], { timeout: 10_000 });
  if (status !== 0) return null;
  try {
    const [version, executable, venv] = JSON.parse(stdout);
    return { command, version: version.join('.'), path: executable, venv };
  } catch {
    return null;
  }
}

/** @param {string} version */
export function isRecentPython(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === OLDEST[0] && minor >= OLDEST[1];
}

/**
 * Every Python found under the usual names (or only `$PYTHON` where that is set), first choice first.
 * @returns {Promise<Python[]>}
 */
export async function findPythons() {
  const usual = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const found = [];
  for (const command of process.env.PYTHON ? [process.env.PYTHON] : usual) {
    const python = await inspectPython(command);
    if (python) found.push(python);
    if (python?.venv && isRecentPython(python.version)) break;
  }
  return found;
}

/**
 * What stands in the way of a virtual environment, and what to do about it.
 * @param {Python[]} pythons
 */
export function adviseOnPython(pythons) {
  const recent = pythons.filter((python) => isRecentPython(python.version));
  if (recent.length) {
    const version = recent[0].version.split('.').slice(0, 2).join('.');
    return (
      `${recent[0].path} (${recent[0].version}) lacks the venv module. ${NEED} is needed: on Debian or Ubuntu ` +
      `\`apt install python${version}-venv\`, or set PYTHON to another interpreter.`
    );
  }
  const old = pythons.length
    ? `only ${pythons.map((p) => `${p.path} ${p.version}`).join(', ')} was found`
    : 'none found';
  return `${NEED} is needed, ${old}. Install it, or set PYTHON to its path.`;
}

/**
 * The step that makes a virtual environment with the packages of a requirements file.
 * @param {string} folder such as '.venv' @param {string} requirements such as 'jupyter/requirements.txt'
 * @returns {import('./steps.mjs').Step}
 */
export function venvStep(folder, requirements) {
  const stamp = inProject(folder, 'stamp.json');
  const python = venvPython(folder);
  // A virtual environment does not survive a move, so the folder belongs to its key.
  const key = () => hashFiles([inProject(requirements)], [ROOT]);
  return {
    name: `Python packages (${folder})`,
    isDone: () => isStamped(stamp, key()) && fs.existsSync(python),
    async perform({ progress }) {
      const pythons = await findPythons();
      const base = pythons.find((candidate) => candidate.venv && isRecentPython(candidate.version));
      if (!base) throw new SetupError(adviseOnPython(pythons));
      progress(`making ${folder} with Python ${base.version}`);
      fs.rmSync(inProject(folder), { recursive: true, force: true });
      const made = await run(base.path, ['-m', 'venv', inProject(folder)]);
      if (made.code !== 0) {
        fs.rmSync(inProject(folder), { recursive: true, force: true });
        throw new SetupError(`${base.path} -m venv failed:\n${made.output.trim()}\n${adviseOnPython([base])}`);
      }
      const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--no-deps', '--require-hashes', '-r'];
      const installed = await run(python, [...pip, inProject(requirements)], {
        onLine: (line) => progress(line.replace(/\s*\(.*$/, '').slice(0, 100)),
      });
      if (installed.code !== 0) {
        const tail = installed.output.trim().split('\n').slice(-12).join('\n');
        throw new SetupError(`pip could not install ${requirements}:\n${tail}`);
      }
      writeStamp(stamp, { key: key(), python: base.version, outputs: [path.resolve(python)] });
    },
  };
}

// Everything under scripts/ is plain JavaScript because it must run before anything is installed.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** An absolute path inside the project. @param {...string} parts */
export const inProject = (...parts) => path.join(ROOT, ...parts);

/** Where downloads are kept between clones. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return process.env.GLASSY_CACHE || path.join(base, 'glassy-motifs');
}

/** A failure the user can act on: printed without a stack. */
export class SetupError extends Error {}

/**
 * All files under a folder (or the file itself), sorted, absolute. Missing paths give none.
 * @param {string} start @param {(file: string) => boolean} [keep] @returns {string[]}
 */
export function filesUnder(start, keep = () => true) {
  const stat = fs.statSync(start, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return keep(start) ? [start] : [];
  const files = fs
    .readdirSync(start)
    .sort()
    .filter((name) => name !== '.ipynb_checkpoints')
    .flatMap((name) => filesUnder(path.join(start, name), keep));
  return files;
}

/**
 * SHA-256 over the files' paths (relative to `base`) and contents, and the extra words.
 * @param {string[]} files @param {string[]} [extra] @param {string} [base]
 */
export function hashFiles(files, extra = [], base = ROOT) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${path.relative(base, file)}\0${digestOf(file)}\n`);
  }
  for (const word of extra) hash.update(`+${word}\n`);
  return hash.digest('hex');
}

/**
 * Writes a file whole or not at all.
 * @param {string} file @param {string | Uint8Array} content
 */
export function writeAtomic(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * What was noted when a step was last completed; null if never or unreadable.
 * @param {string} file @returns {Record<string, any> | null}
 */
export function readStamp(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * True if the stamp was written for `key`, every path in its `outputs` is still there, and what `whole` names is as it
 * was made.
 * @param {string} file @param {string} key
 */
export function isStamped(file, key) {
  const stamp = readStamp(file);
  if (stamp?.key !== key || !(stamp.outputs ?? []).every((/** @type {string} */ output) => fs.existsSync(output))) {
    return false;
  }
  return Object.entries(stamp.whole ?? {}).every(([name, digest]) => {
    const made = path.resolve(path.dirname(file), name);
    return fs.existsSync(made) && digestOf(made) === digest;
  });
}

/** @param {string} file */
const digestOf = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/**
 * The `whole` of a stamp: digests by path from the stamp's folder.
 * @param {string} stamp @param {string[]} files @returns {Record<string, string>}
 */
export function wholeOf(stamp, files) {
  const name = (/** @type {string} */ file) => path.relative(path.dirname(stamp), file);
  return Object.fromEntries(files.map((file) => [name(file), digestOf(file)]));
}

/**
 * Removes what killed writes left in these folders, and all below them: temporary files and folders of processes that
 * are gone, and others of more than ten minutes.
 * @param {string[]} folders @returns {string[]} what was removed
 */
export function sweepTemporaries(folders) {
  const isLeft = (/** @type {string} */ place) => {
    const [, pid] = /\.(\d+)\.tmp$/.exec(place) ?? [];
    return pid ? !isRunning(Number(pid)) : Date.now() - fs.statSync(place).mtimeMs > 600_000;
  };
  return folders.flatMap((folder) => {
    const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
    return entries.flatMap((entry) => {
      const place = path.join(folder, entry.name);
      if (!entry.name.endsWith('.tmp')) return entry.isDirectory() ? sweepTemporaries([place]) : [];
      if (!isLeft(place)) return [];
      fs.rmSync(place, { recursive: true, force: true });
      return [place];
    });
  });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file @param {Record<string, unknown>} content with at least `key` */
export function writeStamp(file, content) {
  writeAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
}

import { createRequire } from 'node:module';
import * as path from 'node:path';
import { inProject, SetupError } from './project.mjs';

/**
 * The user's own cells: `GLASSY_CELLS` is a file, a pattern, or several of them with commas between, relative to where
 * the command was given, which is not where a script or a notebook runs.
 * @param {string | undefined} value @param {string} from absolute folder
 * @returns {{ value: string, files: string[] } | null} absolute files and the same as a value; null if it is not set
 */
export function resolveCells(value, from) {
  if (!value?.trim()) return null;
  const { globSync } = createRequire(inProject('package.json'))('tinyglobby');
  const files = value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .flatMap((part) => {
      const found = /** @type {string[]} */ (globSync(part, { cwd: from, absolute: true })).map(path.normalize).sort();
      if (!found.length) throw new SetupError(`GLASSY_CELLS: no file matches ${part} (looked from ${from}).`);
      return found;
    });
  return { value: files.join(','), files };
}

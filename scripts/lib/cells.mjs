import { createRequire } from 'node:module';
import * as path from 'node:path';
import { inProject, SetupError } from './project.mjs';

/**
 * The user's own cells as GLASSY_CELLS names them, relative to where the command was given, which is not where a
 * script or a notebook runs. Needs the built library, which knows what the value may hold.
 * @param {string | undefined} value @param {string} from absolute folder
 * @returns {{ value: string, files: string[] } | null} absolute files, and the same as a value; null if it is not set
 */
export function resolveCells(value, from) {
  if (!value?.trim()) return null;
  const { expandCells } = createRequire(import.meta.url)(inProject('dist', 'structures', 'cells.js'));
  const before = process.cwd();
  try {
    process.chdir(from);
    const files = /** @type {string[]} */ (expandCells(value.split(path.delimiter).filter(Boolean)));
    return { value: files.join(path.delimiter), files };
  } catch (error) {
    throw new SetupError(`GLASSY_CELLS: ${error instanceof Error ? error.message : error}`);
  } finally {
    process.chdir(before);
  }
}

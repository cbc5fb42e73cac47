import type * as Glob from 'tinyglobby';
import { InputError } from '../core/errors';
import { fs, nodeRequire, packagePath, path, environment as surroundings } from '../core/node';

const EXTENSIONS = ['*.{extxyz,xyz,extxyz.gz,xyz.gz,lmp,vasp,poscar}', 'POSCAR*', 'CONTCAR*'];

/**
 * Files to work on: those that the environment variable GLASSY_CELLS names (paths, folders or patterns, separated like
 * PATH), else the cells that come with the package. Absolute paths in natural order.
 *
 * Relative paths in GLASSY_CELLS count from the working directory, else from where npm was called, else from the
 * package's folder.
 *
 * @throws InputError if nothing matches.
 */
export function cellFiles(environment: Record<string, string | undefined> = surroundings): string[] {
  const chosen = environment.GLASSY_CELLS?.trim();
  if (!chosen) return expandCells(packagePath('data', 'a-si'));
  const patterns = chosen.split(path.delimiter).filter((p) => p !== '');
  const bases = [process.cwd(), environment.INIT_CWD ?? packagePath(), packagePath()];
  const found = bases.map((base) => patterns.map((p) => matches(p, base)));
  const complete = found.find((lists) => lists.every((files) => files.length > 0));
  if (complete === undefined) {
    const missing = patterns.find((_, k) => found.every((lists) => lists[k].length === 0)) ?? patterns[0];
    throw new InputError('GLASSY_CELLS', `no file for '${missing}' from ${bases[0]}`, 'files of structures');
  }
  return unique(complete.flat());
}

/**
 * Files that paths, folders (their .extxyz, .xyz, .lmp, .vasp, .poscar, POSCAR and CONTCAR files) or patterns
 * (`cells/*.cif`) stand for: absolute paths without repetition, those of one pattern in natural order (cell-2 before
 * cell-10).
 *
 * @throws InputError naming the first pattern that matches nothing.
 */
export function expandCells(patterns: string | string[]): string[] {
  const given = [patterns].flat();
  if (given.length === 0) throw new InputError('cells', 'an empty list', 'at least one path or pattern');
  const files = given.map((pattern) => {
    if (typeof pattern !== 'string') throw new InputError('cells', typeof pattern, 'paths or patterns');
    const found = matches(pattern, process.cwd());
    if (found.length > 0) return found;
    if (fs.existsSync(pattern)) throw new InputError('cells', `no structures in '${pattern}'`, EXTENSIONS.join(', '));
    const kind = glob().isDynamicPattern(pattern) ? 'a pattern that matches files' : 'a file that exists';
    throw new InputError('cells', `no file for '${pattern}' from ${process.cwd()}`, kind);
  });
  return unique(files.flat());
}

/** The files of one path, folder or pattern; none if it matches nothing. */
export function matches(pattern: string, base: string): string[] {
  const literal = path.resolve(base, pattern);
  const isFolder = fs.existsSync(literal) && fs.statSync(literal).isDirectory();
  if (fs.existsSync(literal) && !isFolder) return [literal];
  const files = isFolder
    ? glob().globSync(EXTENSIONS, { cwd: literal, absolute: true })
    : glob().globSync(pattern, { cwd: base, absolute: true, expandDirectories: false });
  return files.map((file) => path.normalize(file)).sort(new Intl.Collator('en', { numeric: true }).compare);
}

/** Loaded when needed: it would be a fifth of the time that importing the package takes. */
function glob(): typeof Glob {
  return nodeRequire()('tinyglobby');
}

function unique(files: string[]): string[] {
  return [...new Set(files)];
}

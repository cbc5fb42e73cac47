import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as Glob from 'tinyglobby';
import { InputError, requireKnownOptions } from '../core/errors';
import { readExtxyz } from './extxyzRead';
import type { Structure } from './structure';

/** The folder of this package, whatever the working directory. */
const PACKAGE_ROOT: string = path.resolve(__dirname, '..', '..');
const EXTENSIONS = '*.{extxyz,xyz,extxyz.gz,xyz.gz}';
/** The ten cells that come with the package, by `info.name`. */
const SUPPLIED: readonly string[] = Array.from({ length: 10 }, (_, k) => `a-Si-${String(k + 1).padStart(2, '0')}`);

/** Structures divided for learning. Whole cells: environments of one cell share atoms. */
export interface CellSplit {
  train: Structure[];
  validation: Structure[];
  test: Structure[];
}

/** Which structures go where, by index. Those not named are left out. */
export interface SplitIndices {
  train: number[];
  validation: number[];
  test: number[];
}

/**
 * Files to work on: what the environment variable GLASSY_CELLS says (paths, folders or patterns, separated like PATH),
 * else the cells that come with the package. Absolute paths in natural order.
 *
 * Relative paths in GLASSY_CELLS count from the working directory, else from where npm was called, else from the
 * package's folder.
 *
 * @throws InputError if nothing matches.
 */
export function cellFiles(environment: Record<string, string | undefined> = process.env): string[] {
  const chosen = environment.GLASSY_CELLS?.trim();
  if (!chosen) return expandCells(path.join(PACKAGE_ROOT, 'data', 'a-si'));
  const patterns = chosen.split(path.delimiter).filter((p) => p !== '');
  const bases = [process.cwd(), environment.INIT_CWD ?? PACKAGE_ROOT, PACKAGE_ROOT];
  const found = bases.map((base) => patterns.map((p) => matches(p, base)));
  const complete = found.find((lists) => lists.every((files) => files.length > 0));
  if (complete === undefined) {
    const missing = patterns.find((_, k) => found.every((lists) => lists[k].length === 0)) ?? patterns[0];
    throw new InputError('GLASSY_CELLS', `no file for '${missing}' from ${bases[0]}`, 'extended-XYZ files');
  }
  return unique(complete.flat());
}

/**
 * Files that paths, folders (their .extxyz, .xyz and gzipped files) or patterns (`cells/*.extxyz`) stand for: absolute
 * paths without repetition, those of one pattern in natural order (cell-2 before cell-10).
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
    const kind = glob().isDynamicPattern(pattern) ? 'a pattern that matches files' : 'a file that exists';
    throw new InputError('cells', `no file for '${pattern}' from ${process.cwd()}`, kind);
  });
  return unique(files.flat());
}

/**
 * Reads every frame of the files that paths, folders or patterns stand for; by default those of {@link cellFiles}.
 *
 * Each structure gets `info.source`, the file's name, and `info.name` if it has none: the file's name without
 * extension, with `#2` and so on from the second frame.
 *
 * @throws InputError if nothing matches, or naming file and line of bad input.
 */
export function readCells(patterns?: string | string[]): Structure[] {
  const files = patterns === undefined ? cellFiles() : expandCells(patterns);
  return files.flatMap((file) => {
    const source = path.basename(file);
    const stem = source.replace(/\.gz$/i, '').replace(/\.[^.]+$/, '');
    return readExtxyz(file).map((structure, frame) => {
      const name = structure.info.name ?? (frame === 0 ? stem : `${stem}#${frame + 1}`);
      return { ...structure, info: { ...structure.info, name, source } };
    });
  });
}

/**
 * Divides cells for training, validation and test.
 *
 * The ten supplied cells: 01–08, 09, 10, in whatever order they come. Other cells, by order: the last tenth (at least
 * one) is for test, the tenth before it (at least one) for validation, the rest for training. Or by index.
 *
 * @throws InputError if there are fewer than three cells, or an index is out of range or in two parts.
 */
export function splitCells(structures: Structure[], indices: SplitIndices = defaultSplit(structures)): CellSplit {
  const taken = new Set<number>();
  const parts = ['train', 'validation', 'test'] as const;
  requireKnownOptions(indices, parts);
  const pick = (part: keyof SplitIndices): Structure[] => {
    if (!Array.isArray(indices[part])) throw new InputError(`option ${part}`, typeof indices[part], 'cell indices');
    return indices[part].map((k) => {
      if (!Number.isInteger(k) || k < 0 || k >= structures.length) {
        throw new InputError(`option ${part}`, `index ${k}`, `an integer from 0 to ${structures.length - 1}`);
      }
      if (taken.has(k)) throw new InputError(`option ${part}`, `cell ${k} a second time`, 'each cell in one part only');
      taken.add(k);
      return structures[k];
    });
  };
  return { train: pick('train'), validation: pick('validation'), test: pick('test') };
}

function defaultSplit(structures: Structure[]): SplitIndices {
  const count = structures.length;
  if (count < 3) throw new InputError('cells', `${count}`, 'at least 3, for training, validation and test');
  const names = structures.map((s) => s.info.name);
  const supplied = SUPPLIED.map((name) => names.indexOf(name));
  const order = count === SUPPLIED.length && !supplied.includes(-1) ? supplied : structures.map((_, k) => k);
  const held = Math.max(1, Math.floor(count / 10));
  return {
    train: order.slice(0, count - 2 * held),
    validation: order.slice(count - 2 * held, count - held),
    test: order.slice(count - held),
  };
}

function matches(pattern: string, base: string): string[] {
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
  return require('tinyglobby');
}

function unique(files: string[]): string[] {
  return [...new Set(files)];
}

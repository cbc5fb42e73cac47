import { requireKnownOptions } from '../core/errors';
import { readBytes } from '../core/files';
import { path } from '../core/node';
import { readThroughAse } from './ase';
import { expandCells } from './cellFiles';
import { bytesOf, parseExtxyz } from './extxyzRead';
import { completed, nativeFormat, type ParseOptions, parseStructures, sayIsolated } from './parseStructures';
import type { Structure } from './structure';
import { requireTypeNames } from './types';

/** Options of {@link readStructures}: those of {@link parseStructures}, any format of ASE among them. */
export type ReadOptions = Omit<ParseOptions, 'source'>;

/** Standard input, as a file's name. */
const STANDARD = '-';

/**
 * Structures of files, every frame: extended or plain XYZ, LAMMPS data, POSCAR, gzipped or not, and through ASE, where
 * it is installed, whatever ASE reads (CIF, LAMMPS dump, .traj, .db, .cfg …). Lengths in Å.
 *
 * Each structure gets `info.source`, the file's name, and `info.name` if it has none: the file's name without
 * extension, with `#2` and so on from the second frame (of standard input `stdin#1` and so on, and no source).
 *
 * @param patterns Paths, folders or patterns like `cells/*.extxyz`; `-` is standard input.
 * @throws InputError as {@link parseStructures}; if nothing matches; where ASE is needed and absent, with the remedy.
 */
export function readStructures(patterns: string | string[], options: ReadOptions = {}): Structure[] {
  requireKnownOptions(options, ['format', 'types', 'cell', 'warn']);
  const { warn = console.warn } = options;
  const files = [patterns].flat().flatMap((pattern) => (pattern === STANDARD ? [STANDARD] : expandCells(pattern)));
  return [...new Set(files.length === 0 ? expandCells([]) : files)].flatMap((file) =>
    named(readFile(file, { ...options, warn }), file),
  );
}

/** Structures of an extended-XYZ file as they are in it; {@link readStructures} names them too. */
export function readExtxyz(file: string): Structure[] {
  return parseExtxyz(contentOf(file), { source: file });
}

/** Structures of one file as they are in it. */
function readFile(file: string, options: ReadOptions): Structure[] {
  const source = file === STANDARD ? 'standard input' : shortest(file);
  const content = contentOf(file);
  const bytes = bytesOf(content, source);
  if (nativeFormat(bytes, source, options.format)) return parseStructures(bytes, { ...options, source });
  requireTypeNames(options.types);
  const format = options.format === 'ase' ? undefined : options.format;
  const isPlain = file !== STANDARD && bytes === content;
  const from = { source, file: isPlain ? file : undefined, content: bytes };
  const structures = readThroughAse(from, format, options.types);
  sayIsolated(structures, { ...options, source });
  return completed(structures, { ...options, source });
}

function contentOf(file: string): Uint8Array {
  return readBytes(file, file === STANDARD ? 0 : file);
}

function named(structures: Structure[], file: string): Structure[] {
  if (file === STANDARD) {
    return structures.map((structure, k) => ({ ...structure, info: { name: `stdin#${k + 1}`, ...structure.info } }));
  }
  const source = path.basename(file);
  const stem = source.replace(/\.gz$/i, '').replace(/(.)\.[^.]+$/, '$1');
  return structures.map((structure, frame) => {
    const name = structure.info.name ?? (frame === 0 ? stem : `${stem}#${frame + 1}`);
    return { ...structure, info: { ...structure.info, name, source } };
  });
}

/** The path from the working directory if that is shorter: messages shall be readable. */
export function shortest(file: string): string {
  const prefix = `${process.cwd()}${path.sep}`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : file;
}

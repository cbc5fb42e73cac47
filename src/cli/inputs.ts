import * as fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../core/errors';
import { extractEnvironments } from '../motifs/environments';
import { concatenateMotifs } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { expandCells, readCells } from '../structures/cells';
import { parseExtxyz } from '../structures/extxyzRead';
import type { Structure } from '../structures/structure';
import { isMotifFrame, motifsOfFrames } from './motifFrames';
import { parseMotifJson } from './motifJson';

import { STANDARD } from './terminal';

/** What cells are turned into motifs by. */
export interface ExtractionOptions {
  cutoff: number;
  count: number;
}

/** Motifs read from files, and what was met on the way. */
export interface ReadMotifs {
  set: Motifs;
  /** The cells among the input; motif files bring none. */
  structures: Structure[];
  /** Atoms of cells that have too few neighbors to give a motif. */
  skipped: number;
}

/**
 * Motifs of files, folders or patterns: motif sets as they are, cells by extraction.
 *
 * @throws InputError naming the file and line of bad input, or a file that mixes motifs and cells
 */
export function readMotifs(patterns: string[], options: ExtractionOptions): ReadMotifs {
  const structures: Structure[] = [];
  const sets: Motifs[] = [];
  for (const file of inputFiles(patterns)) {
    const content = readInput(file);
    if ('set' in content) sets.push(content.set);
    else structures.push(...content.cells);
  }
  let skipped = 0;
  if (structures.length > 0) {
    const extracted = extractEnvironments(structures, { cutoff: options.cutoff, count: options.count });
    skipped = extracted.skipped.length;
    sets.push(extracted);
  }
  const set = concatenateMotifs(sets, 'input');
  if (set.length === 0) {
    const found = `no atom with ${options.count} neighbors within ${options.cutoff} Å`;
    throw new InputError('input', found, 'at least one; see --cutoff and --count');
  }
  return { set, structures, skipped };
}

/** The files that paths, folders or patterns stand for; `-` stays as it is. */
export function inputFiles(patterns: string[]): string[] {
  return patterns.flatMap((pattern) => (pattern === STANDARD ? [pattern] : expandCells(pattern)));
}

/** A file's motif set, or its cells, named as `readCells` names them. */
export function readInput(file: string): { set: Motifs } | { cells: Structure[] } {
  const shown = file === STANDARD ? 'standard input' : shortest(file);
  if (/\.parquet$/i.test(file)) throw new InputError(shown, 'a Parquet file', 'extended XYZ, or JSON of a motif set');
  if (/\.json(\.gz)?$/i.test(file)) return { set: parseMotifJson(readText(file), shown) };
  const frames = readFrames(file);
  return frames.some(isMotifFrame) ? { set: motifsOfFrames(frames, shown) } : { cells: frames };
}

/** One frame of a file of structures. Throws InputError naming the file, or the option of the frame. */
export function readStructure(input: string, frame: number): Structure {
  const files = inputFiles([input]);
  if (files.length !== 1) throw new InputError(input, `${files.length} files`, 'one');
  const content = readInput(files[0]);
  if ('set' in content) throw new InputError(input, 'a motif set', 'a structure; infill is for motifs');
  const { cells } = content;
  if (frame >= cells.length)
    throw new InputError('option --frame', `frame ${frame}`, `one of the ${cells.length} of ${input}`);
  return cells[frame];
}

/** The frames of an extended-XYZ file or of standard input, with `info.name`. */
export function readFrames(file: string): Structure[] {
  if (file !== STANDARD) return readCells(shortest(file));
  const frames = parseExtxyz(fs.readFileSync(0), { source: 'standard input' });
  return frames.map((frame, k) => ({ ...frame, info: { name: `stdin#${k + 1}`, ...frame.info } }));
}

/** The path from the working directory, if that is shorter: errors shall be readable. */
function shortest(file: string): string {
  const prefix = `${process.cwd()}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : file;
}

function readText(file: string): string {
  try {
    const bytes = fs.readFileSync(file);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new InputError(file, (error as Error).message, 'a readable file');
  }
}

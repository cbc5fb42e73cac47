import * as fs from 'node:fs';
import { InputError } from '../core/errors';
import { modelFile } from '../model/models';
import type { Vae } from '../model/vae';
import { extractEnvironments } from '../motifs/environments';
import { readMotifs as readMotifFile } from '../motifs/files/files';
import { isMotifFrame, motifsOfFrames } from '../motifs/files/frames';
import { concatenateMotifs } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { expandCells } from '../structures/cellFiles';
import { type ReadOptions, readStructures, shortest } from '../structures/readStructures';
import { countElements, type Structure } from '../structures/structure';
import { STANDARD, type Terminal } from './terminal';

/** File of a model that is given by its path, or by a name such as `cells` if it comes with the package. */
export function modelPath(model: string): string {
  const isFile = fs.statSync(model, { throwIfNoEntry: false })?.isFile();
  return isFile || /[\\/]|\.json$/i.test(model) ? model : modelFile(model);
}

/** What cells are turned into motifs by. */
export interface ExtractionOptions extends ReadOptions {
  cutoff: number;
  count: number;
  /** Element of the central atoms. */
  centers?: string;
  /** Neighbors of each element, in place of `count`. */
  neighbors?: Record<string, number>;
}

/** The motifs of cells that are asked for. Throws as `extractEnvironments` does. */
export function extract(cells: Structure[], { cutoff, count, centers, neighbors }: ExtractionOptions): Motifs {
  return extractEnvironments(cells, { cutoff, centers, ...(neighbors ? { neighbors } : { count }) });
}

/** The options with centers and neighbors as a model was trained on them. */
export function asTrained<T extends object>(
  options: T,
  { config, species }: Vae,
): T & Omit<ExtractionOptions, 'cutoff'> {
  const [center, ...row] = species ?? [];
  if (new Set(species).size < 2) return { ...options, count: config.atoms };
  return { ...options, count: config.atoms, centers: center, neighbors: countElements(row) };
}

/** Motifs read from files, and what was met on the way. */
export interface ReadMotifs {
  set: Motifs;
  /** The cells among the input; motif files bring none. */
  structures: Structure[];
  /** Atoms of cells that have too few neighbors for a motif. */
  skipped: number;
}

/**
 * Motifs of files, folders or patterns: motif sets as they are, cells by extraction.
 *
 * @throws InputError naming the file and line of bad input, or a file that mixes motifs and cells
 */
export async function readMotifs(patterns: string[], options: ExtractionOptions): Promise<ReadMotifs> {
  const structures: Structure[] = [];
  const sets: Motifs[] = [];
  for (const file of inputFiles(patterns)) {
    const content = await readInput(file, options);
    if ('set' in content) sets.push(content.set);
    else for (const cell of content.cells) structures.push(cell);
  }
  sayMaterials(structures, options);
  let skipped = 0;
  if (structures.length > 0) {
    const extracted = extract(structures, options);
    skipped = extracted.skipped.length;
    sets.push(extracted);
  }
  const set = concatenateMotifs(sets, 'input');
  if (set.length === 0) {
    const wanted = options.neighbors ? JSON.stringify(options.neighbors) : options.count;
    const found = `no atom with ${wanted} neighbors within ${options.cutoff} Å`;
    throw new InputError('input', found, 'at least one; see --cutoff and --count');
  }
  return { set, structures, skipped };
}

/** Lists what was read where cells are of several materials, which are seldom meant to be one. */
function sayMaterials(structures: readonly Structure[], { warn }: ReadOptions): void {
  const cells = new Map<string, string[]>();
  for (const { species, info } of structures) {
    const elements = [...new Set(species)].sort().join('-');
    const names = cells.get(elements) ?? [];
    names.push(String(info.name));
    cells.set(elements, names);
  }
  if (cells.size < 2) return;
  const shown = (names: string[]): string =>
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  const list = [...cells].map(([elements, names]) => `${elements} (${shown(names)})`);
  warn?.(`read as one set, ${cells.size} materials: ${list.join('; ')}`);
}

/** The files that paths, folders or patterns stand for; `-` stays as it is. */
export function inputFiles(patterns: string[]): string[] {
  return patterns.flatMap((pattern) => (pattern === STANDARD ? [pattern] : expandCells(pattern)));
}

/** A file's motif set, or its cells, named as `readStructures` names them. */
export async function readInput(file: string, options: ReadOptions): Promise<{ set: Motifs } | { cells: Structure[] }> {
  if (isMotifFile(file) && options.format === undefined) return { set: await readMotifFile(file) };
  const frames = readFrames(file, options);
  const shown = file === STANDARD ? 'standard input' : shortest(file);
  return frames.some(isMotifFrame) ? { set: motifsOfFrames(frames, shown) } : { cells: frames };
}

/** Whether a file holds motifs by its name: JSON or Parquet. */
export function isMotifFile(file: string): boolean {
  return /\.(json(\.gz)?|parquet)$/i.test(file);
}

/** One frame of a file of structures. Throws InputError naming the file, or the option of the frame. */
export async function readStructure(
  input: string,
  { frame, ...options }: ReadOptions & { frame: number },
): Promise<Structure> {
  const files = inputFiles([input]);
  if (files.length !== 1) throw new InputError(input, `${files.length} files`, 'one');
  const content = await readInput(files[0], options);
  if ('set' in content) throw new InputError(input, 'a motif set', 'a structure; infill is for motifs');
  const { cells } = content;
  if (frame >= cells.length)
    throw new InputError('option --frame', `frame ${frame}`, `one of the ${cells.length} of ${input}`);
  return cells[frame];
}

/** The frames of a file or of standard input, with `info.name`; of the options, those of reading are taken. */
export function readFrames(file: string, { format, types, cell, warn }: ReadOptions): Structure[] {
  return readStructures(file, { format, types, cell, warn });
}

/** Whether there is a checkpoint to go on from; says so if there is none yet. */
export function isThere(checkpoint: string | undefined, terminal: Terminal): boolean {
  if (checkpoint === undefined || fs.existsSync(checkpoint)) return true;
  terminal.say(`no ${checkpoint} yet: training starts`);
  return false;
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { InputError, requireWithin } from '../core/errors';
import { packed, writeFileAtomic } from '../core/files';
import { motifBlocks } from '../motifs/files/files';
import { motifParquetBlocks } from '../motifs/files/parquet';
import type { Motifs } from '../motifs/types';
import { matches } from '../structures/cellFiles';
import { extxyzBlocks } from '../structures/extxyzWrite';
import type { Structure } from '../structures/structure';
import { formatChemiscope } from './chemiscope';
import type { Metric } from './metrics';
import { formatTable } from './table';
import { STANDARD, type Terminal } from './terminal';

/** Checks before any work that a file of one of the kinds can be written there; InputError naming the option. */
export function requireOutput(file: string, extensions: readonly string[], option: string): void {
  if (file === STANDARD) return;
  if (!extensions.some((extension) => file.toLowerCase().endsWith(extension))) {
    throw new InputError(`option ${option}`, `'${file}'`, `a name that ends in ${extensions.join(', ')}`);
  }
  if (fs.existsSync(file) && !fs.statSync(file).isFile()) {
    throw new InputError(`option ${option}`, `'${file}', which is not a plain file`, 'a file to write');
  }
  let folder = path.dirname(path.resolve(file));
  while (!fs.existsSync(folder)) folder = path.dirname(folder);
  try {
    if (!fs.statSync(folder).isDirectory()) throw new Error('no folder');
    fs.accessSync(folder, fs.constants.W_OK);
  } catch {
    throw new InputError(`option ${option}`, `'${file}'`, `a folder that can be written to, not ${folder}`);
  }
}

/** Coordinates that a browser shows; a string holds some more. */
const MOST_SHOWN = 1e7;

/** Options that name files to write, and those that name files to read. */
const [WRITTEN, READ] = [
  ['out', 'chemiscope', 'history', 'checkpoint'],
  ['model', 'from', 'reference', 'training', 'validation', 'set', 'list'],
];

/**
 * Throws InputError, before any work, where a file to write is one of those to read, or two are one.
 *
 * @param args what the command reads: files, folders, patterns, or motifs of a file as `file:3`
 */
export function requireApart(args: readonly string[], options: Record<string, unknown>): void {
  const names = [...args, ...READ.flatMap((name) => options[name] ?? [])].filter((name) => typeof name === 'string');
  const bare = names.map((name) => name.replace(/^[^=/]+=|(?::\d+)+$/g, ''));
  const files = [...names, ...bare].flatMap((name) => [name, ...matches(name, process.cwd())]);
  const taken = new Map(files.map((file) => [identity(file), 'one of the inputs']));
  for (const name of WRITTEN) {
    const file = options[name];
    if (typeof file !== 'string' || file === STANDARD) continue;
    const same = taken.get(identity(file));
    if (same) throw new InputError(`option --${name}`, `'${file}', which is ${same}`, 'a file of its own');
    taken.set(identity(file), `that of --${name}`);
  }
}

/** The same for the same file, whatever name or link leads to it. */
function identity(file: string): string {
  try {
    const { dev, ino } = fs.statSync(file);
    return `${dev}:${ino}`;
  } catch {
    return path.resolve(file);
  }
}

/** Extensions of whole structures, and of motif sets. */
const CELL_EXTENSIONS: readonly string[] = ['.extxyz', '.xyz', '.extxyz.gz', '.xyz.gz'];
const MOTIF_EXTENSIONS: readonly string[] = [...CELL_EXTENSIONS, '.json', '.json.gz', '.parquet'];

/** Checks before any work that structures can be written there; InputError naming the option. */
export function requireCellOutput(out: string): void {
  requireOutput(out, CELL_EXTENSIONS, '--out');
}

/** Writes structures as extended XYZ, whole or not at all. */
export function writeCellOutput(structures: Structure[], out: string, terminal: Terminal): void {
  writePieces(out, extxyzBlocks(structures), terminal.write);
}

/** One line on structures that were written. */
export function sayCellOutput(count: number, out: string, what: string, terminal: Terminal): void {
  terminal.say(`${count} ${what} to ${out === STANDARD ? 'standard output' : out}`, out);
}

/** Writes a motif set in its extension's format, all or nothing; `-` writes extended XYZ to standard output. */
async function writeMotifs(file: string, set: Motifs, stdout: (text: string) => void): Promise<void> {
  if (/\.parquet$/i.test(file)) writeFileAtomic(file, await motifParquetBlocks(set));
  else writePieces(file, motifBlocks(set, /\.json(\.gz)?$/i.test(file) ? 'json' : 'extxyz'), stdout);
}

/** Outputs of a command that writes a motif set. */
export interface MotifOutputs {
  out: string;
  chemiscope?: string;
}

/** Checks both outputs before any work; InputError naming the option. */
export function requireMotifOutputs({ out, chemiscope }: MotifOutputs): void {
  requireOutput(out, MOTIF_EXTENSIONS, '--out');
  if (chemiscope === STANDARD) throw new InputError('option --chemiscope', `'${STANDARD}'`, 'a file to write');
  if (chemiscope !== undefined) requireOutput(chemiscope, ['.json', '.json.gz'], '--chemiscope');
}

/**
 * Writes a motif set, its chemiscope input if asked for, and one line on it.
 *
 * @param title name of the data set in chemiscope
 * @param source cells that the motifs are shown in by chemiscope, and the radius shown, Å; and what else is to be said
 */
export async function writeMotifOutputs(
  set: Motifs,
  { out, chemiscope }: MotifOutputs,
  title: string,
  terminal: Terminal,
  source: { cells?: Structure[]; cutoff?: number; note?: string } = {},
): Promise<void> {
  const { cells = [], cutoff = 4, note = '' } = source;
  set.provenance = { ...terminal.command.provenance, ...(set.provenance && { of: set.provenance }) };
  if (chemiscope !== undefined) {
    const numbers = cells.reduce((sum, cell) => sum + 3 * cell.species.length, 0) || 3 * set.length * (set.n + 1);
    requireWithin(numbers, MOST_SHOWN, 'coordinates', 'option --chemiscope');
  }
  if (chemiscope !== undefined) writeText(chemiscope, formatChemiscope(set, cells, cutoff, titleOf(set, title)));
  await writeMotifs(out, set, terminal.write);
  const target = out === STANDARD ? 'standard output' : out;
  terminal.say(`${set.length} motifs of ${set.n} neighbors to ${target}${note}`, out);
}

/** The names of the cells, or else what was read, without its folder. */
function titleOf({ names }: Motifs, title: string): string {
  if (names.length === 0) return path.basename(title);
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** Writes a table of metrics in its extension's format, whole or not at all; `-` writes text to standard output. */
export async function writeTable(
  rows: Metric[],
  out: string,
  context: Record<string, unknown>,
  terminal: Terminal,
): Promise<void> {
  const table = await formatTable(rows, out, context);
  if (out === STANDARD) terminal.write(String(table));
  else writeFileAtomic(out, table);
}

/** Writes text whole or not at all, gzipped if the name ends in .gz. */
export function writeText(file: string, text: string): void {
  writeFileAtomic(file, packed(file, [text]));
}

function writePieces(file: string, pieces: Iterable<string>, stdout: (text: string) => void): void {
  if (file !== STANDARD) writeFileAtomic(file, packed(file, pieces));
  else for (const piece of pieces) stdout(piece);
}

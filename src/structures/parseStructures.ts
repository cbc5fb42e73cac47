import { latin1, utf8 } from '../core/bytes';
import { inFile } from '../core/content';
import { InputError, requireKnownOptions } from '../core/errors';
import { cellVectors } from './cellVectors';
import { bytesOf, isolated, parseExtxyz } from './extxyzRead';
import { parseLammpsData } from './lammpsData';
import { spanningBasis } from './lattice';
import { neighborList } from './neighborList';
import { parsePoscar } from './poscar';
import { atomCount, type Structure } from './structure';
import { requireTypeNames, type TypeNames } from './types';

/** Options of {@link parseStructures}. */
export interface ParseOptions {
  /**
   * `extxyz` (or `xyz`), `lammps-data`, `poscar` (or `vasp`); by default recognized by the source's name and the
   * content. {@link readStructures} also takes the name of any format that ASE reads, and `ase`, where ASE recognizes
   * the format.
   */
  format?: string;
  /** Name of the text in messages, usually the file's. */
  source?: string;
  /** Elements of atom types in files that number them: `['Si', 'O']`, or `{ 1: 'Si', 2: 'O' }`. */
  types?: TypeNames;
  /** Cell of structures that have none, then periodic: a b c (Å); a b c α β γ (Å, degrees); or nine numbers. */
  cell?: ArrayLike<number>;
  /**
   * Receives lines on what is probably not meant: no cell recognized, atoms that coincide. By default `readStructures`
   * writes them to standard error, and `parseStructures` nowhere.
   */
  warn?: (line: string) => void;
}

export type NativeFormat = 'extxyz' | 'lammps-data' | 'poscar';

const ALIASES: Record<string, NativeFormat> = { xyz: 'extxyz', extxyz: 'extxyz', 'lammps-data': 'lammps-data' };
Object.assign(ALIASES, { poscar: 'poscar', vasp: 'poscar' });

/** Atoms closer than this, Å, are said to coincide. */
const COINCIDENT = 0.01;
const OPTIONS = ['format', 'source', 'types', 'cell', 'warn'] as const;

/**
 * Structures of a text: extended or plain XYZ, a LAMMPS data file, or a POSCAR; lengths in Å.
 *
 * Atoms outside the cell stay there. Atom types are never taken for atomic numbers. The readers of each format are
 * `parseExtxyz`, `parseLammpsData` and `parsePoscar`, whose documentation says what they make of the format.
 *
 * @param text The text, or its bytes (UTF-8), gzipped or not.
 * @throws InputError naming source and line (or frame) of bad input; formats that only ASE reads, types without
 *   element, periodic cells without volume, and a cell for a structure that has one are refused.
 */
export function parseStructures(text: string | Uint8Array, options: ParseOptions = {}): Structure[] {
  requireKnownOptions(options, OPTIONS);
  const { source = 'text', types } = options;
  const bytes = bytesOf(text, source);
  const format = nativeFormat(bytes, source, options.format);
  requireTypeNames(types);
  if (format === undefined) {
    const found = options.format === undefined ? 'no format that is recognized' : `format '${options.format}'`;
    const expected = 'extended XYZ, LAMMPS data or POSCAR; readStructures reads files of other formats through ASE';
    throw new InputError(source, found, expected);
  }
  if (format === 'extxyz') {
    // Where a cell is given, nothing is missing.
    const warn = options.cell === undefined ? options.warn : undefined;
    return completed(parseExtxyz(bytes, { source, types, warn }), options);
  }
  const parse = format === 'poscar' ? parsePoscar : parseLammpsData;
  return completed([parse(utf8(bytes, source), source, types)], options);
}

/** The format, if it is one that is read here: as named, else by content, else by the source's name. */
export function nativeFormat(bytes: Uint8Array, source: string, named?: string): NativeFormat | undefined {
  if (named !== undefined) return Object.hasOwn(ALIASES, named) ? ALIASES[named] : undefined;
  const head = latin1(bytes.subarray(0, 65536));
  const lines = head.split(/\r?\n/, 5).map((line) => line.trim());
  const isNumbers = (line: string | undefined, counts: number[]): boolean => {
    const words = (line ?? '').split(/\s+/);
    return counts.includes(words.length) && words.every((word) => word !== '' && Number.isFinite(Number(word)));
  };
  if (isNumbers(lines[1], [1, 3]) && [2, 3, 4].every((k) => isNumbers(lines[k], [3]))) return 'poscar';
  const isData = /^[ \t]*\d+[ \t]+atoms\b/m.test(head) && /[ \t](?:xlo[ \t]+xhi|avec)\b/.test(head);
  if (isData) return 'lammps-data';
  if (/^\s*\d+[ \t]*(?:\r?\n|$)/.test(head) || /\.(?:ext)?xyz(?:\.gz)?$/i.test(source)) return 'extxyz';
  const base = source.replace(/^.*[\\/]/, '');
  if (/^(?:POSCAR|CONTCAR)|\.(?:vasp|poscar)(?:\.gz)?$/i.test(base)) return 'poscar';
  return /\.(?:lmp|lammps|lammps-data)(?:\.gz)?$|^data\./i.test(base) ? 'lammps-data' : undefined;
}

/** Structures with the cell of the options, checked. */
export function completed(structures: Structure[], options: ParseOptions): Structure[] {
  const { source = 'text', cell } = options;
  const lattice = cell && cellVectors(cell);
  const whole = structures.map((structure, k) => {
    const place = `${source}, frame ${k}`;
    if (lattice && structure.lattice.some((x) => x !== 0))
      throw new InputError(place, 'a cell', 'none, with option cell');
    const one: Structure = lattice ? { ...structure, lattice: lattice.slice(), pbc: [true, true, true] } : structure;
    requireVolume(one, place);
    return one;
  });
  // One line for all frames.
  whole.some((structure, k) => {
    const place = `${source}, frame ${k}`;
    return inFile(place, () => sayCoincident(structure, place, options.warn));
  });
  return whole;
}

/** Says of structures from other readers than that of extended XYZ that none has a cell. */
export function sayIsolated(structures: Structure[], { source, cell, warn }: ParseOptions): void {
  const none = structures.every(({ lattice }) => lattice.every((x) => x === 0));
  if (none && cell === undefined) warn?.(`${source}: ${isolated(structures)}`);
}

function requireVolume(structure: Structure, place: string): void {
  try {
    spanningBasis(structure);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(place, `lattice ${error.found}`, error.expected);
  }
}

function sayCoincident(structure: Structure, place: string, warn?: (line: string) => void): boolean {
  // Files of many motifs are seldom of atoms given twice, and each frame would take its time.
  if (!warn || 'motif' in structure.info || atomCount(structure) < 2) return false;
  const { offsets, indices } = neighborList(structure, COINCIDENT);
  if (indices.length === 0) return false;
  const first = offsets.findIndex((offset) => offset > 0) - 1;
  const count = indices.length / 2;
  const pairs = `${count} ${count === 1 ? 'pair' : 'pairs'} of atoms closer than ${COINCIDENT} Å`;
  warn(`${place}: ${pairs} (first: ${first} and ${indices[0]}); atoms given twice make wrong motifs`);
  return true;
}

import { InputError, requireFinite } from '../core/errors';
import { packed, writeFileAtomic } from '../core/files';
import { looksTyped, markedJson, shapeOf } from './commentLine';
import { type AtomArray, atomCount, type InfoValue, type Structure } from './structure';

const RESERVED = /^(?:lattice|properties|pbc)$/i;
const TYPES: Record<AtomArray['kind'], string> = { real: 'R', integer: 'I', logical: 'L', string: 'S' };
/** Atoms turned to text at a time, so that no string grows without bound. */
const BLOCK = 16384;
/** Characters of a piece, at least. */
const PIECE = 2 ** 20;

/**
 * Structures as one extended-XYZ text, one frame each; {@link parseStructures} reads the same numbers back, to the
 * last bit.
 *
 * @throws InputError naming the structure and entry that the format cannot hold: arrays of another length, mixed or
 *   ragged arrays or other objects in `info`, text per atom that is empty or has spaces, atomic numbers for species,
 *   positions or lattices that are not finite.
 */
export function formatExtxyz(structures: Structure[]): string {
  return Array.from(extxyzBlocks(structures)).join('');
}

/** The same in pieces, for files that no string holds. */
export function* extxyzBlocks(structures: Structure[]): Generator<string> {
  let text = '';
  for (const block of blocks(structures)) {
    text += block;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield text;
}

/**
 * Writes structures to an extended-XYZ file, whole or not at all; gzip if the path ends in `.gz`.
 *
 * @throws InputError as {@link formatExtxyz}.
 */
export function writeExtxyz(path: string, structures: Structure[]): void {
  writeFileAtomic(path, packed(path, extxyzBlocks(structures)));
}

function* blocks(structures: Structure[]): Generator<string> {
  if (!Array.isArray(structures)) throw new InputError('structures', typeof structures, 'a list of structures');
  for (const [k, structure] of structures.entries()) {
    const place = `structure ${k}`;
    const count = atomCount(structure);
    const columns = columnsOf(structure, place);
    yield `${count}\n${commentLine(structure, columns, place)}\n`;
    for (let from = 0; from < count; from += BLOCK) yield rows(columns, from, Math.min(count, from + BLOCK));
  }
}

type NamedArray = AtomArray & { name: string };

function columnsOf(structure: Structure, place: string): NamedArray[] {
  const count = atomCount(structure);
  const columns: NamedArray[] = [
    { name: 'species', kind: 'string', columns: 1, values: structure.species },
    { name: 'pos', kind: 'real', columns: 3, values: structure.positions },
  ];
  for (const [name, array] of Object.entries(structure.arrays)) {
    if (name === '' || /[\s:="'\\[\]{},]/.test(name) || name === 'species' || name === 'pos') {
      throw new InputError(place, `array ${JSON.stringify(name)}`, 'a free name without spaces or punctuation');
    }
    columns.push({ name, ...array });
  }
  for (const { name, values, columns: width } of columns) {
    if (values.length !== count * width || width < 1) {
      throw new InputError(place, `${values.length} values of ${name}`, `${width} for each of ${count} atoms`);
    }
  }
  for (const column of columns) checkValues(column, place);
  return columns;
}

/** Refuses values that would not read back the same. */
function checkValues({ name, kind, values, columns }: NamedArray, place: string): void {
  if (kind !== 'string' && name !== 'pos') return;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    // Readers refuse a species in digits, or take it for an atomic number.
    const plain = name === 'species' ? /^(?!\d+$)\S+$/ : /^\S+$/;
    const fine = typeof value === 'string' ? plain.test(value) : Number.isFinite(value);
    if (fine) continue;
    const text = /^\S+$/.test(String(value)) ? 'a chemical symbol' : 'text without spaces';
    const expected = name === 'pos' ? 'a finite number' : text;
    throw new InputError(`${place}, atom ${Math.floor(k / columns)}`, `${name} ${JSON.stringify(value)}`, expected);
  }
}

function commentLine({ lattice, pbc, info }: Structure, columns: NamedArray[], place: string): string {
  const entries: string[] = [];
  requireFinite(lattice, `${place}, lattice`);
  if (lattice.some((x) => x !== 0)) entries.push(`Lattice="${Array.from(lattice, formatNumber).join(' ')}"`);
  // Before what is free, lest a reader that mistakes that loses it.
  entries.push(`pbc="${pbc.map(formatLogical).join(' ')}"`);
  entries.push(`Properties=${columns.map((c) => `${c.name}:${TYPES[c.kind]}:${c.columns}`).join(':')}`);
  for (const [key, value] of Object.entries(info)) {
    if (key === '' || RESERVED.test(key)) throw new InputError(place, `info key ${JSON.stringify(key)}`, 'a free key');
    entries.push(`${isBare(key) ? key : quoted(key)}=${formatValue(value, `${place}, info ${key}`)}`);
  }
  return entries.join(' ');
}

function formatValue(value: InfoValue, place: string): string {
  if (typeof value === 'string') return formatText(value);
  if (!Array.isArray(value)) return formatScalar(requireScalar(value, place));
  const leaves: InfoValue[] = [];
  if (shapeOf(value, leaves) === undefined || leaves.some((leaf) => typeof leaf !== typeof leaves[0])) {
    throw new InputError(place, JSON.stringify(value), 'a rectangular array of one type');
  }
  for (const leaf of leaves) if (typeof leaf !== 'string') requireScalar(leaf, place);
  // The older form where it is sufficient: every program reads it.
  const older = value.length > 1 && value.every((v) => typeof v === 'number' || typeof v === 'boolean');
  return older ? `"${value.map((v) => formatScalar(v as number)).join(' ')}"` : quoted(markedJson(json(value)));
}

function requireScalar(value: unknown, place: string): number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  throw new InputError(place, JSON.stringify(value) ?? String(value), 'text, a number, a logical or an array');
}

function json(value: InfoValue): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  // As Python reads them.
  if (typeof value === 'number') return Number.isFinite(value) ? formatNumber(value) : String(value);
  return JSON.stringify(value);
}

function formatText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (looksTyped(text) || /[\x00-\x1f]/.test(text)) return quoted(markedJson(json(text)));
  return isBare(text) ? text : quoted(text);
}

function isBare(text: string): boolean {
  return /^[^\s\x80-\x9f=",'{}[\]\\]+$/.test(text);
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

function formatScalar(value: number | boolean | string): string {
  return typeof value === 'number' ? formatNumber(value) : formatLogical(value === true);
}

function formatLogical(value: boolean): string {
  return value ? 'T' : 'F';
}

/** The shortest text that reads back as the same double; integers beyond 2⁵³ as reals, which are rounded. */
function formatNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  if (Number.isFinite(value)) return Math.abs(value) >= 2 ** 53 && !text.includes('e') ? `${text}.0` : text;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function rows(columns: NamedArray[], from: number, to: number): string {
  let text = '';
  for (let atom = from; atom < to; atom++) {
    for (let p = 0; p < columns.length; p++) {
      const { kind, values, columns: width } = columns[p];
      for (let k = atom * width; k < (atom + 1) * width; k++) {
        if (k > atom * width || p > 0) text += ' ';
        const value = values[k];
        if (kind === 'real') text += formatNumber(value as number);
        else if (kind === 'logical') text += formatLogical(value as boolean);
        else text += value;
      }
    }
    text += '\n';
  }
  return text;
}

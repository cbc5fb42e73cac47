import { InputError } from '../core/errors';
import { zlib } from '../core/node';
import { ELEMENTS, elementSymbol } from '../core/periodicTable';
import { ByteCursor } from './byteCursor';
import { CommentError, parseCommentLine, parseLogical, parseNumber } from './commentLine';
import type { AtomArray, InfoValue, Structure } from './structure';
import { namedType, type TypeNames } from './types';

/** Options of {@link parseExtxyz}. */
interface FrameOptions {
  source?: string;
  types?: TypeNames;
  /** Receives a line if no frame says whether it has a cell. */
  warn?: (line: string) => void;
}

/**
 * Structures of an extended-XYZ text (libAtoms specification), one a frame; lengths in Å.
 *
 * A comment line without `Properties`, `Lattice` and `pbc` (in any case) is that of a plain XYZ file: kept whole as
 * `info.comment`, further columns ignored. Without `pbc`, a structure with a lattice is periodic, one without is not.
 * Blank lines between frames are skipped. Atoms may be named by a column `Z` of atomic numbers in place of `species`.
 *
 * @param text The text, or its bytes (UTF-8; gzip is recognized), which is faster.
 * @throws InputError naming source and line, what was found and what was expected; atom types in place of chemical
 *   symbols are refused unless `types` names them.
 */
export function parseExtxyz(text: string | Uint8Array, options: FrameOptions = {}): Structure[] {
  const source = options.source ?? 'text';
  const reader = new FrameReader(bytesOf(text, source), source, options.types);
  const structures: Structure[] = [];
  while (reader.more()) structures.push(reader.frame());
  if (structures.length === 0) throw new InputError(`${source}:1`, 'no frame', 'a number of atoms');
  if (!reader.celled) options.warn?.(`${source}: ${reader.comment}${isolated(structures)}`);
  return structures;
}

/** Part of the line about structures without a cell. */
export function isolated(structures: Structure[]): string {
  const most = structures.reduce((largest, { species }) => Math.max(largest, species.length), 0);
  const frames =
    structures.length === 1
      ? `${most} ${most === 1 ? 'atom' : 'atoms'}`
      : `${structures.length} frames of up to ${most} atoms`;
  const cluster = structures.length === 1 ? 'an isolated cluster' : 'isolated clusters';
  return `${frames} read as ${cluster}; a cell can be given with --cell`;
}

/** The bytes of a text, unzipped if need be. Throws InputError for what is neither text nor bytes. */
export function bytesOf(text: string | Uint8Array, source: string): Uint8Array {
  if (typeof text === 'string') return new TextEncoder().encode(text);
  if (!ArrayBuffer.isView(text))
    throw new InputError(source, text === null ? 'null' : typeof text, 'text or its bytes');
  if (text[0] !== 0x1f || text[1] !== 0x8b) return text;
  const { gunzipSync } = zlib;
  try {
    return gunzipSync(text);
  } catch (error) {
    throw new InputError(source, `a damaged gzip stream (${(error as Error).message})`, 'a whole gzip file');
  }
}

/** One entry of `Properties`. */
interface Column {
  name: string;
  type: string;
  columns: number;
}

type Comment = { info: Map<string, InfoValue>; layout: Column[]; plain: boolean };

const PLAIN: Column[] = [
  { name: 'species', type: 'S', columns: 1 },
  { name: 'pos', type: 'R', columns: 3 },
];
/** Keys that say how a frame is to be read, in any case. */
const KEYS = ['Properties', 'Lattice', 'pbc'] as const;
const BOUNDARY: RegExp = new RegExp(`(?:^|\\s)"?(?:${KEYS.join('|')})"?\\s*=`, 'i');

class FrameReader {
  private readonly cursor: ByteCursor;
  private readonly source: string;
  private readonly types?: TypeNames;
  /** Whether a frame said that it has a cell, or that it is not periodic. */
  celled = false;
  /** Of the first frame that did not, to be shown before what it is taken for. */
  comment = '';

  constructor(bytes: Uint8Array, source: string, types?: TypeNames) {
    this.cursor = new ByteCursor(bytes);
    this.source = source;
    this.types = types;
  }

  /** Skips blank lines; true if a frame follows. */
  more(): boolean {
    const { cursor } = this;
    while (!cursor.done()) {
      if (cursor.toWord()) return true;
      cursor.skipLine();
    }
    return false;
  }

  frame(): Structure {
    const { cursor } = this;
    const start = cursor.at;
    const text = cursor.line().trim();
    const count = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(count)) this.fail(start, quote(text), 'a number of atoms');
    const commentAt = cursor.at;
    if (cursor.done() && count > 0) this.fail(start, 'the end of the file after it', 'a comment line');
    const comment = this.header(cursor.done() ? '' : cursor.line(), commentAt);
    // A value takes at least two bytes: what the file cannot hold must not allocate.
    const room = (cursor.bytes.length - cursor.at + 1) / 2;
    const width = comment.layout.reduce((sum, { columns }) => sum + columns, 0);
    if (count > room || count * width > Math.max(room, 1e6)) this.failShort(start, count);
    const arrays = this.rows(count, comment, start);
    return this.structure(comment, arrays, commentAt);
  }

  private header(line: string, at: number): Comment {
    const comment = this.parsedComment(line, at);
    if (comment.info.has('Lattice') || comment.info.has('pbc')) this.celled = true;
    else if (line.trim() !== '') this.comment ||= `no cell recognized in ${quote(line.trim())}: `;
    return comment;
  }

  private parsedComment(line: string, at: number): Comment {
    const extended = BOUNDARY.test(line);
    if (!extended) return { info: new Map(line.trim() === '' ? [] : [['comment', line]]), layout: PLAIN, plain: true };
    try {
      const info = withKnownKeys(parseCommentLine(line));
      const properties = info.get('Properties');
      return {
        info,
        layout: properties === undefined ? PLAIN : parseProperties(properties),
        plain: properties === undefined,
      };
    } catch (error) {
      if (error instanceof CommentError) this.fail(at, error.found, error.expected);
      throw error;
    }
  }

  private rows(count: number, { layout, plain }: Comment, start: number): AtomArray[] {
    const { cursor } = this;
    const arrays = layout.map((column) => allocate(column, count));
    for (let atom = 0; atom < count; atom++) {
      if (cursor.done()) this.failShort(start, count, atom);
      for (let p = 0; p < arrays.length; p++) {
        const array = arrays[p];
        const from = atom * array.columns;
        if (array.kind === 'real') this.reals(array.values, from, array.columns, layout[p].name);
        else this.others(array, from, layout[p].name);
      }
      if (!plain && cursor.toWord()) {
        const columns = layout.reduce((sum, c) => sum + c.columns, 0);
        this.fail(cursor.at, quote(cursor.word()), `no more than the ${columns} columns of Properties`);
      }
      cursor.skipLine();
    }
    return arrays;
  }

  private reals(values: Float64Array, from: number, columns: number, name: string): void {
    const { cursor } = this;
    for (let k = from; k < from + columns; k++) {
      if (!cursor.toWord()) this.failColumn(name, 'a real number');
      const at = cursor.at;
      const value = cursor.real() ?? this.failColumn(name, 'a real number');
      if (name === 'pos' && !Number.isFinite(value)) this.fail(at, `position ${value}`, 'a finite number');
      values[k] = value;
    }
  }

  private others(array: Exclude<AtomArray, { kind: 'real' }>, from: number, name: string): void {
    const { cursor } = this;
    for (let k = from; k < from + array.columns; k++) {
      if (!cursor.toWord()) this.failColumn(name, `a value of type ${array.kind}`);
      const at = cursor.at;
      const word = cursor.word();
      if (array.kind === 'string') array.values[k] = word;
      else if (array.kind === 'integer') {
        const value = /^[+-]?\d+$/.test(word) ? Number(word) : NaN;
        if (value !== (value | 0)) this.fail(at, quote(word), `an integer below 2^31 in column ${name}`);
        array.values[k] = value;
      } else {
        const value = parseLogical(word);
        if (value === undefined) this.fail(at, quote(word), `T or F in column ${name}`);
        array.values[k] = value as boolean;
      }
    }
  }

  private structure({ info, layout }: Comment, arrays: AtomArray[], at: number): Structure {
    const named = new Map(layout.map((column, k) => [column.name, arrays[k]]));
    const positions = named.get('pos');
    const isNumeric = positions?.kind === 'real' || positions?.kind === 'integer';
    if (!isNumeric || positions.columns !== 3) return this.fail(at, 'Properties without pos:R:3', 'positions');
    const species = this.species(named, at);
    named.delete('pos');
    const lattice = this.lattice(info.get('Lattice'), at);
    const pbc = this.pbc(info.get('pbc'), lattice, at);
    for (const key of KEYS) info.delete(key);
    return {
      lattice,
      pbc,
      species,
      positions: Float64Array.from(positions.values),
      info: Object.fromEntries(info),
      arrays: Object.fromEntries(named),
    };
  }

  /** Takes the species, or failing them atomic numbers, out of the arrays. */
  private species(named: Map<string, AtomArray>, at: number): string[] {
    const symbols = named.get('species');
    if (symbols?.kind === 'string' && symbols.columns === 1) {
      named.delete('species');
      // Lines are counted from the start of the file: only where a place may be named, else many frames take forever.
      const line = symbols.values.some((symbol) => /^\d+$/.test(symbol)) ? this.cursor.lineOf(at) + 1 : 0;
      return symbols.values.map((symbol, k) => {
        return /^\d+$/.test(symbol)
          ? namedType(symbol, this.types, `${this.source}:${line + k}`)
          : elementSymbol(symbol);
      });
    }
    const numbers = named.get('Z');
    if (numbers?.kind !== 'integer' || numbers.columns !== 1) {
      return this.fail(at, 'Properties without species:S:1 or Z:I:1', 'the kind of each atom');
    }
    named.delete('Z');
    return Array.from(numbers.values, (z) => ELEMENTS[z] ?? this.fail(at, `atomic number ${z}`, 'one below 119'));
  }

  private lattice(value: InfoValue | undefined, at: number): Float64Array {
    if (value === undefined) return new Float64Array(9);
    const numbers = typeof value === 'string' ? value.trim().split(/\s+/).map(parseNumber) : [value].flat(2);
    if (numbers.length !== 9 || !numbers.every((n) => typeof n === 'number' && Number.isFinite(n))) {
      this.fail(at, `Lattice ${quote(numbers.join(' '))}`, '9 finite numbers');
    }
    return Float64Array.from(numbers as number[]);
  }

  private pbc(value: InfoValue | undefined, lattice: Float64Array, at: number): [boolean, boolean, boolean] {
    if (value === undefined) {
      const periodic = lattice.some((x) => x !== 0);
      return [periodic, periodic, periodic];
    }
    const flags = [value].flat();
    if (flags.length !== 3 || !flags.every((f) => typeof f === 'boolean' || f === 0 || f === 1)) {
      this.fail(at, `pbc ${quote(flags.join(' '))}`, 'three of T or F');
    }
    return [Boolean(flags[0]), Boolean(flags[1]), Boolean(flags[2])];
  }

  private failColumn(name: string, expected: string): never {
    const { cursor } = this;
    const goesOn = cursor.toWord();
    const at = cursor.at;
    const found = goesOn ? quote(cursor.word()) : 'the end of the line';
    this.fail(at, found, `${expected} in column ${name}`);
  }

  private failShort(start: number, count: number, found?: number): never {
    const rows = found === undefined ? 'too few lines' : `${found} atoms`;
    this.fail(start, `${rows} before the end of the file`, `${count} atoms`);
  }

  private fail(at: number, found: string, expected: string): never {
    throw new InputError(`${this.source}:${this.cursor.lineOf(at)}`, found, expected);
  }
}

/** Entries with KEYS spelt as there; where a key occurs in several spellings, the right one counts. */
function withKnownKeys(entries: Map<string, InfoValue>): Map<string, InfoValue> {
  for (const key of KEYS) {
    const other = [...entries.keys()].filter((name) => name !== key && name.toLowerCase() === key.toLowerCase());
    if (other.length === 0) continue;
    const value = entries.get(key) ?? (entries.get(other[0]) as InfoValue);
    for (const name of other) entries.delete(name);
    entries.set(key, value);
  }
  return entries;
}

function parseProperties(value: InfoValue): Column[] {
  const fields = String(value).split(':');
  if (typeof value !== 'string' || fields.length % 3 !== 0) {
    throw new CommentError(`Properties=${quote(String(value))}`, 'triplets name:type:count');
  }
  const layout: Column[] = [];
  for (let k = 0; k < fields.length; k += 3) {
    const [name, type, digits] = fields.slice(k, k + 3);
    const columns = /^\d+$/.test(digits) ? Number(digits) : NaN;
    if (!/^[SIRL]$/.test(type)) throw new CommentError(`type ${quote(type)} of column ${name}`, 'S, I, R or L');
    if (!Number.isInteger(columns) || columns < 1) {
      throw new CommentError(`count ${quote(digits)} of column ${name}`, 'an integer of at least 1');
    }
    if (layout.some((c) => c.name === name)) throw new CommentError(`column ${name} twice`, 'each column once');
    layout.push({ name, type, columns });
  }
  return layout;
}

function allocate({ type, columns }: Column, count: number): AtomArray {
  const length = count * columns;
  if (type === 'R') return { kind: 'real', columns, values: new Float64Array(length) };
  if (type === 'I') return { kind: 'integer', columns, values: new Int32Array(length) };
  if (type === 'L') return { kind: 'logical', columns, values: new Array<boolean>(length) };
  return { kind: 'string', columns, values: new Array<string>(length) };
}

function quote(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`;
}

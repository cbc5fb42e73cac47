import type { InfoValue } from './structure';

/** Says why a comment line is not a list of key=value pairs. */
export class CommentError extends Error {
  readonly found: string;
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(`found ${found}, expected ${expected}`);
    this.found = found;
    this.expected = expected;
  }
}

/** A value before its type is known; `forced` marks text that was quoted inside brackets and so stays text. */
type Raw = Leaf | Raw[];
type Leaf = { text: string; forced: boolean };

const INTEGER_OR_REAL = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[dDeE][+-]?\d+)?|nan|inf|infinity)$/i;
/** Digits that a number would not keep: leading zeros. */
const ZERO_LED = /^[+-]?0\d+$/;
/** What ASE puts before a value of another form than its own. */
const JSON_MARK = '_JSON ';
const ESCAPED = /^\\[\s=",{}[\]\\]$/;
const TRUE = /^(?:[tT]rue|TRUE|T)$/;
const FALSE = /^(?:[fF]alse|FALSE|F)$/;

/**
 * Entries of an extended-XYZ comment line, in order.
 *
 * The form of a value decides its type: number, logical, text; "1 2 3" and {a b} are the older arrays, [1, 2] and
 * [[1, 2], [3, 4]] the newer, "_JSON [1, 2]" that of ASE. A key without value is `true`. Integers that a number would
 * not keep (beyond 2⁵³, or 007) stay text. Repeated keys: the last one counts.
 *
 * @throws CommentError where the line is malformed.
 */
export function parseCommentLine(line: string): Map<string, InfoValue> {
  const entries = new Map<string, InfoValue>();
  const scan = new Scanner(line);
  for (scan.skipSpace(); !scan.done(); scan.skipSpace()) {
    const key = scan.key();
    scan.skipSpace();
    if (!scan.take('=')) {
      entries.set(key, true);
      continue;
    }
    scan.skipSpace();
    if (scan.done()) throw new CommentError(`nothing after ${key}=`, 'a value');
    entries.set(key, scan.value());
  }
  return entries;
}

/** The number a text stands for, Fortran exponents (1.0D-3) included; undefined if it is not a number. */
export function parseNumber(text: string): number | undefined {
  if (!INTEGER_OR_REAL.test(text)) return undefined;
  const plain = Number(text);
  if (!Number.isNaN(plain)) return plain;
  if (/nan/i.test(text)) return NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text.replace(/[dD]/, 'e'));
}

/** The logical a text stands for (T, F, true, False, …); undefined if it is not a logical. */
export function parseLogical(text: string): boolean | undefined {
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : undefined;
}

/** Whether some reader, this one or ASE, takes this text in quotes for something else. */
export function looksTyped(text: string): boolean {
  if (text.startsWith(JSON_MARK)) return true;
  const words = text.replace(/_/g, '').split(/[\s,]+/);
  const filled = words.filter((w) => w !== '');
  return [parseNumber, parseLogical].some((parse) => filled.every((word) => parse(word) !== undefined));
}

/** A value in the form that is read for what it is: its JSON, NaN and infinities as Python spells them. */
export function markedJson(json: string): string {
  return `${JSON_MARK}${json}`;
}

function scalarsOf(words: string[]): (string | number | boolean)[] {
  const numbers = words.map(keptNumber);
  if (numbers.every((n) => n !== undefined)) return numbers as number[];
  const logicals = words.map(parseLogical);
  return logicals.every((l) => l !== undefined) ? (logicals as boolean[]) : words;
}

function keptNumber(word: string): number | undefined {
  const isInteger = /^[+-]?\d+$/.test(word);
  return isInteger && (ZERO_LED.test(word) || !Number.isSafeInteger(Number(word))) ? undefined : parseNumber(word);
}

class Scanner {
  private readonly line: string;
  private at = 0;

  constructor(line: string) {
    this.line = line;
  }

  done(): boolean {
    return this.at >= this.line.length;
  }

  skipSpace(): void {
    while (/\s/.test(this.line[this.at] ?? '')) this.at++;
  }

  take(character: string): boolean {
    if (this.line[this.at] !== character) return false;
    this.at++;
    return true;
  }

  key(): string {
    if (this.line[this.at] === '"') return unescaped(this.quoted());
    const word = this.bare(/[\s=]/);
    if (word === '') throw new CommentError(`'=' at column ${this.at + 1}`, 'a key');
    return word;
  }

  value(): InfoValue {
    const opening = this.line[this.at];
    if (opening === '"') return this.quotedValue();
    const single = /^'([^']*)'(?=\s|$)/.exec(opening === "'" ? this.line.slice(this.at) : '');
    if (single) {
      this.at += single[0].length;
      return quotedValue(single[1]);
    }
    if (opening === '[') return typed(this.bracketed());
    if (opening === '{') return this.braced();
    return scalarsOf([this.bare(/\s/)])[0];
  }

  /** The text between double quotes, escapes still in it. */
  private quoted(): string {
    const start = this.at++;
    while (!this.done() && this.line[this.at] !== '"') this.at += this.line[this.at] === '\\' ? 2 : 1;
    if (this.done()) throw new CommentError(`${this.line.slice(start, start + 20)}…`, 'a closing double quote');
    return this.line.slice(start + 1, this.at++);
  }

  private quotedValue(): InfoValue {
    const text = this.quoted();
    return text.startsWith(JSON_MARK) ? jsonValue(unescaped(text)) : quotedValue(text);
  }

  bracketed(): Raw[] {
    const start = this.at++;
    const items: Raw[] = [];
    this.skipSpace();
    if (this.take(']')) return items;
    for (;;) {
      this.skipSpace();
      items.push(this.line[this.at] === '[' ? this.bracketed() : this.item(/[\s,[\]]/));
      this.skipSpace();
      if (this.take(']')) return items;
      if (!this.take(',')) {
        throw new CommentError(`${this.line.slice(start, Math.max(this.at, start + 20))}…`, "',' or ']'");
      }
    }
  }

  private item(end: RegExp): Leaf {
    if (this.line[this.at] === '"') return { text: unescaped(this.quoted()), forced: true };
    const text = this.bare(end);
    if (text === '') throw new CommentError(`nothing at column ${this.at + 1}`, 'a value of the array');
    return { text, forced: false };
  }

  private braced(): InfoValue {
    const start = this.at++;
    const words: Leaf[] = [];
    for (;;) {
      this.skipSpace();
      if (this.take('}')) break;
      if (this.done()) throw new CommentError(`${this.line.slice(start, start + 20)}…`, "'}'");
      words.push(this.item(/[\s}]/));
    }
    const values = typed(words) as InfoValue[];
    return values.length === 1 ? values[0] : values;
  }

  /** Text up to a character of `end`; a backslash keeps its meaning before characters that need it only. */
  private bare(end: RegExp): string {
    const start = this.at;
    while (!this.done() && !end.test(this.line[this.at])) {
      this.at += ESCAPED.test(this.line.slice(this.at, this.at + 2)) ? 2 : 1;
    }
    return this.line.slice(start, this.at).replace(/\\([\s=",{}[\]\\])/g, '$1');
  }
}

/** The value of text between quotes, escapes still in it. */
function quotedValue(text: string): InfoValue {
  const values = scalarsOf(text.split(/[ \t]+/).filter((w) => w !== ''));
  if (values.length === 0 || typeof values[0] === 'string') return unescaped(text);
  return values.length === 1 ? values[0] : values;
}

/** The value of ASE's JSON where it is one of those there are here, else its text. */
function jsonValue(text: string): InfoValue {
  const json = text.slice(JSON_MARK.length);
  const isValue = (value: unknown): boolean =>
    Array.isArray(value) ? value.every(isValue) : ['string', 'number', 'boolean'].includes(typeof value);
  try {
    const value: unknown = JSON.parse(json);
    return isValue(value) ? (value as InfoValue) : text;
  } catch {
    // NaN and Infinity are not JSON.
    return /^\[[^"]*\]$/.test(json) ? typed(new Scanner(json).bracketed()) : text;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
}

/** Converts all items of an array, however deep, to one type: numbers, else logicals, else text. */
function typed(items: Raw[]): InfoValue {
  const leaves: Leaf[] = [];
  const shape = shapeOf(items, leaves);
  if (shape === undefined) throw new CommentError('rows of different length', 'a rectangular array');
  const words = leaves.map((leaf) => leaf.text);
  const values = leaves.some((leaf) => leaf.forced) ? words : scalarsOf(words);
  let at = 0;
  const build = (raw: Raw): InfoValue => (Array.isArray(raw) ? raw.map(build) : values[at++]);
  return build(items);
}

/** Lengths along each dimension, or undefined if rows differ; collects the items met. */
export function shapeOf<T>(raw: unknown, leaves: T[]): string | undefined {
  if (!Array.isArray(raw)) {
    leaves.push(raw as T);
    return '';
  }
  const shapes = raw.map((item) => shapeOf(item, leaves));
  if (shapes.some((s) => s === undefined || s !== shapes[0])) return undefined;
  return `${raw.length},${shapes[0] ?? ''}`;
}

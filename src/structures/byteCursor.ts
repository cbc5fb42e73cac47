import { latin1, utf8 } from '../core/bytes';
import { parseNumber } from './commentLine';

const [TAB, NEWLINE, RETURN, SPACE, PLUS, MINUS, DOT, ZERO] = [9, 10, 13, 32, 43, 45, 46, 48];

/** Powers of ten that a double holds exactly. */
const EXACT_POWERS: Float64Array = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const EXACT_INTEGERS = 2 ** 53;

/** Reads words and numbers off the bytes of one text, a line at a time. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  at = 0;
  private readonly words = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Number of the line, from 1, that holds byte `at`. */
  lineOf(at: number): number {
    let line = 1;
    for (let k = 0; k < at && k < this.bytes.length; k++) if (this.bytes[k] === NEWLINE) line++;
    return line;
  }

  /** The rest of the line as text; moves to the next line. */
  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    const stop = end < 0 ? this.bytes.length : end;
    const last = this.bytes[stop - 1] === RETURN ? Math.max(this.at, stop - 1) : stop;
    const text = utf8(this.bytes.subarray(this.at, last));
    this.at = stop + 1;
    return text;
  }

  /** Moves past spaces; returns whether more of the line follows. */
  toWord(): boolean {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at];
    while (byte === SPACE || byte === TAB || byte === RETURN) byte = bytes[++at];
    this.at = at;
    return at < bytes.length && byte !== NEWLINE;
  }

  /** Moves past the end of the line. */
  skipLine(): void {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    this.at = end < 0 ? this.bytes.length : end + 1;
  }

  /** The word at the cursor; short ones, mostly chemical symbols, are cached. */
  word(): string {
    const start = this.at;
    const end = this.wordEnd();
    this.at = end;
    if (end - start > 3) return utf8(this.bytes.subarray(start, end));
    let key = 1;
    for (let k = start; k < end; k++) key = key * 256 + this.bytes[k];
    let text = this.words.get(key);
    if (text === undefined) {
      text = utf8(this.bytes.subarray(start, end));
      this.words.set(key, text);
    }
    return text;
  }

  /**
   * The real number at the cursor, correctly rounded, or undefined (cursor unmoved) if the word is not a number.
   *
   * Below 2⁵³ with at most 22 decimals, digits and power of ten are both exact doubles, so that one division rounds
   * once (Clinger, doi:10.1145/93548.93557); anything else goes through the language's own parser.
   */
  real(): number | undefined {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at];
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++at];
    const first = at;
    let digits = 0;
    let point = -1;
    for (;;) {
      if (byte >= ZERO && byte < ZERO + 10) digits = digits * 10 + (byte - ZERO);
      else if (byte === DOT && point < 0) point = at;
      else break;
      byte = bytes[++at];
    }
    const decimals = point < 0 ? 0 : at - point - 1;
    const some = at - first > (point < 0 ? 0 : 1);
    if (!some || !isEnd(byte) || digits >= EXACT_INTEGERS || decimals > 22) return this.slowReal();
    this.at = at;
    const value = digits / EXACT_POWERS[decimals];
    return negative ? -value : value;
  }

  private slowReal(): number | undefined {
    const end = this.wordEnd();
    const value = parseNumber(latin1(this.bytes.subarray(this.at, end)));
    if (value !== undefined) this.at = end;
    return value;
  }

  private wordEnd(): number {
    let at = this.at;
    while (!isEnd(this.bytes[at])) at++;
    return at;
  }
}

function isEnd(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === TAB || byte === RETURN || byte === undefined;
}

import { InputError } from '../core/errors';
import { parseNumber } from './commentLine';

/** A text by lines, and the errors that name them. Line k is the text's line k + 1. */
export class TextLines {
  readonly lines: string[];
  private readonly source: string;

  constructor(text: string, source: string) {
    this.lines = text.split(/\r?\n/);
    this.source = source;
  }

  /** Words of line k; none beyond the end. */
  words(k: number): string[] {
    return (this.lines[k] ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
  }

  /** The finite numbers that `words` of line k are. Throws InputError naming the line. */
  numbers(words: string[], k: number): number[] {
    return words.map((word) => {
      const value = parseNumber(word);
      return value !== undefined && Number.isFinite(value) ? value : this.fail(k, `'${word}'`, 'a finite number');
    });
  }

  place(k: number): string {
    return `${this.source}:${Math.min(k, this.lines.length - 1) + 1}`;
  }

  /** Throws InputError naming line k. */
  fail(k: number, found: string, expected: string): never {
    throw new InputError(this.place(k), k < this.lines.length ? found : 'the end of the file', expected);
  }
}

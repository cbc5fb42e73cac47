import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ELEMENTS } from '../../src/core/periodicTable';

const SRC = path.join(__dirname, '..', '..', 'src');
/** One-letter symbols that mean something else in code: letters of the extended-XYZ format, and X for no element. */
const LETTERS = ['X', 'S', 'I', 'F'];

/** The code of a module without its comments. */
function codeOf(file: string): string {
  return fs.readFileSync(path.join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
}

const modules = fs
  .readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/^materials|^core.periodicTable/.test(file));

describe('code outside materials and the periodic table', () => {
  it('names no element', () => {
    const symbols = ELEMENTS.filter((symbol) => !LETTERS.includes(symbol));
    const quoted = new RegExp(
      `(['"\`])(${symbols.join('|')})\\1|['"\`](${symbols.join('|')})-(${symbols.join('|')})['"\`]`,
    );
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.filter((file) => quoted.test(codeOf(file)))).toEqual([]);
  });

  it.each([
    ['silicon', /silicon(?!Metrics)/i],
    ['Stillinger', /stillinger(?!-weber -o -)/i],
    ['the bond length of silicon', /\b2\.35\b/],
    ['the bond cutoff of silicon', /\b2\.85\b/],
    ['the density of silicon', /\b2\.28\b/],
  ])('does not know %s', (_, pattern) => {
    const found = modules.flatMap((file) => {
      const lines = codeOf(file).split('\n');
      return lines
        .filter((line) => pattern.test(line) && !/\$ glassy-motifs/.test(line))
        .map((line) => `${file}: ${line.trim()}`);
    });
    expect(found).toEqual([]);
  });
});

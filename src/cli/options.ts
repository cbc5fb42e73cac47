import { InvalidArgumentError, Option } from 'commander';
import { InputError } from '../core/errors';
import { elementSymbol, isSymbol } from '../core/periodicTable';
import { POTENTIALS } from '../materials';
import { type Bonds, bondRule } from '../structures/bonds';
import { cellVectors } from '../structures/cellVectors';
import { parseNumber } from '../structures/commentLine';

/** How the text of an option becomes its value; throws with what was expected. */
type Parse<T> = (text: string) => T;

/** An option whose text is checked; a bad one is an InputError naming the option. */
export function checked<T>(flags: string, description: string, parse: Parse<T>): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new InputError(`option ${option.long}`, `'${text}'`, error.message);
    }
  });
}

/** An option that may be given several times; its values are gathered, undefined if there are none. */
export function repeated(flags: string, description: string): Option {
  const option = new Option(flags, `${description} (may be repeated)`);
  return option.argParser((value: string, all: unknown) => [...((all as string[] | undefined) ?? []), value]);
}

/** The number of a text in decimal notation, no other; else NaN. */
function decimal(text: string): number {
  return parseNumber(text.trim()) ?? Number.NaN;
}

/** Where a table of metrics goes. */
export function tableOutput(): Option {
  const kinds = '.csv, .json, .parquet, .html (a page of ensembles) or .txt';
  return new Option('-o, --out <file>', `table to write: ${kinds}; - is text on standard output`).default('-');
}

/** A finite number; `least` and, if `above`, not that itself. */
export function number(least: number = Number.NEGATIVE_INFINITY, above = false): Parse<number> {
  return (text) => {
    const value = decimal(text);
    if (Number.isFinite(value) && (above ? value > least : value >= least)) return value;
    const bound = least === Number.NEGATIVE_INFINITY ? '' : above ? ` above ${least}` : ` of at least ${least}`;
    throw new InvalidArgumentError(`a number${bound}`);
  };
}

/** A symbol as files may hold it, of an element in its usual spelling. */
export function symbol(text: string): string {
  if (!isSymbol(text)) throw new InvalidArgumentError('a chemical symbol');
  return elementSymbol(text);
}

/** An integer from `least` to `most`. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const above = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`;
    throw new InvalidArgumentError(`an integer ${above}`);
  };
}

/** Integers and ranges, `0,3,5-7`. */
export function indices(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    const first = Number(range?.[1]);
    const last = Number(range?.[2] ?? range?.[1]);
    if (!range || last < first || last - first > 1e6) {
      throw new InvalidArgumentError('indices and ranges from 0, like 0,3,5-7');
    }
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}

/** Sizes of layers, `28,18`. */
export function sizes(text: string): number[] {
  try {
    return text.split(',').map(integer(1, 1e6));
  } catch {
    throw new InvalidArgumentError('layer sizes, like 28,18');
  }
}

/** A point, `1,-2.5,3`. */
export function point(text: string): number[] {
  const values = text.split(',').map(decimal);
  // Farther than that, rounding moves atoms.
  if (values.length === 3 && values.every((value) => Math.abs(value) < 1e6)) return values;
  throw new InvalidArgumentError('three numbers x,y,z in Å');
}

/** Bond cutoffs, `2.85` or `Si-O=2.2,Si-Si=2.8`. */
export function bonds(text: string): Bonds {
  if (!text.includes('=')) return number(0, true)(text);
  const pairs = text.split(',').map((part) => part.trim().split('='));
  const cutoffs = Object.fromEntries(pairs.map(([pair, cutoff]) => [pair, number(0, true)(cutoff ?? '')]));
  bondRule(cutoffs);
  return cutoffs;
}

/** A cell: `a,b,c`, `a,b,c,α,β,γ` or nine numbers, split by commas or spaces. */
export function cell(text: string): number[] {
  return Array.from(
    cellVectors(
      text
        .trim()
        .split(/[\s,]+/)
        .map(decimal),
      'option --cell',
    ),
  );
}

/** Elements of atom types, `Si,O` or `1=Si,3=O`. */
export function types(text: string): string[] | Record<string, string> {
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => part.includes('=')) ? Object.fromEntries(parts.map((part) => part.split('='))) : parts;
}

/** Neighbors of each element, `O=4,Si=4`. */
export function neighborCounts(text: string): Record<string, number> {
  const parts = text.split(',').map((part) => /^\s*([A-Z][a-z]?)=(\d+)\s*$/.exec(part));
  if (parts.some((part) => part === null)) throw new InvalidArgumentError('elements and numbers like O=4,Si=4');
  return Object.fromEntries(parts.map((part) => [part?.[1], integer(1)(part?.[2] ?? '')]));
}

/** Numbers of atoms: one number, or of each element `O=2,Si=1`. */
export function missingAtoms(text: string): number | Record<string, number> {
  return text.includes('=') ? neighborCounts(text) : integer(1)(text);
}

/** A condition to learn, `density` or `cooling_rate:log`; gathered. */
export function learned(text: string, all: LearnedCondition[] = []): LearnedCondition[] {
  const [, name, scale] = /^(\w+)(?::(linear|log))?$/.exec(text) ?? [];
  if (name) return [...all, { name, scale: scale === 'log' ? 'log' : 'linear' }];
  throw new InputError(
    'option --condition',
    `'${text}'`,
    'a name in the info of the cells, or such as cooling_rate:log',
  );
}

/** The name of a condition, and what is uniform. */
export interface LearnedCondition {
  name: string;
  scale: 'linear' | 'log';
}

/** The value of a condition, `cooling_rate=10`; gathered. */
export function conditionValue(text: string, all: Record<string, number> = {}): Record<string, number> {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name && Number.isFinite(decimal(value))) return { ...all, [name]: decimal(value) };
  throw new InputError('option --condition', `'${text}'`, 'a name and a number such as cooling_rate=10');
}

/** A formula, `SiO2` or `Cu64Zr36`. */
export function composition(text: string): Record<string, number> {
  const parts = [...text.matchAll(/([A-Z][a-z]?)(\d*)/g)];
  const counts: Record<string, number> = {};
  for (const [, symbol, count] of parts) counts[symbol] = (counts[symbol] ?? 0) + (count === '' ? 1 : Number(count));
  if (text === '' || parts.map(([part]) => part).join('') !== text || Object.values(counts).includes(0)) {
    throw new InvalidArgumentError('a formula like SiO2 or Cu64Zr36');
  }
  return counts;
}

/** Names that commands share, once each. */
export const shared = {
  seed: (what: string): Option => checked('--seed <integer>', `seed of ${what}`, integer(0)).default(0),
  out: (what: string): Option => new Option('-o, --out <file>', what).makeOptionMandatory(),
  cutoff: (): Option => checked('--cutoff <Å>', 'radius of environments, for cells', number(0, true)).default(4),
  count: (): Option => checked('--count <n>', 'neighbors in a motif, for cells', integer(1)).default(8),
  centers: (): Option => new Option('--centers <element>', 'motifs around atoms of this element only, for cells'),
  neighbors: (): Option =>
    checked('--neighbors <counts>', 'neighbors of each element in place of --count, like O=4,Si=4', neighborCounts),
  bonds: (): Option =>
    checked('--bonds <Å>', 'bond cutoff, or by pair as Si-O=2.2,Si-Si=2.8 (default: first minima of g(r))', bonds),
  potential: (what: string): Option => new Option('--potential <name>', what).choices([...POTENTIALS]),
  species: (): Option =>
    checked('--species <symbol>', "chemical symbol of made atoms (default: the model's, or X for unknown)", symbol),
  threads: (): Option =>
    checked('--threads <number>', 'at most (default: GLASSY_THREADS, or all; results do not depend on it)', integer(1)),
  progress: (): Option =>
    new Option(
      '--progress <how>',
      'on standard error: plain or json, a line a minute, or none ' +
        '(default: one line that changes on a terminal, else plain)',
    ).choices(['plain', 'json', 'none']),
  denoiser: (): Option =>
    new Option('--model <file>', 'graph network: a file, or the name of one in this package').default('cells'),
  composition: (): Option =>
    checked('--composition <formula>', "elements of each cell, like SiO2 (default: the model's only one)", composition),
  chemiscope: (): Option => new Option('--chemiscope <file>', 'also write a chemiscope input (.json or .json.gz)'),
};

/** Options of every command that reads structures. */
export const reading = (): Option[] => [
  checked('--cell <numbers>', 'cell of structures that have none: a,b,c or a,b,c,α,β,γ or nine numbers', cell),
  checked('--types <elements>', 'of atom types that a file only numbers: Si,O (types 1 and 2) or 1=Si,3=O', types),
  new Option('--format <name>', "extxyz, lammps-data, poscar, or ASE's name of a format (default: recognized)"),
];

/** What a motif-set output may be, for --help. */
export const MOTIF_OUTPUT =
  'motif set to write: .extxyz, .json (either .gz) or .parquet; - is extended XYZ on standard output';

/** What an output of whole structures may be, for --help. */
export const CELL_OUTPUT = 'structures to write: .extxyz or .xyz (either .gz); - is standard output';

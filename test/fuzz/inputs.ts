import { createRng, type Rng } from '../../src/core/random';

/** What fuzzing does to one input: it succeeds, or throws; a string says what happened. */
export interface Suite {
  name: string;
  /** Part of the inputs that are tried here. */
  share: number;
  /** Makes an input from a generator, and uses it. Any error but InputError is a failure. */
  attempt: (rng: Rng) => unknown;
}

/** Pieces that readers have stumbled over. */
const PIECES = [
  ...['', ' ', '\t', '\n', '\r\n', '\0', '"', "'", '\\', '=', ':', ',', '[', ']', '{', '}', '#', '|', '<b>', '$', '`'],
  ...['0', '-0', '1', '-1', '2', '007', '0x3', '1e5', '1e400', '1d3', 'nan', 'inf', '-Infinity', '9007199254740993'],
  ...['4294967296', '1e-320', '.5', '5.', '+', '-', 'T', 'F', 'true', 'null', 'undefined', '__proto__', 'constructor'],
  ...[
    'Si',
    'SI',
    'H',
    '14',
    'X',
    'é',
    '硅',
    '\ud800',
    '_JSON []',
    'Lattice',
    'pbc',
    'Properties',
    'species:S:1:pos:R:3',
  ],
];

export const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.integer(items.length)];

/** A text with some pieces put in, taken out, doubled or cut off. */
export function damagedText(rng: Rng, text: string): string {
  let damaged = text;
  for (let k = rng.integer(4); k >= 0; k--) {
    const at = rng.integer(damaged.length + 1);
    const to = Math.min(damaged.length, at + rng.integer(12));
    const kind = rng.integer(5);
    if (kind === 0) damaged = damaged.slice(0, at) + pick(rng, PIECES) + damaged.slice(at);
    else if (kind === 1) damaged = damaged.slice(0, at) + damaged.slice(to);
    else if (kind === 2) damaged = damaged.slice(0, at) + pick(rng, PIECES) + damaged.slice(to);
    else if (kind === 3) damaged = damaged.slice(0, to) + damaged.slice(at);
    else damaged = rng.integer(4) === 0 ? damaged.slice(0, at) : swapWords(rng, damaged);
  }
  return damaged;
}

function swapWords(rng: Rng, text: string): string {
  const words = text.split(/(\s+)/);
  const [a, b] = [rng.integer(words.length), rng.integer(words.length)];
  [words[a], words[b]] = [words[b], words[a]];
  return words.join('');
}

const VALUES: unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    'x',
    '7',
    -1,
    0,
    1,
    1.5,
    8,
    1e9,
    1e300,
    2 ** 53,
    [],
    {},
    [null],
    [[]],
    { a: 1 },
    '__proto__',
  ],
  ...[['Si'], [1, 2], [3, 1], { length: 5 }],
];

/** A copy of JSON with one or two of its values, at any depth, replaced, dropped or added. */
export function damagedContent<T>(rng: Rng, content: T): T {
  const copy = structuredClone(content);
  for (let k = rng.integer(2); k >= 0; k--) damageOne(rng, copy);
  return copy;
}

function damageOne(rng: Rng, content: unknown): void {
  let at = content as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    const key = pick(rng, keys);
    const inner = at[key];
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && rng.integer(3) > 0) {
      at = inner as Record<string, unknown>;
      continue;
    }
    const kind = rng.integer(8);
    const value = structuredClone(pick(rng, VALUES));
    if (kind === 0) delete at[key];
    else if (kind === 1) at[pick(rng, ['extra', '0', 'toString', '__proto__x'])] = value;
    else if (kind === 2 && typeof inner === 'string') at[key] = damagedText(rng, inner);
    else at[key] = value;
    break;
  }
}

/** Inputs of one run: 5,000, or as many as the environment variable FUZZ says. */
export const INPUTS: number = Number(process.env.FUZZ ?? 5000);

/** Tries a suite's share of the inputs; returns what went wrong, each with its seed. */
export async function failures({ name, share, attempt }: Suite): Promise<string[]> {
  const wrong: string[] = [];
  for (let seed = 0; seed < INPUTS * share && wrong.length < 5; seed++) {
    try {
      await attempt(createRng(seed));
    } catch (error) {
      const { name: kind, stack } = error as Error;
      if (kind !== 'InputError') wrong.push(`${name}, seed ${seed}: ${stack ?? error}`);
    }
  }
  return wrong;
}

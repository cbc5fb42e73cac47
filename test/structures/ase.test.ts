import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { pythonPath } from '../../src/structures/ase';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { formatExtxyz } from '../../src/structures/extxyzWrite';
import type { InfoValue, Structure } from '../../src/structures/structure';

const PLAIN = `
import io, json, sys
import numpy as np
def plain(value):
    if isinstance(value, np.ndarray): return plain(value.tolist())
    if isinstance(value, np.generic): return plain(value.item())
    if isinstance(value, list): return [plain(v) for v in value]
    if isinstance(value, float) and value != value: return "nan"
    if isinstance(value, float) and abs(value) == float("inf"): return "inf" if value > 0 else "-inf"
    return value
out = []
`;
const ASE = `${PLAIN}
from ase.io import read
for text in json.load(sys.stdin):
    try:
        atoms = read(io.StringIO(text), index=0, format="extxyz")
        out.append({"pbc": atoms.pbc.tolist(), "lattice": atoms.cell.array.ravel().tolist(), "info": {k: plain(v) for k, v in atoms.info.items()}})
    except Exception as error:
        out.append({"error": type(error).__name__})
json.dump(out, sys.stdout)
`;
/** The parser of the specification's authors, which reads files only. */
const REFERENCE = `${PLAIN}
import tempfile
from extxyz import read_dicts
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile("w", suffix=".xyz") as file:
        file.write(text)
        file.flush()
        frame = read_dicts(file.name)
    frame = frame[0] if isinstance(frame, list) else frame
    pbc = plain(frame.pbc) if frame.cell is not None else [False] * 3
    out.append({"pbc": pbc, "info": {k: plain(v) for k, v in frame.info.items()}})
json.dump(out, sys.stdout)
`;

interface AsRead {
  pbc: boolean[];
  lattice: number[];
  info: Record<string, unknown>;
  error?: string;
}

/** What ASE makes of texts, or another reader. */
function readByAse(texts: string[], script: string = ASE): AsRead[] {
  const { stdout, stderr, status } = spawnSync(pythonPath(), ['-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const plain = (value: InfoValue): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
};

/** Values that one reader or another mistakes where they are written carelessly. */
const AWKWARD: InfoValue[] = [
  ...["O'Brien", '', ' ', ',', '[]', '{}', "'", '"', '\\', 'a\\"b', 'two words', 'tab\there', 'line\nbreak', 'a=b'],
  ...['12', '007', '1_000', '1,2', '1 2', 'T', 'F F', 'true', 'nan', 'inf', '1d3', '9007199254740993', '_JSON []'],
  ...['[1, 2]', '{a b}', "'single'", 'é ü 硅', 'x:y', '#', '$x', '\\n'],
  ...[0, 1, -0.5, 1e-300, 123456789012345, 2 ** 53, 1e20, NaN, Infinity, -Infinity, true, false],
  ...[[], [5], [1, 2], [1.5, NaN], [true, false], [true], ['a', 'b c', "d'e", ''], ['1', '2']],
  [
    [1, 2],
    [3, 4],
  ],
  [[NaN, 1, Infinity]],
  [['x', 'y z']],
];

const slab = (info: Record<string, InfoValue>): Structure => ({
  lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 20),
  pbc: [true, true, false],
  species: ['Si'],
  positions: new Float64Array(3),
  info,
  arrays: {},
});

const hasAse = spawnSync(pythonPath(), ['-c', 'import ase']).status === 0;
const hasReference = spawnSync(pythonPath(), ['-c', 'import extxyz']).status === 0;

describe.skipIf(!hasAse)('what is written, as ASE reads it', { timeout: 60_000 }, () => {
  it('keeps every value, the one after it, and the boundaries', () => {
    const structures = AWKWARD.map((value) => slab({ value, after: 'x' }));
    const read = readByAse(structures.map((structure) => formatExtxyz([structure])));
    AWKWARD.forEach((value, k) => {
      const found = { value: read[k].info.value, after: read[k].info.after, pbc: read[k].pbc };
      expect(found).toEqual({ value: plain(value), after: 'x', pbc: [true, true, false] });
      expect(parseExtxyz(formatExtxyz([structures[k]]))).toEqual([structures[k]]);
    });
  });

  it('keeps awkward keys', () => {
    const keys = ['a key', "O'Brien", 'a"b', '[x]', 'back\\slash', '1', 'é'];
    const structure = slab(Object.fromEntries(keys.map((key, k) => [key, k])));
    expect(readByAse([formatExtxyz([structure])])[0].info).toEqual(structure.info);
  });

  it('keeps the boundaries behind any values at once', () => {
    const info = Object.fromEntries(AWKWARD.map((value, k) => [`key${k}`, value]));
    const [read] = readByAse([formatExtxyz([slab(info)])]);
    expect(read.pbc).toEqual([true, true, false]);
    expect(read.info).toEqual(Object.fromEntries(AWKWARD.map((value, k) => [`key${k}`, plain(value)])));
  });
});

/**
 * Cases of the extended-XYZ specification of libAtoms, in words of our own: value as it stands, as it is read here, and
 * as ASE reads it where that differs (and why the difference stays).
 */
const CASES: [text: string, here: InfoValue, ase?: unknown][] = [
  ['1', 1],
  ['-7', -7],
  ['+3', 3],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['2.', 2],
  ['1e-3', 1e-3],
  ['1E3', 1000],
  // Python's floats know no Fortran exponents.
  ['1.0d3', 1000, '1.0d3'],
  ['1.0D-3', 0.001, '1.0D-3'],
  // Text keeps what a number would lose.
  ['007', '007', 7],
  ['9007199254740993', '9007199254740993', 9007199254740992],
  ['0x3', '0x3'],
  ['1_000', '1_000', 1000],
  ['T', true],
  ['F', false],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['FALSE', false],
  ['tRUE', 'tRUE'],
  ['word', 'word'],
  ['"two words"', 'two words'],
  ['"1"', 1],
  ['"1 2 3"', [1, 2, 3]],
  ['"1 2.5"', [1, 2.5]],
  ['"T F T"', [true, false, true]],
  ['"T 1"', 'T 1'],
  ["'T T F'", [true, true, false]],
  ["'single words'", 'single words'],
  ['{1 2 3}', [1, 2, 3]],
  ['{1}', 1],
  // The older arrays of text are arrays to the specification and text to ASE.
  ['{a b}', ['a', 'b'], 'a b'],
  ['[1, 2, 3]', [1, 2, 3]],
  ['[1,2]', [1, 2]],
  // One value in brackets is an array of one to the specification.
  ['[1]', [1], 1],
  ['[T, F]', [true, false]],
  ['[T]', [true], true],
  ['[a, b]', ['a', 'b'], 'a, b'],
  ['["a b", c]', ['a b', 'c'], '"a b", c'],
  // ASE writes matrices as JSON and does not read the brackets of the specification.
  [
    '"_JSON [[1, 2], [3, 4]]"',
    [
      [1, 2],
      [3, 4],
    ] as InfoValue,
  ],
  ['"_JSON [[NaN, 2]]"', [[NaN, 2]] as InfoValue],
  ['"_JSON \\"007\\""', '007'],
  ['"_JSON {\\"a\\": 1}"', '_JSON {"a": 1}', { a: 1 }],
  [
    '[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4],
    ] as InfoValue,
    '[1, 2,',
  ],
  ['"say \\"hi\\""', 'say "hi"'],
  ['"back\\\\slash"', 'back\\slash'],
  // The specification's line break is a plain n to ASE.
  ['"line\\nbreak"', 'line\nbreak', 'linenbreak'],
  ['"a,b"', 'a,b'],
  // ASE splits numbers at commas too.
  ['"1,2"', '1,2', [1, 2]],
  ['1,2', '1,2', [1, 2]],
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['Infinity', Infinity],
];

/** Where the reference parser (extxyz 0.4.6 of PyPI) reads something else; undefined: it passes the entry over. */
const REFERENCE_READS: Record<string, unknown> = {
  // Its integers have 32 bits.
  '9007199254740993': 1,
  // It does not know single quotes but for arrays, nor ASE's JSON.
  "'single words'": undefined,
  '"_JSON [[1, 2], [3, 4]]"': '_JSON [[1, 2], [3, 4]]',
  '"_JSON [[NaN, 2]]"': '_JSON [[NaN, 2]]',
  '"_JSON \\"007\\""': '_JSON "007"',
  // It takes commas for blanks, as ASE does, and not without quotes.
  '"1,2"': [1, 2],
  '1,2': undefined,
  // What is no number is text to it: ours are ASE's.
  nan: 'nan',
  inf: 'inf',
  '-inf': '-inf',
  Infinity: 'Infinity',
};

describe('values of comment lines as the specification has them', { timeout: 60_000 }, () => {
  const frame = (text: string): string =>
    `1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3 a=${text}\nSi 0 0 0\n`;

  it.each(CASES)('%s', (text, here) => {
    expect(parseExtxyz(frame(text))[0].info).toEqual({ a: here });
  });

  it.skipIf(!hasAse)('are read alike by ASE but for the differences stated', () => {
    const read = readByAse(CASES.map(([text]) => frame(text)));
    CASES.forEach(([text, here, ase], k) => {
      expect([text, read[k].info.a]).toEqual([text, ase === undefined ? plain(here) : ase]);
    });
  });

  it.skipIf(!hasReference)('are read alike by the reference parser but for the differences stated', () => {
    const read = readByAse(
      CASES.map(([text]) => frame(text)),
      REFERENCE,
    );
    CASES.forEach(([text, here], k) => {
      const right = text in REFERENCE_READS ? REFERENCE_READS[text] : plain(here);
      expect([text, read[k].info.a]).toEqual([text, right]);
    });
  });
});

/** Headers: the entries of a comment line, and the boundaries and cell that are right. */
const HEADERS: [entries: string, pbc: boolean[], cell: boolean, differs?: string][] = [
  ['Lattice="5 0 0 0 5 0 0 0 20"', [true, true, true], true],
  ['Lattice="5 0 0 0 5 0 0 0 20" pbc="T T F"', [true, true, false], true],
  ['pbc="T T F" Lattice="5 0 0 0 5 0 0 0 20"', [true, true, false], true],
  ["Lattice='5 0 0 0 5 0 0 0 20' pbc='T F T'", [true, false, true], true],
  ['Lattice="5 0 0 0 5 0 0 0 20" pbc="1 1 0"', [true, true, false], true],
  ['Lattice={5 0 0 0 5 0 0 0 20} pbc={T T F}', [true, true, false], true],
  ['Lattice=[5,0,0,0,5,0,0,0,20] pbc=[T,T,F]', [true, true, false], true],
  ['Lattice="5.0 0 0 0 5.0 0 0 0 2.0e1" pbc="True True False"', [true, true, false], true],
  ['pbc="F F F"', [false, false, false], false],
  ['', [false, false, false], false],
  // Keys in another case are private entries to ASE.
  ['lattice="5 0 0 0 5 0 0 0 20" PBC="T T F"', [true, true, false], true, 'case'],
];

describe('headers', { timeout: 60_000 }, () => {
  const text = (entries: string): string => `1\nProperties=species:S:1:pos:R:3 ${entries}\nSi 0 0 0\n`;
  const lattice = (cell: boolean): number[] => (cell ? [5, 0, 0, 0, 5, 0, 0, 0, 20] : [0, 0, 0, 0, 0, 0, 0, 0, 0]);

  it.each(HEADERS)('%s', (entries, pbc, cell) => {
    const [read] = parseExtxyz(text(entries));
    expect([read.pbc, Array.from(read.lattice)]).toEqual([pbc, lattice(cell)]);
  });

  it.skipIf(!hasAse)('are read alike by ASE', () => {
    const alike = HEADERS.filter(([, , , differs]) => !differs);
    const read = readByAse(alike.map(([entries]) => text(entries)));
    alike.forEach(([entries, pbc, cell], k) => {
      expect([entries, read[k].pbc, read[k].lattice]).toEqual([entries, pbc, lattice(cell)]);
    });
  });

  it.skipIf(!hasReference)(
    'are read alike by the reference parser, where they have a cell and keys in its case',
    () => {
      const alike = HEADERS.filter(([, , cell, differs]) => cell && !differs);
      const read = readByAse(
        alike.map(([entries]) => text(entries)),
        REFERENCE,
      );
      alike.forEach(([entries, pbc], k) => {
        expect([entries, read[k].pbc]).toEqual([entries, pbc]);
      });
    },
  );
});

it('positions that are integers, and single quotes, are read', () => {
  const [read] = parseExtxyz("1\nLattice='5 0 0 0 5 0 0 0 5' pbc='T T F' Properties=species:S:1:pos:I:3\nSi 1 2 3\n");
  expect(read.positions).toEqual(Float64Array.of(1, 2, 3));
  expect(read.pbc).toEqual([true, true, false]);
});

it('a count is decimal', () => {
  expect(() => parseExtxyz('1\nProperties=species:S:1:pos:R:0x3\nSi 1 2 3\n')).toThrow("count '0x3' of column pos");
});

it.each([
  '9007199254740992.5',
  '900719925474099.25',
  '45035996273704.965',
  '9007199254740993',
  '9007199254740993.0',
  '0.30000000000000004',
])('rounds %s as the language does, ties among them', (digits) => {
  expect(parseExtxyz(`1\n\nSi ${digits} -${digits} 0\n`)[0].positions).toEqual(
    Float64Array.of(Number(digits), -Number(digits), 0),
  );
});

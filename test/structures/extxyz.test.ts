import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import {
  formatExtxyz,
  type InfoValue,
  parseExtxyz,
  readExtxyz,
  type Structure,
  writeExtxyz,
} from '../../src/structures';
import { extxyzBlocks } from '../../src/structures/extxyzWrite';

const folder = mkdtempSync(path.join(tmpdir(), 'extxyz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string): string => path.join(__dirname, '../fixtures/structures', name);
const one = (comment: string, row = 'Si 0 0 0'): Structure => parseExtxyz(`1\n${comment}\n${row}\n`)[0];
/** The comment line's entries besides the geometry. */
const info = (entries: string): unknown => one(`Properties=species:S:1:pos:R:3 ${entries}`).info;

describe('parseExtxyz, comment line', () => {
  it.each<[string, string, unknown]>([
    ['integers', 'a=1 b=-2 c=+3', { a: 1, b: -2, c: 3 }],
    [
      'reals, Fortran exponents among them',
      'a=1.5 b=.5 c=2. d=1e3 e=1.0D-3 f=-1.5d+02',
      { a: 1.5, b: 0.5, c: 2, d: 1000, e: 0.001, f: -150 },
    ],
    [
      'logicals in every spelling',
      'a=T b=F c=true d=False e=TRUE f=FALSE',
      { a: true, b: false, c: true, d: false, e: true, f: false },
    ],
    ['words that only resemble logicals', 'a=t b=f c=TRue d=Ta', { a: 't', b: 'f', c: 'TRue', d: 'Ta' }],
    ['bare and quoted text', 'a=word b="two words" c=""', { a: 'word', b: 'two words', c: '' }],
    [
      'escapes in quoted text',
      String.raw`a="say \"hi\"" b="back\\slash" c="line\nbreak"`,
      { a: 'say "hi"', b: 'back\\slash', c: 'line\nbreak' },
    ],
    ['a quoted key', '"a key"=1', { 'a key': 1 }],
    ['spaces around =', 'a = 1 b= 2 c =3', { a: 1, b: 2, c: 3 }],
    ['a key without value', 'flag a=1', { flag: true, a: 1 }],
    [
      'old arrays',
      'a="1 2 3" b="1 2.5" c="T F" d={x y} e={1 2}',
      { a: [1, 2, 3], b: [1, 2.5], c: [true, false], d: ['x', 'y'], e: [1, 2] },
    ],
    ['an old array of one value, a scalar', 'a="1" b={2.5} c="T" d={x}', { a: 1, b: 2.5, c: true, d: 'x' }],
    [
      'new arrays',
      'a=[1, 2,3] b=[1] c=[T,F] d=[x, "y z"]',
      { a: [1, 2, 3], b: [1], c: [true, false], d: ['x', 'y z'] },
    ],
    ['new arrays of mixed type, as text', 'a=[1, x] b=[T, 2]', { a: ['1', 'x'], b: ['T', '2'] }],
    [
      'matrices',
      'a=[[1,2],[3,4.5]] b=[ [ x ] , [ 1 ] ]',
      {
        a: [
          [1, 2],
          [3, 4.5],
        ],
        b: [['x'], ['1']],
      },
    ],
    ['quoted numbers in new arrays, as text', 'a=["1", "2"]', { a: ['1', '2'] }],
    ['colons, slashes and letters beyond ASCII', 'a=x:y/z b=Å', { a: 'x:y/z', b: 'Å' }],
    ['bare text with backslashes', String.raw`a=a\b b=x\=y\ z`, { a: 'a\\b', b: 'x=y z' }],
    ['a repeated key, the last of which counts', 'a=1 a=2', { a: 2 }],
    ['a key that objects have by nature', '__proto__=1', Object.fromEntries([['__proto__', 1]])],
  ])('reads %s', (_, entries, expected) => {
    expect(info(entries)).toEqual(expected);
  });

  it('reads Lattice in both forms, and pbc in any', () => {
    const cell = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10);
    for (const lattice of [
      '"1 2 3 4 5 6 7 8 10.0"',
      '[[1,2,3],[4,5,6],[7,8,10]]',
      '[1,2,3,4,5,6,7,8,10]',
      '{1 2 3 4 5 6 7 8 1.0D1}',
    ]) {
      expect(one(`Lattice=${lattice}`).lattice).toEqual(cell);
    }
    for (const pbc of ['"T F T"', '[T, F, T]', '{T F T}', '"True False True"', '"1 0 1"']) {
      expect(one(`Lattice="1 2 3 4 5 6 7 8 10" pbc=${pbc}`).pbc).toEqual([true, false, true]);
    }
  });

  it('is periodic by default with a lattice, and not without', () => {
    expect(one('Lattice="1 0 0 0 1 0 0 0 1"').pbc).toEqual([true, true, true]);
    expect(one('Properties=species:S:1:pos:R:3').pbc).toEqual([false, false, false]);
    expect(one('Properties=species:S:1:pos:R:3').lattice).toEqual(new Float64Array(9));
  });

  it('keeps the comment of a plain XYZ file, and reads four columns', () => {
    const water = parseExtxyz('2\nwater, "half of it = fine\nO 0 0 0 9 9\nH 0 0 1 8 8\n')[0];
    expect(water.info).toEqual({ comment: 'water, "half of it = fine' });
    expect(water.species).toEqual(['O', 'H']);
    expect(Array.from(water.positions)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(parseExtxyz('1\n\nSi 0 0 0')[0]).toMatchObject({ info: {}, species: ['Si'] });
  });
});

describe('parseExtxyz, frames and rows', () => {
  it('reads Properties in any order, with every type', () => {
    const [s] = parseExtxyz(
      '2\nProperties=id:I:1:pos:R:3:ok:L:2:species:S:1:tag:S:1 pbc="F F F"\n-1 1 2 3 T F Si abc\n2 4 5 6 F TRUE O d:e\n',
    );
    expect(s.species).toEqual(['Si', 'O']);
    expect(s.positions).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(s.arrays).toEqual({
      id: { kind: 'integer', columns: 1, values: Int32Array.of(-1, 2) },
      ok: { kind: 'logical', columns: 2, values: [true, false, false, true] },
      tag: { kind: 'string', columns: 1, values: ['abc', 'd:e'] },
    });
  });

  it('reads atomic numbers in place of species', () => {
    expect(one('Properties=Z:I:1:pos:R:3', '14 0 0 0')).toMatchObject({ species: ['Si'], arrays: {} });
    expect(one('Properties=species:S:1:pos:R:3:Z:I:1', 'O 0 0 0 8').arrays.Z.values).toEqual(Int32Array.of(8));
  });

  it('reads several frames, Windows line ends, tabs, blank lines at the end, no line end at the end, and no atoms', () => {
    const frames = parseExtxyz(
      '1\r\n\r\nSi\t0 0 1\r\n 2 \r\nLattice="1 0 0 0 1 0 0 0 1"\r\nSi 0 0 2 \r\n  O 0 0 3\r\n0\r\nempty\r\n\r\n \r\n',
    );
    expect(frames.map((s) => s.species)).toEqual([['Si'], ['Si', 'O'], []]);
    expect(frames.map((s) => Array.from(s.positions))).toEqual([[0, 0, 1], [0, 0, 2, 0, 0, 3], []]);
    expect(frames[2].info).toEqual({ comment: 'empty' });
    expect(parseExtxyz('1\n\nSi 0 0 1')).toHaveLength(1);
  });

  it('reads reals as the language does, to the last bit', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(20)).map(([x, n]) => x.toFixed(n)),
      fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(20)).map(([x, n]) => x.toExponential(n)),
      fc.stringMatching(/^[+-]?\d{1,30}\.\d{0,30}$/),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), (words) => {
        expect(Array.from(one('', `Si ${words.join(' ')}`).positions)).toEqual(words.map(Number));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('takes bytes as well as text', () => {
    const text = '1\nname="Å" Properties=species:S:1:pos:R:3\nSi 0 0 1\n';
    expect(parseExtxyz(Buffer.from(text))).toEqual(parseExtxyz(text));
    expect(parseExtxyz(gzipSync(text))).toEqual(parseExtxyz(text));
  });
});

describe('untyped input', () => {
  it('that is no text or no list is refused', () => {
    expect(() => parseExtxyz(null as never)).toThrow('text: found null, expected text or its bytes');
    expect(() => parseExtxyz(5 as never, { source: 'cells' })).toThrow('cells: found number');
    expect(() => formatExtxyz({} as never)).toThrow('structures: found object, expected a list of structures');
  });
});

describe('parseExtxyz, bad input is named by line', () => {
  const good = '1\nLattice="1 0 0 0 1 0 0 0 1"\nSi 0 0 0\n';
  it.each<[string, string, string]>([
    ['an empty text', '', 'cells:1: found no frame, expected a number of atoms'],
    ['a count that is none', `${good}x\n\nSi 0 0 0\n`, "cells:4: found 'x', expected a number of atoms"],
    ['a negative count', '-1\n\n', "cells:1: found '-1'"],
    ['no comment line', '3', 'cells:1: found the end of the file'],
    ['too few atoms', `${good}2\n\nSi 0 0 0\n`, 'cells:4: found 1 atoms before the end of the file, expected 2 atoms'],
    ['a count beyond any memory', '99999999999\n\nSi 0 0 0', 'expected 99999999999 atoms'],
    ['a word for a coordinate', '1\n\nSi 0 zero 0\n', "cells:3: found 'zero', expected a real number in column pos"],
    ['a coordinate that is not finite', '1\n\nSi 0 nan 0\n', 'cells:3: found position NaN'],
    ['an overflown Fortran field', '2\n\nSi 0 0 0\nSi 0 **** 0\n', "cells:4: found '****'"],
    [
      'a row too short',
      '2\n\nSi 0 0\nSi 0 0 0\n',
      'cells:3: found the end of the line, expected a real number in column pos',
    ],
    ['an empty row', '2\n\nSi 0 0 0\n\nSi 0 0 0', 'cells:4: found the end of the line'],
    [
      'a row too long',
      '1\nProperties=species:S:1:pos:R:3\nSi 0 0 0 1\n',
      "cells:3: found '1', expected no more than the 4 columns",
    ],
    [
      'a real for an integer',
      '1\nProperties=species:S:1:pos:R:3:id:I:1\nSi 0 0 0 1.5\n',
      "cells:3: found '1.5', expected an integer",
    ],
    [
      'an integer beyond 32 bits',
      '1\nProperties=species:S:1:pos:R:3:id:I:1\nSi 0 0 0 3000000000\n',
      "found '3000000000'",
    ],
    [
      'no logical',
      '1\nProperties=species:S:1:pos:R:3:ok:L:1\nSi 0 0 0 yes\n',
      "cells:3: found 'yes', expected T or F in column ok",
    ],
    [
      '8 numbers of Lattice',
      '1\nLattice="1 0 0 0 1 0 0 0"\nSi 0 0 0\n',
      "cells:2: found Lattice '1 0 0 0 1 0 0 0', expected 9 finite numbers",
    ],
    ['words in Lattice', '1\nLattice="a b c"\nSi 0 0 0\n', 'cells:2: found Lattice'],
    ['two values of pbc', '1\nLattice="1 0 0 0 1 0 0 0 1" pbc="T F"\nSi 0 0 0\n', "cells:2: found pbc 'true false'"],
    [
      'a type that is none',
      '1\nProperties=species:S:1:pos:X:3\nSi 0 0 0\n',
      "cells:2: found type 'X' of column pos, expected S, I, R or L",
    ],
    [
      'a count of columns that is none',
      '1\nProperties=species:S:1:pos:R:0\nSi\n',
      "cells:2: found count '0' of column pos",
    ],
    ['half a triplet', '1\nProperties=species:S:1:pos:R\nSi\n', 'cells:2: found Properties='],
    ['a column twice', '1\nProperties=species:S:1:pos:R:3:pos:R:3\nSi\n', 'cells:2: found column pos twice'],
    ['no positions', '1\nProperties=species:S:1\nSi\n', 'cells:2: found Properties without pos:R:3'],
    ['no species', '1\nProperties=pos:R:3\n0 0 0\n', 'cells:2: found Properties without species:S:1 or Z:I:1'],
    [
      'more columns than any memory',
      '1\nProperties=species:S:1:pos:R:3:a:R:999999999999\nSi 0 0 0 1\n',
      'cells:1: found too few lines',
    ],
    ['an atomic number that is none', '1\nProperties=Z:I:1:pos:R:3\n200 0 0 0\n', 'found atomic number 200'],
    ['an open quote', '1\nProperties=species:S:1:pos:R:3 a="x\nSi 0 0 0\n', 'expected a closing double quote'],
    ['an open bracket', '1\nProperties=species:S:1:pos:R:3 a=[1, 2\nSi 0 0 0\n', "expected ',' or ']'"],
    ['an open brace', '1\nProperties=species:S:1:pos:R:3 a={1 2\nSi 0 0 0\n', "expected '}'"],
    ['a ragged matrix', '1\nProperties=species:S:1:pos:R:3 a=[[1],[2,3]]\nSi 0 0 0\n', 'expected a rectangular array'],
    ['a key without its value', '1\nProperties=species:S:1:pos:R:3 a=\nSi 0 0 0\n', 'expected a value'],
    ['a value without its key', '1\nProperties=species:S:1:pos:R:3 =1\nSi 0 0 0\n', 'expected a key'],
  ])('%s', (_, text, message) => {
    const parse = (): Structure[] => parseExtxyz(text, { source: 'cells' });
    expect(parse).toThrow(InputError);
    expect(parse).toThrow(message);
  });

  it('a file that is not there, a damaged gzip file', () => {
    expect(() => readExtxyz(path.join(folder, 'none.xyz'))).toThrow('none.xyz');
    const file = path.join(folder, 'damaged.xyz.gz');
    writeFileSync(file, gzipSync(good).subarray(0, 30));
    expect(() => readExtxyz(file)).toThrow('a damaged gzip stream');
  });
});

const real = fc.double({ noNaN: false });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const text = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '',
      ' ',
      'T',
      'true',
      '1',
      '1 2',
      '1.0D3',
      'nan',
      'inf',
      '-inf',
      'n',
      '"',
      '\\',
      '\\n',
      'a=b',
      '[1]',
      '{a}',
      '\n',
    ),
  )
  .filter((s) => !/\r/.test(s));
const word = fc.stringMatching(/^[!-~]{1,8}$/);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((s) => !['species', 'pos', 'Z'].includes(s));
const rectangle = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[][]> =>
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(item, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    );
const infoValue: fc.Arbitrary<InfoValue> = fc.oneof(
  ...[real, text, fc.boolean()].flatMap((item: fc.Arbitrary<number | string | boolean>) => [
    item,
    fc.array(item, { minLength: 1, maxLength: 10 }),
    rectangle(item),
  ]),
  fc.constant<InfoValue>([]),
);
const structure: fc.Arbitrary<Structure> = fc.nat(6).chain((count) => {
  const times = <T>(item: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[]> =>
    fc.array(item, { minLength: n * count, maxLength: n * count });
  const array = fc.integer({ min: 1, max: 4 }).chain((columns) =>
    fc.oneof(
      times(real, columns).map((v) => ({ kind: 'real' as const, columns, values: Float64Array.from(v) })),
      times(fc.integer(), columns).map((v) => ({ kind: 'integer' as const, columns, values: Int32Array.from(v) })),
      times(fc.boolean(), columns).map((values) => ({ kind: 'logical' as const, columns, values })),
      times(word, columns).map((values) => ({ kind: 'string' as const, columns, values })),
    ),
  );
  return fc.record({
    lattice: fc
      .oneof(
        fc.constant(new Float64Array(9)),
        fc.array(finite, { minLength: 9, maxLength: 9 }).map((v) => Float64Array.from(v)),
      )
      .filter((l) => !l.every((x) => x === 0) || l.every((x) => Object.is(x, 0))),
    pbc: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    species: times(fc.constantFrom('Si', 'O', 'H', 'Si1'), 1),
    positions: times(finite, 3).map((v) => Float64Array.from(v)),
    info: fc
      .dictionary(fc.oneof(name, text), infoValue, { noNullPrototype: true })
      .map((d) =>
        Object.fromEntries(Object.entries(d).filter(([k]) => !['', 'Lattice', 'Properties', 'pbc'].includes(k))),
      ),
    arrays: fc.dictionary(name, array, { noNullPrototype: true }),
  });
});

describe('formatExtxyz', () => {
  it('is undone by parseExtxyz', () => {
    fc.assert(
      fc.property(fc.array(structure, { minLength: 1, maxLength: 3 }), (structures) => {
        expect(parseExtxyz(formatExtxyz(structures))).toEqual(structures);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives back the supplied cells', () => {
    const [cell] = readExtxyz(path.join(__dirname, '../../data/a-si/a-si-512-01.extxyz'));
    expect(cell.species).toHaveLength(512);
    expect(cell.info).toMatchObject({
      name: 'a-Si-01',
      network: 'network-11-0',
      density: 2.23,
      energy: -2687.2840931081305,
    });
    expect(parseExtxyz(formatExtxyz([cell]))).toEqual([cell]);
  });

  it.each<[string, Partial<Structure>, string]>([
    ['arrays of another length', { positions: new Float64Array(6) }, 'structure 1: found 6 values of pos'],
    ['positions that are not finite', { positions: Float64Array.of(0, NaN, 0) }, 'structure 1, atom 0'],
    ['text per atom with spaces', { species: ['S i'] }, 'found species "S i", expected text without spaces'],
    ['a species that reads as an atomic number', { species: ['14'] }, 'found species "14", expected a chemical symbol'],
    ['a lattice that is not finite', { lattice: new Float64Array(9).fill(NaN) }, 'structure 1, lattice[0]: found NaN'],
    ['null in info', { info: { a: null as never } }, 'structure 1, info a: found null'],
    ['objects in info', { info: { a: { b: 1 } as never } }, 'info a: found {"b":1}, expected text, a number'],
    ['nulls in arrays', { info: { a: [null, null] as never } }, 'info a: found null'],
    ['mixed arrays', { info: { a: [1, 'x'] } }, 'structure 1, info a: found [1,"x"]'],
    ['ragged arrays', { info: { a: [[1], [1, 2]] } }, 'a rectangular array of one type'],
    ['keys with a meaning of their own', { info: { Lattice: 1 } }, 'info key "Lattice"'],
    [
      'names with a colon',
      { arrays: { 'a:b': { kind: 'integer', columns: 1, values: Int32Array.of(1) } } },
      'array "a:b"',
    ],
  ])('refuses %s', (_, part, message) => {
    const fine = one('');
    expect(() => formatExtxyz([fine, { ...fine, ...part }])).toThrow(message);
  });
});

describe('extxyzBlocks', () => {
  it('are of bounded length, of a cell of a million atoms and of many small ones', () => {
    const count = 1_000_000;
    const positions = new Float64Array(3 * count).fill(1 / 3);
    const atom = one('');
    const large = { ...atom, species: new Array(count).fill('Si'), positions };
    let [atoms, longest] = [0, 0];
    for (const block of extxyzBlocks([large])) {
      longest = Math.max(longest, block.length);
      atoms += block.split('Si ').length - 1;
    }
    expect(atoms).toBe(count);
    expect(longest).toBeLessThan(2 ** 22);
    for (const block of extxyzBlocks(new Array(50_000).fill(atom))) expect(block.length).toBeLessThan(2 ** 22);
  });
});

describe('writeExtxyz', () => {
  it('writes what readExtxyz reads, gzip by extension', () => {
    const structures = [one('a=1'), one('Lattice="1 0 0 0 1 0 0 0 1" b=x')];
    for (const file of ['new/cells.extxyz', 'cells.xyz.gz'].map((f) => path.join(folder, f))) {
      writeExtxyz(file, structures);
      expect(readExtxyz(file)).toEqual(structures);
    }
    expect(gunzipSync(readFileSync(path.join(folder, 'cells.xyz.gz'))).toString()).toBe(formatExtxyz(structures));
  });
});

describe('against ASE', () => {
  const { frames } = JSON.parse(readFileSync(fixture('extxyz.json'), 'utf8')) as { frames: AseFrame[] };
  it('reads files that ASE wrote as ASE reads them', () => {
    const structures = readExtxyz(fixture('written-by-ase.extxyz'));
    expect(structures).toHaveLength(frames.length);
    structures.forEach((s, k) => {
      expect(s.species).toEqual(frames[k].species);
      expect(Array.from(s.lattice)).toEqual(frames[k].lattice);
      expect(s.pbc).toEqual(frames[k].pbc);
      expect(Array.from(s.positions)).toEqual(frames[k].positions);
      expect(s.info).toEqual(frames[k].info);
      const arrays = Object.entries(s.arrays).map(([key, { values }]) => [key, Array.from<unknown>(values)]);
      expect(Object.fromEntries(arrays)).toEqual(frames[k].arrays);
    });
  });
});

interface AseFrame {
  species: string[];
  lattice: number[];
  pbc: boolean[];
  positions: number[];
  info: Record<string, unknown>;
  arrays: Record<string, unknown[]>;
}

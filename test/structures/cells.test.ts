import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { cellFiles, expandCells, readCells, type Structure, splitCells, writeExtxyz } from '../../src/structures';

const folder = mkdtempSync(path.join(tmpdir(), 'cells-'));
afterAll(() => rmSync(folder, { recursive: true }));

const atom = (name?: string): Structure => ({
  lattice: new Float64Array(9),
  pbc: [false, false, false],
  species: ['Si'],
  positions: new Float64Array(3),
  info: name === undefined ? {} : { name },
  arrays: {},
});
const at = (...parts: string[]): string => path.join(folder, ...parts);
const names = (cells: Structure[]): unknown[] => cells.map((s) => s.info.name);
const supplied = Array.from({ length: 32 }, (_, k) => `a-Si-${String(k + 1).padStart(2, '0')}`);

mkdirSync(at('sub'));
writeExtxyz(at('cell-10.extxyz'), [atom()]);
writeExtxyz(at('cell-2.extxyz'), [atom(), atom(), atom('third')]);
writeExtxyz(at('packed.xyz.gz'), [atom('packed')]);
writeExtxyz(at('odd[1].extxyz'), [atom()]);
writeExtxyz(at('sub', 'deep.extxyz'), [atom()]);

describe('expandCells', () => {
  it('takes a path, a folder, a pattern, or several, each file once', () => {
    expect(expandCells(at('cell-2.extxyz'))).toEqual([at('cell-2.extxyz')]);
    expect(expandCells(folder)).toEqual(
      ['cell-2.extxyz', 'cell-10.extxyz', 'odd[1].extxyz', 'packed.xyz.gz'].map((f) => at(f)),
    );
    expect(expandCells(at('cell-*.extxyz'))).toEqual([at('cell-2.extxyz'), at('cell-10.extxyz')]);
    expect(expandCells(at('**/d*.extxyz'))).toEqual([at('sub', 'deep.extxyz')]);
    expect(expandCells([at('cell-10.extxyz'), at('cell-*.extxyz')])).toEqual([
      at('cell-10.extxyz'),
      at('cell-2.extxyz'),
    ]);
  });

  it('takes a path with the characters of patterns as it is, if it exists', () => {
    expect(expandCells(at('odd[1].extxyz'))).toEqual([at('odd[1].extxyz')]);
  });

  it('names what matches nothing', () => {
    expect(() => expandCells([at('cell-2.extxyz'), at('none-*.extxyz')])).toThrow(/none-\*\.extxyz'.*a pattern that/);
    expect(() => expandCells(at('none.extxyz'))).toThrow(/none\.extxyz'.*a file that exists/);
    expect(() => expandCells(at('none.extxyz'))).toThrow(InputError);
  });
});

describe('cellFiles', () => {
  it('gives the supplied cells, wherever the process runs', () => {
    const files = cellFiles({});
    expect(files.map((f) => path.basename(f))).toEqual(
      supplied.map((n) => `${n.replace('Si-', 'si-512-').toLowerCase()}.extxyz`),
    );
    expect(files.every((f) => path.isAbsolute(f))).toBe(true);
    expect(cellFiles({ GLASSY_CELLS: ' ' })).toEqual(files);
  });

  it('follows GLASSY_CELLS, several separated like PATH', () => {
    const GLASSY_CELLS = [at('cell-10.extxyz'), at('sub')].join(path.delimiter);
    expect(cellFiles({ GLASSY_CELLS })).toEqual([at('cell-10.extxyz'), at('sub', 'deep.extxyz')]);
  });

  it('finds relative paths from where npm was called', () => {
    expect(cellFiles({ GLASSY_CELLS: 'cell-*.extxyz', INIT_CWD: folder })).toEqual([
      at('cell-2.extxyz'),
      at('cell-10.extxyz'),
    ]);
  });

  it('names what matches nothing', () => {
    expect(() => cellFiles({ GLASSY_CELLS: `${folder}${path.delimiter}nowhere/*.xyz` })).toThrow(
      "GLASSY_CELLS: found no file for 'nowhere/*.xyz'",
    );
  });
});

describe('readCells', () => {
  it('names frames by their name, else by file and frame, and keeps the source', () => {
    const cells = readCells(at('cell-*.extxyz'));
    expect(names(cells)).toEqual(['cell-2', 'cell-2#2', 'third', 'cell-10']);
    expect(cells.map((s) => s.info.source)).toEqual([...Array(3).fill('cell-2.extxyz'), 'cell-10.extxyz']);
    expect(names(readCells(at('packed.xyz.gz')))).toEqual(['packed']);
  });
});

describe('splitCells', () => {
  it('divides the supplied cells by name, in whatever order', () => {
    const { train, validation, test } = splitCells(supplied.map(atom).reverse());
    expect(names(train)).toEqual(supplied.slice(0, 20));
    expect(names(validation)).toEqual(supplied.slice(20, 24));
    expect(names(test)).toEqual(supplied.slice(24));
  });

  it.each([
    [3, 1, 1],
    [10, 8, 1],
    [19, 17, 1],
    [20, 16, 2],
    [100, 80, 10],
  ])('divides %i other cells by order into %i for training and %i each held out', (count, train, held) => {
    const cells = Array.from({ length: count }, (_, k) => atom(`x${k}`));
    const split = splitCells(cells);
    expect([split.train, split.validation, split.test].map((part) => part.length)).toEqual([train, held, held]);
    expect([...split.train, ...split.validation, ...split.test]).toEqual(cells);
  });

  it('divides by index', () => {
    const cells = ['a', 'b', 'c', 'd'].map(atom);
    const split = splitCells(cells, { train: [3], validation: [0], test: [] });
    expect([names(split.train), names(split.validation), names(split.test)]).toEqual([['d'], ['a'], []]);
  });

  it('refuses too few cells, cells in two parts and indices out of range', () => {
    expect(() => splitCells([atom(), atom()])).toThrow('cells: found 2, expected at least 3');
    const cells = ['a', 'b', 'c'].map(atom);
    expect(() => splitCells(cells, { train: [0, 1], validation: [1], test: [2] })).toThrow('cell 1 a second time');
    expect(() => splitCells(cells, { train: [0], validation: [1] } as never)).toThrow('option test: found undefined');
    expect(() => splitCells(cells, { train: [0], val: [1], test: [2] } as never)).toThrow(
      'option val: found an unknown',
    );
    expect(() => splitCells(cells, { train: [0], validation: [1], test: [3] })).toThrow('option test: found index 3');
  });
});

describe('expandCells', () => {
  it('refuses an empty list and what is no path', () => {
    expect(() => expandCells([])).toThrow('cells: found an empty list');
    expect(() => expandCells(5 as never)).toThrow('cells: found number, expected paths or patterns');
  });
});

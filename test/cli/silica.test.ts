import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { motifsOfFrames } from '../../src/motifs/files/frames';
import { symbolsOf } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';
import { readExtxyz } from '../../src/structures/readStructures';
import { buildIfStale, glassy, temporaryFolder } from './process';

const CELL = path.join(__dirname, '../fixtures/structures/a-sio2-10Kps-1.extxyz.gz');
let folder = '';

const run = (line: string): string => {
  const { status, stdout, stderr } = glassy(folder, line.split(' '));
  expect({ line, status, stderr }).toMatchObject({ line, status: 0 });
  return stdout + stderr;
};
const motifs = (file: string): Motifs => motifsOfFrames(readExtxyz(path.join(folder, file)), file);

beforeAll(() => {
  buildIfStale();
  folder = temporaryFolder();
  fs.copyFileSync(CELL, path.join(folder, 'silica.extxyz.gz'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['Si', 'O=4,Si=4', ['Si', 'O', 'O', 'O', 'O', 'Si', 'Si', 'Si', 'Si']],
  ['O', 'Si=2,O=6', ['O', 'Si', 'Si', 'O', 'O', 'O', 'O', 'O', 'O']],
])('silica around %s, from the cell to judged motifs', (center, neighbors, row) => {
  const around = `--cutoff 5 --centers ${center} --neighbors ${neighbors}`;

  it('has the elements of its rows all the way', () => {
    run(`extract silica.extxyz.gz ${around} --take 300 -o motifs.extxyz`);
    run('train motifs.extxyz --epochs 3 --permutations all --seed 1 -o model.json');
    run('sample model.json -n 20 --seed 1 -o samples.extxyz');
    run(
      'infill model.json silica.extxyz.gz --cutoff 5 --atom ' + firstCenter(center) + ' --missing 3,7 -o filled.extxyz',
    );
    for (const file of ['motifs.extxyz', 'samples.extxyz', 'filled.extxyz']) {
      const set = motifs(file);
      expect(set.length).toBeGreaterThan(0);
      for (let m = 0; m < set.length; m++) expect(symbolsOf(set, m)).toEqual(row);
    }
    const said = run('evaluate samples.extxyz --reference motifs.extxyz --resamples 10 --novelty 0');
    expect(said).toContain('pair distance');
    expect(said).not.toMatch(/energy of the central atom +-?\d/);
    expect(said).toContain('O-Si');
  });
});

it('trains on no motifs that mix elements in a row, and says what to do', () => {
  const { status, stderr } = glassy(folder, ['train', 'silica.extxyz.gz', '--epochs', '1', '-o', 'no.json']);
  expect(status).toBe(1);
  expect(stderr).toContain('centers and neighbors');
  expect(fs.existsSync(path.join(folder, 'no.json'))).toBe(false);
});

/** The first atom of the element that has its motif. */
function firstCenter(element: string): number {
  const set = motifs('motifs.extxyz');
  expect(symbolsOf(set, 0)[0]).toBe(element);
  return set.atoms[0];
}

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modelFile, modelFolder } from '../../src/model/models';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'models-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
fs.writeFileSync(path.join(folder, 'mine.json'), '{}');

describe('modelFolder', () => {
  it('is the one asked for, else data/models of the package', () => {
    expect(modelFolder({ GLASSY_MODELS: folder })).toBe(folder);
    expect(modelFolder({})).toBe(path.resolve('data', 'models'));
    expect(modelFolder({ GLASSY_MODELS: ' ' })).toBe(path.resolve('data', 'models'));
  });

  it('leaves the supplied models alone when the cells are one’s own', () => {
    expect(modelFolder({ GLASSY_CELLS: 'mine.extxyz' })).toBe(path.resolve('report', 'models'));
    expect(modelFolder({ GLASSY_CELLS: ' ' })).toBe(path.resolve('data', 'models'));
    expect(modelFolder({ GLASSY_CELLS: 'mine.extxyz', GLASSY_MODELS: folder })).toBe(folder);
  });
});

describe('modelFile', () => {
  it('finds a model in the folder asked for', () => {
    expect(modelFile('mine', { GLASSY_MODELS: folder })).toBe(path.join(folder, 'mine.json'));
  });

  it('falls back on the supplied one where the folder has none', () => {
    const supplied = path.resolve('data', 'models', 'vae-none.json');
    expect(modelFile('vae-none', { GLASSY_MODELS: folder })).toBe(supplied);
    expect(modelFile('vae-none', {})).toBe(supplied);
  });

  it('names the models there are when it finds none', () => {
    expect(() => modelFile('yours', { GLASSY_MODELS: folder })).toThrow(/model: found "yours", expected one of mine/);
  });
});

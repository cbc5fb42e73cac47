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
});

describe('modelFile', () => {
  it('finds a model in the folder asked for', () => {
    expect(modelFile('mine', { GLASSY_MODELS: folder })).toBe(path.join(folder, 'mine.json'));
  });

  it('names the models there are when it finds none', () => {
    expect(() => modelFile('yours', { GLASSY_MODELS: folder })).toThrow(/model: found "yours", expected one of mine/);
  });
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/core/files';

describe('writeFileAtomic', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-files-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('writes text and bytes, makes missing folders and leaves nothing else behind', () => {
    const file = path.join(folder, 'a', 'b', 'x.txt');
    writeFileAtomic(file, 'å\n');
    expect(fs.readFileSync(file, 'utf8')).toBe('å\n');
    writeFileAtomic(file, new Uint8Array([1, 2]));
    expect([...fs.readFileSync(file)]).toEqual([1, 2]);
    expect(fs.readdirSync(path.dirname(file))).toEqual(['x.txt']);
  });

  it('leaves no temporary file when the target cannot be replaced', () => {
    const target = path.join(folder, 'taken');
    fs.mkdirSync(path.join(target, 'full'), { recursive: true });
    expect(() => writeFileAtomic(target, 'x')).toThrow();
    expect(fs.readdirSync(folder)).toEqual(['taken']);
  });
});

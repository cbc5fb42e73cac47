import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/core/files';
import { buildIfStale, canMount, inTmpfs, ROOT } from '../cli/process';

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

  it.runIf(fs.existsSync('/proc/self'))(
    'ends with an error where the system takes no folder, or a file is in the way',
    () => {
      expect(() => writeFileAtomic('/proc/none/x', 'a')).toThrow('/proc/none/x');
      const file = path.join(folder, 'x');
      writeFileAtomic(file, 'a');
      expect(() => writeFileAtomic(path.join(file, 'y', 'z'), 'b')).toThrow('a file that can be written');
    },
  );

  it('keeps links, also those to nothing yet, and modes', () => {
    const [file, link, dangling] = ['x', 'link', 'dangling'].map((name) => path.join(folder, name));
    fs.writeFileSync(file, 'old', { mode: 0o640 });
    fs.symlinkSync('x', link);
    fs.symlinkSync('later', dangling);
    writeFileAtomic(link, 'new');
    writeFileAtomic(dangling, 'first');
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
    expect(fs.statSync(file).mode & 0o777).toBe(0o640);
    expect([link, dangling].map((name) => fs.lstatSync(name).isSymbolicLink())).toEqual([true, true]);
    expect(fs.readFileSync(path.join(folder, 'later'), 'utf8')).toBe('first');
  });

  it('writes pieces as they come, and none of them if one fails', () => {
    const file = path.join(folder, 'x');
    writeFileAtomic(file, ['a', new Uint8Array([98]), 'c']);
    expect(fs.readFileSync(file, 'utf8')).toBe('abc');
    const failing = function* (): Generator<string> {
      yield 'd';
      throw new Error('no more');
    };
    expect(() => writeFileAtomic(file, failing())).toThrow('no more');
    expect(fs.readFileSync(file, 'utf8')).toBe('abc');
    expect(fs.readdirSync(folder)).toEqual(['x']);
  });

  it('removes what a killed write of the same file left an hour ago, and nothing else', () => {
    const names = ['.x.0123456789ab.tmp', '.x.ba9876543210.tmp', '.y.0123456789ab.tmp', '.x.notes.tmp'];
    for (const name of names) fs.writeFileSync(path.join(folder, name), '');
    const old = Date.now() / 1000 - 4000;
    for (const name of [names[0], names[2], names[3]]) fs.utimesSync(path.join(folder, name), old, old);
    writeFileAtomic(path.join(folder, 'x'), '');
    expect(fs.readdirSync(folder).sort()).toEqual([names[1], names[3], names[2], 'x']);
  });

  it.skipIf(!canMount).each([
    ['on a full disk', '', 'ENOSPC: no space left on device'],
    ['in a read-only folder', 'mount -o remount,ro . && cd . &&', 'EROFS: read-only file system'],
  ])('names the file %s (needs a namespace of its own for a small tmpfs)', (_, before, found) => {
    buildIfStale();
    const script = `
      const { writeFileAtomic } = require(${JSON.stringify(path.join(ROOT, 'dist', 'core', 'files.js'))});
      try { writeFileAtomic('kept', 'x'.repeat(1e6)); } catch ({ name, message }) { console.log(name, message); }
      console.log(require('fs').readdirSync('.'), require('fs').readFileSync('kept', 'utf8'));`;
    const run = `${before} "${process.execPath}" -e '${script.replace(/'/g, `"`)}'`;
    const { stdout } = inTmpfs(folder, `printf old > kept && ${run}`);
    expect(stdout).toBe(`InputError kept: found ${found}, expected a file that can be written\n[ 'kept' ] old\n`);
  });

  it('leaves no temporary file when the target cannot be replaced', () => {
    const target = path.join(folder, 'taken');
    fs.mkdirSync(path.join(target, 'full'), { recursive: true });
    expect(() => writeFileAtomic(target, 'x')).toThrow();
    expect(fs.readdirSync(folder)).toEqual(['taken']);
  });
});

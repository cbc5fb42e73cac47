import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  filesUnder,
  hashFiles,
  isStamped,
  readStamp,
  sweepTemporaries,
  wholeOf,
  writeAtomic,
  writeStamp,
} from '../../scripts/lib/project.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-project-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** @param {string} name @param {string} content */
function put(name, content) {
  const file = path.join(folder, name);
  writeAtomic(file, content);
  return file;
}
const hash = () => hashFiles(filesUnder(folder), [], folder);

describe('hashFiles', () => {
  it('does not depend on where the folder lies or when its files were written', () => {
    put('a/x.txt', 'one');
    put('b.txt', 'two');
    const before = hash();
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-project-'));
    fs.cpSync(folder, other, { recursive: true });
    expect(hashFiles(filesUnder(other), [], other)).toBe(before);
    fs.rmSync(other, { recursive: true });
  });

  it('changes with a content, a name, a new file and an extra word', () => {
    const file = put('x.txt', 'one');
    const hashes = [hash(), hashFiles(filesUnder(folder), ['word'], folder)];
    writeAtomic(file, 'two');
    hashes.push(hash());
    fs.renameSync(file, path.join(folder, 'y.txt'));
    hashes.push(hash());
    put('z.txt', '');
    hashes.push(hash());
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not take text that moved from one file to the next for the same', () => {
    put('a', 'xy');
    put('b', 'z');
    const before = hash();
    put('a', 'x');
    put('b', 'yz');
    expect(hash()).not.toBe(before);
  });
});

describe('filesUnder', () => {
  it('gives nothing for a path that is not there, and a file for itself', () => {
    expect(filesUnder(path.join(folder, 'none'))).toEqual([]);
    const file = put('one', '');
    expect(filesUnder(file)).toEqual([file]);
  });
});

describe('stamps', () => {
  it('hold for their key only, and only while their outputs exist', () => {
    const output = put('out', '');
    const stamp = path.join(folder, 'deep', 'stamp.json');
    expect(isStamped(stamp, 'k')).toBe(false);
    writeStamp(stamp, { key: 'k', outputs: [output] });
    expect(isStamped(stamp, 'k')).toBe(true);
    expect(isStamped(stamp, 'other')).toBe(false);
    fs.rmSync(output);
    expect(isStamped(stamp, 'k')).toBe(false);
  });

  it('that are damaged do not hold', () => {
    const stamp = put('stamp.json', '{"key": "k"');
    expect(readStamp(stamp)).toBeNull();
    expect(isStamped(stamp, 'k')).toBe(false);
  });
});

describe('what a stamp says was made', () => {
  it('counts as made while every file is as it was, and no longer once one is emptied, changed or gone', () => {
    const stamp = path.join(folder, '.stamps', 'a.json');
    const [page, table] = [put('page.html', 'page'), put('tables/t.csv', 'a,b')];
    const mark = () => writeStamp(stamp, { key: 'k', whole: wholeOf(stamp, [page, table]) });
    for (const harm of [
      () => fs.truncateSync(table),
      () => fs.writeFileSync(page, 'Page'),
      () => fs.rmSync(page, { force: true }),
    ]) {
      put('page.html', 'page');
      put('tables/t.csv', 'a,b');
      mark();
      expect(isStamped(stamp, 'k')).toBe(true);
      harm();
      expect(isStamped(stamp, 'k')).toBe(false);
    }
  });
});

describe('sweepTemporaries', () => {
  it('removes what killed writes left, files and folders, and nothing that is being written', () => {
    const gone = [`x.html.${2 ** 22 + 7}.tmp`, 'deep/.model.json.0a1b2c.tmp', 'wheel.4194311.tmp/lib'];
    const kept = [`y.html.${process.pid}.tmp`, '.z.json.0a1b2d.tmp', 'deep/a.tmp.json'];
    for (const name of [...gone, ...kept]) put(name, 'x');
    const longAgo = new Date(Date.now() - 3_600_000);
    fs.utimesSync(path.join(folder, 'deep/.model.json.0a1b2c.tmp'), longAgo, longAgo);
    expect(sweepTemporaries([folder, path.join(folder, 'none')])).toHaveLength(3);
    expect(filesUnder(folder).map((file) => path.relative(folder, file))).toEqual([...kept].sort());
  });
});

describe('writeAtomic', () => {
  it('leaves no temporary file where the target cannot be replaced', () => {
    put('target/inside', '');
    expect(() => writeAtomic(path.join(folder, 'target'), 'text')).toThrow();
    expect(fs.readdirSync(folder)).toEqual(['target']);
  });
});

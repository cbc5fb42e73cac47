import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { floatsFromBase64, floatsToBase64, parseSealed, readSealed, writeSealed } from '../../src/model/sealed';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sealed-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const content = { weights: 'abc', numbers: [1, 0.1, -1e-300], nested: { a: null } };

function written(name: string): string {
  const file = path.join(folder, name);
  writeSealed(file, 'test', 3, content);
  return file;
}

describe('sealed files', () => {
  it('come back as they were', () => {
    const file = written('a.json');
    expect(readSealed(file, 'test', 3)).toEqual(content);
    expect(parseSealed(fs.readFileSync(file, 'utf8'), 'text', 'test', 3)).toEqual(content);
  });

  it('refuse a missing file, another format, another version', () => {
    const file = written('b.json');
    expect(() => readSealed(path.join(folder, 'none.json'), 'test', 3)).toThrow(/none.json: found ENOENT/);
    expect(() => readSealed(file, 'other', 3)).toThrow(/format "test", expected a file of format 'other'/);
    expect(() => readSealed(file, 'test', 4)).toThrow(/version 3, expected version 4/);
  });

  it('refuse a file cut off anywhere', () => {
    const file = written('c.json');
    const text = fs.readFileSync(file, 'utf8').trimEnd();
    for (let length = 0; length < text.length; length += 7) {
      fs.writeFileSync(file, text.slice(0, length));
      expect(() => readSealed(file, 'test', 3)).toThrow(InputError);
    }
  });

  it('refuse a changed digit', () => {
    const file = written('d.json');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('0.1', '0.2'));
    expect(() => readSealed(file, 'test', 3)).toThrow(/checksum/);
  });

  it.each(['null', '[]', '3', '"text"', '{}'])('refuse the JSON %s', (text) => {
    const file = path.join(folder, 'e.json');
    fs.writeFileSync(file, text);
    expect(() => readSealed(file, 'test', 3)).toThrow(InputError);
  });

  it('carry single-precision numbers to the bit, little-endian', () => {
    const values = Float32Array.of(0, -0, 1.1, -3e-42, 3e38, -1);
    const back = floatsFromBase64(floatsToBase64(values), 6, 'x');
    expect(new Uint32Array(back.buffer)).toEqual(new Uint32Array(values.buffer));
    expect(Buffer.from(floatsToBase64(Float32Array.of(1)), 'base64')).toEqual(Buffer.from([0, 0, 0x80, 0x3f]));
    expect(() => floatsFromBase64(floatsToBase64(values), 5, 'weights')).toThrow(/weights: found 6 numbers/);
    const wrong = floatsToBase64(Float32Array.of(0, Number.NaN));
    expect(() => floatsFromBase64(wrong, 2, 'weights')).toThrow('weights[1]: found NaN, expected a finite number');
    expect(() => floatsFromBase64(undefined, 5, 'weights')).toThrow(/weights/);
    expect(() => floatsFromBase64('%', 5, 'weights')).toThrow('weights: found other text, expected base64 text');
  });
});

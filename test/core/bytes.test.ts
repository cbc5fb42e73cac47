import { describe, expect, it } from 'vitest';
import { crc32, fromBase64, latin1, toBase64, utf8 } from '../../src/core/bytes';

const bytes = Uint8Array.from({ length: 10_000 }, (_, k) => (k * 7) % 256);

describe('bytes', () => {
  it('become the text that Node makes of them, a byte order mark included', () => {
    expect(latin1(bytes)).toBe(Buffer.from(bytes).toString('latin1'));
    for (const text of ['\ufeffÅ', 'Å\ufffd', '']) expect(utf8(Buffer.from(text))).toBe(text);
    expect(utf8(bytes)).toBe(Buffer.from(bytes).toString('utf8'));
  });

  it('that no string holds are refused by the name of their file', () => {
    const many = { length: 2 ** 29 } as Uint8Array;
    expect(() => utf8(many, 'big.json')).toThrow('big.json: found 5.37e+8 bytes of text, expected at most 536,870,888');
  });

  it('pass through base 64 as through that of Node', () => {
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(() => fromBase64('%')).toThrow();
  });

  it('have the checksum that the standard states of its digits, in one piece or two', () => {
    const digits = Buffer.from('123456789');
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
    expect(crc32(Uint8Array.of())).toBe(0);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/sha256';

describe('sha256', () => {
  it("returns the standard's value for 'abc'", () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('agrees with Node on every length around a block, and on text beyond ASCII', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, k) => (k * 151) % 256);
    const contents = [...bytes.keys()].map((length) => bytes.subarray(0, length));
    for (const content of [...contents, 'Å → °', '']) {
      expect(sha256(content)).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });
});

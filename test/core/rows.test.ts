import { describe, expect, it } from 'vitest';
import { joined } from '../../src/core';

describe('arrays', () => {
  it('are joined', () => {
    const parts = [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)];
    expect(joined(Uint8Array, parts)).toEqual(Uint8Array.of(1, 2, 3));
    expect(joined(Uint8Array, [])).toEqual(Uint8Array.of());
  });
});

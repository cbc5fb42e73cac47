import { describe, expect, it } from 'vitest';
import { encodePng } from '../../src/notebook/png';

/** Pixels of a PNG file, four bytes each. */
function decoded(file: Uint8Array): { width: number; height: number; pixels: number[] } {
  const { decode, toRGBA8 } = require('upng-js') as {
    decode(bytes: ArrayBufferLike): { width: number; height: number };
    toRGBA8(image: object): ArrayBuffer[];
  };
  const image = decode(Uint8Array.from(file).buffer);
  return { width: image.width, height: image.height, pixels: [...new Uint32Array(toRGBA8(image)[0])] };
}

describe('encodePng', () => {
  it.each([1, 2, 3, 4, 15, 16, 255])('writes a picture of %i colors, rows that end within a byte included', (count) => {
    const palette = Array.from({ length: count }, (_, k) => (0xff000000 | (k * 65793)) >>> 0);
    const [width, height] = [37, 11];
    const indices = Uint8Array.from({ length: width * height }, (_, k) => (k * 7) % count);
    const file = encodePng({ palette, indices }, width, height);
    expect(decoded(file)).toEqual({ width, height, pixels: Array.from(indices, (k) => palette[k]) });
  });

  it('states size and a palette in its header, and checks itself', () => {
    const file = Buffer.from(encodePng({ palette: [0xff0000ff], indices: Uint8Array.of(0, 0) }, 2, 1));
    expect(file.subarray(1, 4).toString()).toBe('PNG');
    expect([file.readUInt32BE(16), file.readUInt32BE(20), file[25]]).toEqual([2, 1, 3]);
    // The checksum of an empty IEND, as every PNG file ends.
    expect(file.subarray(-4).toString('hex')).toBe('ae426082');
  });
});

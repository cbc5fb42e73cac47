import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceColors } from '../../src/notebook/palette';
import { encodePng } from '../../src/notebook/png';

/** Pixels of an opaque picture from colors 0xRRGGBB. */
function picture(colors: readonly number[]): Uint8Array {
  return Uint8Array.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255, 255]));
}

/** The file that UPNG.js makes of a picture in so many colors, one of them its transparent one. */
function oracle(pixels: Uint8Array, width: number, height: number, colors: number): Buffer {
  const { encode } = require('upng-js') as {
    encode(frames: ArrayBuffer[], width: number, height: number, colors: number): ArrayBuffer;
  };
  return Buffer.from(encode([Uint8Array.from(pixels).buffer], width, height, colors));
}

describe('reduceColors', () => {
  it('keeps a picture of few colors as it is, the most frequent first', () => {
    const { palette, indices } = reduceColors(picture([0x123456, 0xffffff, 0xffffff, 0x000000, 0xffffff, 0x123456]), 8);
    expect(palette).toEqual([0xffffffff, 0xff563412, 0xff000000]);
    expect([...indices]).toEqual([1, 0, 0, 2, 0, 1]);
  });

  it('takes a picture of one color, and one of a single pixel', () => {
    expect(reduceColors(picture([0xff0000, 0xff0000]), 255)).toEqual({
      palette: [0xff0000ff],
      indices: Uint8Array.of(0, 0),
    });
    expect(reduceColors(picture([0x0000ff]), 255).palette).toEqual([0xffff0000]);
  });

  it('reaches the number of colors asked for where there are more, most pixels near their own', () => {
    const colors = Array.from({ length: 64 * 64 }, (_, k) => ((k % 64) << 18) | ((k >> 6) << 10));
    const { palette, indices } = reduceColors(picture(colors), 255);
    expect(palette).toHaveLength(255);
    let off = 0;
    colors.forEach((color, k) => {
      const near = palette[indices[k]];
      off += Math.abs((near & 255) - (color >> 16)) + Math.abs(((near >> 8) & 255) - ((color >> 8) & 255));
    });
    // With 255 squares, 16 wide, it would be 8, 4 along each side; splitting at the mean makes some that are longer.
    expect(off / colors.length).toBeLessThan(16);
  });

  it('with encodePng makes the very file that UPNG.js makes', () => {
    // Few shades, as antialiasing gives, so that ties and all depths of the palette occur.
    const shade = fc.constantFrom(0, 1, 85, 127, 128, 170, 254, 255);
    const color = fc.tuple(shade, shade, shade).map(([r, g, b]) => (r << 16) | (g << 8) | b);
    const line = fc.tuple(color, fc.integer({ min: 1, max: 30 })).map(([value, length]) => Array(length).fill(value));
    const many = fc.array(line, { minLength: 1, maxLength: 60 }).map((lines) => lines.flat() as number[]);
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 17 }), fc.constantFrom(3, 5, 17, 256), (colors, width, most) => {
        // UPNG.js cuts off the file of a picture that has fewer bytes than a file has around it.
        const height = Math.ceil(Math.max(200, colors.length) / width);
        const pixels = picture(Array.from({ length: width * height }, (_, k) => colors[k] ?? 0xffffff));
        const file = Buffer.from(encodePng(reduceColors(pixels, most - 1), width, height));
        expect(file.equals(oracle(pixels, width, height, most))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

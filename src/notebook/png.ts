import type { PaletteImage } from './palette';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The bytes of a PNG file with a palette (W3C, Portable Network Graphics, 3rd edition, 2025). */
export function encodePng({ palette, indices }: PaletteImage, width: number, height: number): Uint8Array {
  // The first entry is transparent and used by no pixel.
  const colors = [0, ...palette];
  const depth = colors.length <= 2 ? 1 : colors.length <= 4 ? 2 : colors.length <= 16 ? 4 : 8;
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([depth, 3], 8);
  // Not node:zlib, which compresses differently on other machines: stored notebooks would change with it.
  const { deflate } = require('pako') as { deflate(data: Uint8Array): Uint8Array };
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', size),
    chunk('sRGB', Uint8Array.of(1)),
    chunk('PLTE', Uint8Array.from(colors.flatMap((color) => [color & 255, (color >> 8) & 255, (color >> 16) & 255]))),
    chunk(
      'tRNS',
      Uint8Array.from(colors, (color) => color >>> 24),
    ),
    chunk('IDAT', deflate(packRows(indices, width, height, depth))),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Rows of palette indices (counted without the transparent entry), each after its filter's number: none. */
function packRows(indices: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const stride = 1 + Math.ceil((width * depth) / 8);
  const rows = new Uint8Array(stride * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const bit = x * depth;
      rows[y * stride + 1 + (bit >> 3)] |= (indices[i] + 1) << (8 - depth - (bit & 7));
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

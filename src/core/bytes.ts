/** Text, base 64 and bytes, with what browsers and Node have in common. */

import { requireWithin } from './errors';

/** Characters of the longest string of V8. */
const LONGEST = 2 ** 29 - 24;

// A byte order mark is kept: readers name it as what they found.
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Throws {@link InputError} naming `source` for more bytes than a string holds. */
export function utf8(bytes: Uint8Array, source = 'text'): string {
  requireWithin(bytes.length, LONGEST, 'bytes of text', source);
  return UTF8.decode(bytes);
}

/** A character for each byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let k = 0; k < bytes.length; k += 4096) {
    // Not spread, which would go through them one by one.
    text += String.fromCharCode.apply(null, bytes.subarray(k, k + 4096) as unknown as number[]);
  }
  return text;
}

/** A byte for each character of {@link latin1}. */
export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Throws for text that is no base 64. */
export function fromBase64(text: string): Uint8Array {
  return fromLatin1(atob(text));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of gzip (CRC-32, ISO 3309) of bytes that follow those of another. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let k = 0; k < bytes.length; k++) crc = CRC_TABLE[(crc ^ bytes[k]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

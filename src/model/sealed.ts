import { fromBase64, toBase64 } from '../core/bytes';
import { InputError, requireFinite } from '../core/errors';
import { readText, writeFileAtomic } from '../core/files';
import { sha256 } from '../core/sha256';

/** A JSON file that names its format and carries a checksum over its content. */
interface SealedFile {
  format: string;
  version: number;
  checksum: string;
  content: unknown;
}

/** Writes `content` to a sealed JSON file, whole or not at all. */
export function writeSealed(file: string, format: string, version: number, content: object): void {
  const sealed: SealedFile = { format, version, checksum: sha256(JSON.stringify(content)), content };
  writeFileAtomic(file, `${JSON.stringify(sealed)}\n`);
}

/** {@link parseSealed} of a file. Throws InputError as that does, or if it cannot be read. */
export function readSealed(file: string, format: string, version: number): unknown {
  return parseSealed(readText(file), file, format, version);
}

/**
 * Content of the text of a sealed file.
 *
 * @throws InputError naming the file if it is no such file, has another version, or was changed
 */
export function parseSealed(text: string, file: string, format: string, version: number): unknown {
  const sealed = parse(text, file);
  if (sealed?.format !== format) {
    throw new InputError(file, `format ${JSON.stringify(sealed?.format) ?? 'absent'}`, `a file of format '${format}'`);
  }
  if (sealed.version !== version) {
    throw new InputError(file, `${format} version ${JSON.stringify(sealed.version)}`, `version ${version}`);
  }
  const checksum = sha256(JSON.stringify(sealed.content) ?? '');
  if (checksum !== sealed.checksum) {
    throw new InputError(file, `content with checksum ${checksum.slice(0, 12)}…`, `${sealed.checksum} as stored`);
  }
  return sealed.content;
}

function parse(text: string, file: string): SealedFile | null {
  try {
    return JSON.parse(text) as SealedFile;
  } catch {
    throw new InputError(file, 'text that is not whole JSON', 'a complete file');
  }
}

/** Float32 values as base64 of their little-endian bytes. */
export function floatsToBase64(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return toBase64(new Uint8Array(bytes.buffer));
}

/**
 * The values {@link floatsToBase64} wrote. Throws {@link InputError} naming `place` unless there are `length` of them,
 * all finite.
 */
export function floatsFromBase64(text: unknown, length: number, place: string): Float32Array {
  if (typeof text !== 'string') throw new InputError(place, typeof text, 'base64 text');
  const bytes = new DataView(bytesOf(text, place).buffer);
  const found = bytes.byteLength / 4;
  if (found !== length) throw new InputError(place, `${found} numbers`, `${length} numbers`);
  const values = Float32Array.from({ length }, (_, i) => bytes.getFloat32(4 * i, true));
  requireFinite(values, place);
  return values;
}

function bytesOf(text: string, place: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new InputError(place, 'other text', 'base64 text');
  }
}

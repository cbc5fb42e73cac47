import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { InputError, requireFinite } from '../core/errors';
import { writeFileAtomic } from '../core/files';

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

/**
 * Content of a sealed file.
 *
 * @throws InputError naming the file if it cannot be read, is no such file, has another version, or was changed
 */
export function readSealed(file: string, format: string, version: number): unknown {
  const sealed = parse(file);
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

function parse(file: string): SealedFile | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(file, (error as NodeJS.ErrnoException).code ?? String(error), 'a readable file');
  }
  try {
    return JSON.parse(text) as SealedFile;
  } catch {
    throw new InputError(file, 'text that is not whole JSON', 'a complete file');
  }
}

/** SHA-256 of text or bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Float32 values as base64 of their little-endian bytes. */
export function floatsToBase64(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i);
  });
  return bytes.toString('base64');
}

/**
 * The values {@link floatsToBase64} wrote. Throws {@link InputError} naming `place` unless there are `length` of them,
 * all finite.
 */
export function floatsFromBase64(text: unknown, length: number, place: string): Float32Array {
  if (typeof text !== 'string') throw new InputError(place, typeof text, 'base64 text');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 4 * length) throw new InputError(place, `${bytes.length / 4} numbers`, `${length} numbers`);
  const values = Float32Array.from({ length }, (_, i) => bytes.readFloatLE(4 * i));
  requireFinite(values, place);
  return values;
}

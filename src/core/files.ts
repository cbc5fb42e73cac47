import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The folder of this package, whatever the working directory. */
export const PACKAGE_ROOT: string = path.resolve(__dirname, '..', '..');

/** Writes a file whole or not at all: to a temporary name in the same folder, then renamed. Makes missing folders. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  const folder = path.dirname(path.resolve(file));
  fs.mkdirSync(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { PACKAGE_ROOT } from './files';

/** Version of this library, from its package.json. */
export function libraryVersion(): string {
  const file = path.join(PACKAGE_ROOT, 'package.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

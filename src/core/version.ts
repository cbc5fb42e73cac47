import * as fs from 'node:fs';
import * as path from 'node:path';

/** Version of this library, from its package.json. */
export function libraryVersion(): string {
  const file = path.join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

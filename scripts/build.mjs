import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { buildWasm } from './wasm.mjs';

const binaries = buildWasm();
// Not `npx tsc`: tslab brings an older compiler whose `tsc` takes that name in node_modules/.bin.
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of binaries) {
  if (file.startsWith('src')) fs.copyFileSync(file, file.replace(/^src/, 'dist'));
}

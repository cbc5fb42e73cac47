import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { buildWasm } from './wasm.mjs';

const binaries = buildWasm();
// Not `npx tsc`: tslab brings an older compiler whose `tsc` takes that name in node_modules/.bin.
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of binaries) {
  if (file.startsWith('src')) fs.copyFileSync(file, file.replace(/^src/, 'dist'));
}
// What earlier sources left would go into the package.
for (const file of fs.readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  const source = `src/${file.replace(/(\.d\.ts|\.js)(\.map)?$/, '')}`;
  if (/\.(js|ts|map)$/.test(file) && ![`${source}.ts`, `src/${file}`].some((name) => fs.existsSync(name))) {
    fs.rmSync(`dist/${file}`);
  }
}

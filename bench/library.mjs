import { createRequire } from 'node:module';
import * as path from 'node:path';

/** What is measured: the built library of the project `root`, its inner modules too, which no entry point exports. */
const MODULES = ['', 'structures', 'model', 'generate', 'diffusion', 'diffusion/graph', 'evaluate', 'materials'];

/** @param {string} root */
export function loadLibrary(root) {
  const load = createRequire(import.meta.url);
  return Object.assign({}, ...MODULES.map((name) => load(path.join(root, 'dist', name))));
}

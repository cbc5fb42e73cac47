import { createRequire } from 'node:module';
import * as path from 'node:path';

/** What is measured: the built library of the project `root`, its inner modules too, which no entry point exports. */
const MODULES = ['', 'structures', 'model', 'generate', 'diffusion', 'diffusion/graph', 'evaluate', 'materials'];

const load = createRequire(import.meta.url);

/** @param {string} root */
export function loadLibrary(root) {
  return Object.assign({}, ...MODULES.map((name) => load(path.join(root, 'dist', name))));
}

/**
 * An engine of the tests on TensorFlow.js, ready to compute.
 *
 * @param {string} root
 * @param {'model/engines/tensorflow' | 'diffusion/graph/reference'} name
 */
export async function loadReference(root, name) {
  const { rolldown } = await import('rolldown');
  const file = path.join(root, '.cache', 'bench', `${path.basename(name)}.cjs`);
  const bundle = await rolldown({ input: path.join(root, 'test', `${name}.ts`), platform: 'node' });
  await bundle.write({ file, format: 'cjs' });
  const reference = load(file);
  await reference.loadTensorFlow().ready;
  return reference;
}

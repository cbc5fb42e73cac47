import * as fs from 'node:fs';
import * as path from 'node:path';
import { inProject, SetupError, writeAtomic } from './project.mjs';

/** What the explorer's data/NAME.js hold. */
const DATA = {
  matched: ['models', 'matched.json'],
  talk: ['models', 'vae-none.json'],
  motifs: ['models', 'motifs.json'],
  cells: ['models', 'cells.json'],
  sio2: ['models', 'sio2.json'],
  silicon: ['a-si', 'a-si-512-01.extxyz'],
  silica: ['generated', 'sio2-600.extxyz'],
};

/** A module of the explorer with all that it imports, as one script. @param {string} name */
async function bundled(name) {
  const onLog = (/** @type {string} */ _, /** @type {{ message: string }} */ { message }) => {
    throw new SetupError(`explorer/${name}: ${message}`);
  };
  // Not before the set-up has installed it.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: inProject('explorer', name), platform: 'browser', onLog });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  return output[0].code;
}

/**
 * Writes the explorer: its page and, as scripts, which a page opened as a file may load, its data.
 * @param {string} folder
 */
export async function writeExplorer(folder) {
  const texts = Object.entries(DATA).map(([name, place]) => [
    name,
    fs.readFileSync(inProject('data', ...place), 'utf8'),
  ]);
  for (const [name, text] of [...texts, ['worker', await bundled('worker.ts')]]) {
    writeAtomic(
      path.join(folder, 'data', `${name}.js`),
      `explorerData(${JSON.stringify(name)}, ${JSON.stringify(text)});\n`,
    );
  }
  writeAtomic(path.join(folder, 'explorer.js'), await bundled('page.ts'));
  writeAtomic(path.join(folder, 'index.html'), fs.readFileSync(inProject('explorer', 'index.html')));
}

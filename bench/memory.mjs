import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadLibrary } from './library.mjs';

/**
 * Whether memory stays flat in long runs: node --expose-gc bench/memory.mjs, after npm run build. Prints heap and
 * external memory after garbage collection, the resident set, threads and descriptors; fails if, from a tenth of a run
 * to its end, heap and external memory grow by more than 10 MB, or threads, descriptors or temporary files by more than
 * 4.
 */
const root = path.resolve(import.meta.dirname, '..');
const library = loadLibrary(root);
const { motifFigure, renderPng } = createRequire(import.meta.url)(path.join(root, 'dist', 'notebook'));
const { Denoiser, extractEnvironments, infillMany, infillStructure, randomCell, readStructures, trainVae, Vae } =
  library;

if (global.gc === undefined) throw new Error('run as: node --expose-gc bench/memory.mjs');

const motifs = extractEnvironments(readStructures(path.join(root, 'data', 'a-si', 'a-si-512-01.extxyz')));

async function state() {
  for (let turn = 0; turn < 3; turn++) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const count = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).length : 0);
  return {
    heap: heapUsed / 1e6,
    external: external / 1e6,
    resident: rss / 1e6,
    threads: count('/proc/self/task'),
    descriptors: count('/proc/self/fd'),
    temporary: fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('glassy-motifs')).length,
  };
}

const shown = (at) =>
  Object.values(at)
    .map((value) => value.toFixed(0).padStart(11))
    .join('');

/** Looks after a tenth of the run, where all is loaded, and at the end. */
async function follow(name, count, run) {
  let begin;
  for await (const k of run(count)) if (k === Math.ceil(count / 10)) begin = await state();
  const end = await state();
  console.log(`${name.padEnd(44)}${shown(begin)}\n${''.padEnd(44)}${shown(end)}`);
  const grown = (part) => end[part] - begin[part];
  return grown('heap') + grown('external') <= 10 && ['threads', 'descriptors', 'temporary'].every((p) => grown(p) <= 4);
}

async function* epochs(count) {
  const vae = Vae.create({ atoms: 8 });
  for await (const { epoch } of trainVae(vae, { train: motifs }, { epochs: count })) yield epoch;
}

async function* motifFillings(count) {
  const vae = Vae.load(path.join(root, 'data', 'models', 'vae-none.json'));
  const problems = Array.from({ length: 100 }, (_, m) => {
    return { known: [0, 1, 2, 3, 4, 5], positions: motifs.positions.subarray(24 * m, 24 * m + 18) };
  });
  for (let done = 100; done <= count; done += 100) {
    infillMany(vae, problems, { restarts: 2, steps: 5, seed: done });
    yield done;
  }
}

async function* cellFillings(count) {
  const denoiser = Denoiser.create({ species: ['Si'], channels: 8, layers: 1, radial: 2, noiseLevels: 2 });
  const cell = randomCell({ atoms: 60, density: 2, species: 'Si', seed: 1 });
  for (let k = 1; k <= count; k++) {
    await infillStructure(denoiser, cell, { missing: 1 }, { samples: 1, steps: 2, relax: false, seed: k });
    yield k;
  }
  denoiser.dispose();
}

async function* figures(count) {
  for (let k = 1; k <= count; k++) {
    await renderPng(motifFigure([{ positions: motifs.positions.subarray(24 * k, 24 * k + 24) }], { bonds: 2.85 }));
    yield k;
  }
}

console.log(
  `${''.padEnd(44)}${Object.keys(await state())
    .map((name) => name.padStart(11))
    .join('')}   (MB; counts)`,
);
const flat = [
  await follow('300 epochs', 300, epochs),
  await follow('10,000 fillings of motifs', 10_000, motifFillings),
  await follow('10,000 fillings of cells', 10_000, cellFillings),
  await follow('500 figures', 500, figures),
];
process.exitCode = flat.every(Boolean) ? 0 : 1;

import * as path from 'node:path';
import { loadLibrary } from './library.mjs';

/** Nearest library motif of many queries: exact, up to rotation, reflection and relabelling. */
export const title = 'evaluation: exact nearest motifs of a library of 5,000';

const LIBRARY = 5000;
const QUERIES = 1000;

export async function run({ root }) {
  const library = loadLibrary(root);
  const { readStructures, extractEnvironments, placeRandomly, sampleMotifs, Vae } = library;
  const cells = Array.from({ length: 10 }, (_, i) => `a-si-512-${String(i + 1).padStart(2, '0')}.extxyz`);
  const structures = cells.flatMap((cell) => readStructures(path.join(root, 'data', 'a-si', cell)));
  const { n, length, positions } = extractEnvironments(structures, { cutoff: 4, count: 8 });
  const stride = 3 * n;
  // Held-out motifs against the rest, so that no query is in the library.
  const known = positions.subarray(0, Math.min(LIBRARY, length - QUERIES) * stride);
  const vae = await Vae.load(path.join(root, 'data/models/vae-none.json'));
  const generated = (await sampleMotifs(vae, QUERIES, { seed: 1 })).positions;
  const kinds = [
    ['held-out motifs', positions.subarray((length - QUERIES) * stride)],
    ['generated motifs (the plain model)', generated],
    ['motifs placed at random', placeRandomly(n, QUERIES / 8, { minDistance: 2.2, seed: 1 })],
  ];
  // What is not measured: compiling the kernels.
  library.nearestMotifs(positions.subarray(0, stride), known, n);
  for (const [name, queries] of kinds) measure(library.nearestMotifs, name, queries, known, n);
}

function measure(nearestMotifs, name, queries, known, n) {
  const count = queries.length / (3 * n);
  const size = known.length / (3 * n);
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  const { distances } = nearestMotifs(queries, known, n);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const whole = (10000 * 5000) / (count * size);
  console.log(`${name}: ${count} against ${size}, median distance ${distances.sort()[count >> 1].toFixed(3)} Å`);
  console.log(`  ${((user + system) / (count * size)).toFixed(2)} µs of processor time a pair; 10,000 against 5,000:`);
  console.log(
    `  ${(seconds * whole).toFixed(0)} s, ${(((user + system) / 1e6) * whole).toFixed(0)} s of processor time`,
  );
}

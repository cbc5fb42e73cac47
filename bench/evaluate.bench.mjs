import { createRequire } from 'node:module';
import * as path from 'node:path';

/** Nearest library motif of many queries: exact, up to rotation, reflection and relabelling. */
export const title = 'evaluation: exact nearest motifs of a library of 5,000';

const LIBRARY = 5000;
const QUERIES = 500;

export async function run({ root }) {
  const library = createRequire(import.meta.url)(path.join(root, 'dist'));
  const { readExtxyz, extractEnvironments, nearestMotifs } = library;
  const cells = Array.from({ length: 10 }, (_, i) => `a-si-512-${String(i + 1).padStart(2, '0')}.extxyz`);
  const structures = cells.flatMap((cell) => readExtxyz(path.join(root, 'data', 'a-si', cell)));
  const { count: n, length, positions } = extractEnvironments(structures, { cutoff: 4, count: 8 });
  const motifs = positions.subarray(0, LIBRARY * n * 3);
  const queries = positions.subarray((length - QUERIES) * n * 3);
  // Held-out motifs against the rest, so that no query is in the library.
  const known = motifs.subarray(0, Math.min(LIBRARY, length - QUERIES) * n * 3);
  const started = process.hrtime.bigint();
  const { distances } = nearestMotifs(queries, known, n);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const size = known.length / (3 * n);
  const sorted = distances.slice().sort();
  console.log(`${QUERIES} queries against ${size} motifs: ${seconds.toFixed(2)} s, ${format(seconds, QUERIES, size)}`);
  console.log(`10,000 against 5,000 at that rate: ${((seconds * 10000 * 5000) / (QUERIES * size)).toFixed(0)} s`);
  console.log(`median distance ${sorted[QUERIES / 2].toFixed(3)} Å`);
}

function format(seconds, queries, size) {
  return `${((seconds * 1e6) / (queries * size)).toFixed(2)} µs a pair`;
}

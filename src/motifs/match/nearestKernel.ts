/** The search of assembly/ in single precision on all threads: which library motif is the nearest of a query. */

import { Arena, createMemory, instantiateModule, moduleLoader, PAGE } from '../../core/wasm';
import { mostThreads, startWorkers } from '../../core/workers';
import { type MotifLibrary, type RecordPlaces, recordSizes, rowOrder, writeRecords } from './nearestRecords';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface NearestKernels {
  sizeOfScratch(atoms: number, block: number): number;
  work(job: number, scratch: number): void;
}

/** The nearest motif of a query, and which of its rows goes on each row of the query. */
export interface FoundMotif {
  motif: number;
  labels: Int32Array;
}

/** Fewest and most atoms that the search takes. */
export const FEWEST_ATOMS = 3;
export const MOST_ATOMS = 24;

/** Queries that walk through the library together. */
const BLOCK = 32;

/** Pairs from which on threads pay: starting one takes some 50 ms, and a pair 0.1 to 1 µs. */
const PAIRS_FOR_THREADS = 1e6;

/** Milliseconds to wait for the next worker to come up, usually some 50: one that comes later only begins later. */
const MOST_PATIENCE = 500;

/** Words of a job in assembly/layout.ts. */
const JOB = { bytes: 64, done: 7, stop: 8, begun: 9 };

/** The module over shared or unshared memory, compiled on the first call. */
export const nearestModule: (shared: boolean) => object = moduleLoader(() => require('./wasmBinary.js'));

/**
 * The nearest motif of each query, by the kernels on all threads: nearest but for rounding in single precision.
 *
 * @param threads by default all there are, if the work is worth it; no result depends on it
 */
export function searchLibrary(
  queries: MotifLibrary,
  library: MotifLibrary,
  reflections: boolean,
  threads: number = queries.length * library.length >= PAIRS_FOR_THREADS ? mostThreads() : 1,
): FoundMotif[] {
  const { n } = library;
  // The fourth powers in the tests must not leave the range of single precision.
  const scale = largestRadius(library.positions) || 1;
  const blocks = Math.ceil(queries.length / BLOCK);
  const count = Math.max(1, Math.min(threads, blocks));
  const shared = count > 1;
  const places = placeJob(queries, library, count);
  const memory = createMemory(places.size, shared);
  writeLibrary(memory.buffer, places.library, library, scale);
  writeRecords(memory.buffer, places.queries, queries, scale);
  const { job, results, library: known, queries: asked } = places;
  const words = new Int32Array(memory.buffer, job, JOB.bytes / 4);
  words.set([
    ...[n, Number(reflections), Number(library.species !== undefined), library.length, queries.length, BLOCK],
    ...[0, 0, 0, 0, known.records, known.screens, asked.records, asked.screens, results],
  ]);
  const module = nearestModule(shared);
  const stop = shared ? startWorkers(module, memory, job, job + 4 * JOB.stop, places.scratch.slice(1)) : () => {};
  // A worker does not come up while the thread that started it is in WebAssembly (Node 20).
  waitUntil(words, JOB.begun, count - 1, MOST_PATIENCE);
  (instantiateModule(module, memory) as NearestKernels).work(job, places.scratch[0]);
  waitUntil(words, JOB.done, blocks);
  stop();
  const found = new Int32Array(memory.buffer, results, (n + 1) * queries.length);
  return Array.from({ length: queries.length }, (_, q) => {
    const [motif, ...path] = found.subarray((n + 1) * q, (n + 1) * (q + 1));
    const [own, rows] = [rowOrder(queries, q), rowOrder(library, motif)];
    const labels = new Int32Array(n);
    path.forEach((row, k) => {
      labels[own[k]] = rows[row];
    });
    return { motif, labels };
  });
}

/** Records and screens of libraries that were searched, as what was prepared never changes. */
const packed = new WeakMap<MotifLibrary, Uint8Array>();

/** Writes the records of a library, or copies those of the search before. */
function writeLibrary(
  buffer: ArrayBuffer | SharedArrayBuffer,
  places: RecordPlaces,
  library: MotifLibrary,
  scale: number,
): void {
  const { records, screens, screenBytes } = places;
  const all = new Uint8Array(buffer, records, screens - records + Math.ceil(library.length / 4) * screenBytes);
  const known = packed.get(library);
  if (known) {
    all.set(known);
    return;
  }
  writeRecords(buffer, places, library, scale);
  packed.set(library, all.slice());
}

/** Sleeps until a counter reaches `value`, or stands still for `patience` milliseconds. */
function waitUntil(words: Int32Array, counter: number, value: number, patience?: number): void {
  for (let count = Atomics.load(words, counter); count < value; count = Atomics.load(words, counter)) {
    if (Atomics.wait(words, counter, count, patience) === 'timed-out') return;
  }
}

interface JobPlaces {
  job: number;
  library: RecordPlaces;
  queries: RecordPlaces;
  results: number;
  scratch: number[];
  size: number;
}

function placeJob(queries: MotifLibrary, library: MotifLibrary, threads: number): JobPlaces {
  const { recordBytes, screenBytes } = recordSizes(library.n);
  // The unshared module says the size for any memory.
  const sizes = instantiateModule(nearestModule(false), createMemory(PAGE, false)) as NearestKernels;
  const bytes = sizes.sizeOfScratch(library.n, BLOCK);
  const arena = new Arena();
  const placeMotifs = (count: number): RecordPlaces => ({
    records: arena.take(count * recordBytes),
    screens: arena.take(Math.ceil(count / 4) * screenBytes),
    recordBytes,
    screenBytes,
  });
  return {
    job: arena.take(JOB.bytes),
    library: placeMotifs(library.length),
    queries: placeMotifs(queries.length),
    results: arena.take(4 * queries.length * (library.n + 1)),
    scratch: Array.from({ length: threads }, () => arena.take(bytes)),
    size: arena.size,
  };
}

function largestRadius(positions: Float64Array): number {
  let most = 0;
  for (let c = 0; c < positions.length; c += 3) {
    most = Math.max(most, Math.hypot(positions[c], positions[c + 1], positions[c + 2]));
  }
  return most;
}

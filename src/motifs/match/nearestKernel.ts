/** The search of assembly/ in single precision on all threads: which library motifs may be the nearest of a query. */

import {
  Arena,
  createMemory,
  instantiateModule,
  type KernelMemory,
  moduleLoader,
  PAGE,
  whyUnloadable,
} from '../../core/wasm';
import { mostThreads, startWorkers } from '../../core/workers';
import { type MotifLibrary, type RecordPlaces, writeRecords } from './nearestRecords';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface NearestKernels {
  sizeOfRecord(atoms: number): number;
  sizeOfScreen(atoms: number): number;
  sizeOfScratch(atoms: number, block: number, motifs: number): number;
  work(job: number, scratch: number): void;
}

/** What the search found out about one query. */
export interface Candidates {
  /** A squared distance, Å², just above the least. */
  limit: number;
  /** Motifs within rounding of it, ascending; none if they are too many to tell. */
  motifs: number[];
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

/** Words of a job and of a result in assembly/layout.ts. */
const JOB = { bytes: 60, done: 6, stop: 7, begun: 8, share: 9, library: 10 };
const RESULT = { bytes: 48, ties: 8, first: 12 };
const MOST_TIES = 8;

/** The module over shared or unshared memory, compiled on the first call. */
export const nearestModule: (shared: boolean) => object = moduleLoader(() => require('./wasmBinary.js'));

/** Whether the search can run here. */
export function canSearch(): boolean {
  return whyUnloadable(() => nearestModule(false)) === undefined;
}

/** Options of {@link searchCandidates}. */
export interface CandidateOptions {
  reflections: boolean;
  /** As in `nearestMotifs`. */
  tolerance: number;
  /** By default all there are, if the work is worth it. No result depends on it. */
  threads?: number;
}

/** The motifs that may be the nearest of each query, by the kernels on all threads. */
export function searchCandidates(
  queries: MotifLibrary,
  library: MotifLibrary,
  options: CandidateOptions,
): Candidates[] {
  const worthwhile = queries.length * library.length >= PAIRS_FOR_THREADS;
  const { reflections, tolerance, threads = worthwhile ? mostThreads() : 1 } = options;
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
  const { job, results } = places;
  const words = new Int32Array(memory.buffer, job, JOB.bytes / 4);
  words.set([n, reflections ? 1 : 0, library.length, queries.length, BLOCK, 0, 0, 0, 0]);
  const { library: known, queries: asked } = places;
  words.set([known.records, asked.records, known.screens, asked.screens, results], JOB.library);
  new Float32Array(memory.buffer, job + 4 * JOB.share, 1)[0] = 1 / (1 + tolerance) ** 2;
  const module = nearestModule(shared);
  const stop = shared ? startWorkers(module, memory, job, job + 4 * JOB.stop, places.scratch.slice(1)) : () => {};
  // A worker does not come up while the thread that started it is in WebAssembly (Node 20).
  waitUntil(words, JOB.begun, count - 1, MOST_PATIENCE);
  (instantiateModule(module, memory) as NearestKernels).work(job, places.scratch[0]);
  waitUntil(words, JOB.done, blocks);
  stop();
  return readCandidates(memory, results, queries, scale);
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
  // Sizes are the kernels' to know; the unshared module tells them whatever the memory.
  const sizes = instantiateModule(nearestModule(false), createMemory(PAGE, false)) as NearestKernels;
  const recordBytes = sizes.sizeOfRecord(library.n);
  const screenBytes = sizes.sizeOfScreen(library.n);
  const bytes = sizes.sizeOfScratch(library.n, BLOCK, library.length);
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
    results: arena.take(queries.length * RESULT.bytes),
    scratch: Array.from({ length: threads }, () => arena.take(bytes)),
    size: arena.size,
  };
}

function readCandidates(memory: KernelMemory, results: number, queries: MotifLibrary, scale: number): Candidates[] {
  const { n, length, positions } = queries;
  return Array.from({ length }, (_, q) => {
    const at = results + q * RESULT.bytes;
    const distance = scale * Math.sqrt(new Float64Array(memory.buffer, at, 1)[0]);
    // The kernels' points are rounded by at most 2⁻²⁴ of their distance from the center, which moves no distance of
    // motifs by more than the sum of both norms times that.
    const norm = Math.hypot(...positions.subarray(3 * n * q, 3 * n * (q + 1)));
    const limit = (distance + 2e-6 * (norm + distance)) ** 2 + 1e-300;
    const [ties] = new Int32Array(memory.buffer, at + RESULT.ties, 1);
    const motifs = ties > MOST_TIES ? [] : Array.from(new Int32Array(memory.buffer, at + RESULT.first, ties));
    return { limit, motifs: motifs.sort((a, b) => a - b) };
  });
}

function largestRadius(positions: Float64Array): number {
  let most = 0;
  for (let c = 0; c < positions.length; c += 3) {
    most = Math.max(most, Math.hypot(positions[c], positions[c + 1], positions[c + 2]));
  }
  return most;
}

/** Threads that each run the `work` of a module on the shared memory until it returns or is stopped. */
import { requireInteger } from './errors';
import { environment, nodeRequire, os } from './node';
import type { KernelMemory } from './wasm';

/** A script in a string works from dist/, from sources under test, and bundled. */
const SCRIPT = `
const { workerData } = require('node:worker_threads');
const { module: compiled, memory, session, scratch } = workerData;
new WebAssembly.Instance(compiled, { env: { memory } }).exports.work(session, scratch, 1);
`;

/** Ends the threads of owners that were never disposed of. */
const abandoned = new FinalizationRegistry((stop: () => void) => stop());

/**
 * Threads worth using at once: as many as the environment variable GLASSY_THREADS says, or there are processors; 1
 * where there are no worker threads. Throws InputError for another value of the variable than a positive integer.
 */
export function mostThreads(): number {
  const said = environment.GLASSY_THREADS;
  if (said !== undefined) requireInteger(Number(said || Number.NaN), 'GLASSY_THREADS', 1);
  try {
    nodeRequire()('node:worker_threads');
    return said === undefined ? os.availableParallelism() : Number(said);
  } catch {
    return 1;
  }
}

/**
 * Starts one worker for each scratch area. The session neither waits for them nor depends on them: a worker takes part
 * once it is up, and one that cannot start only leaves the work to the others. They keep no process alive.
 *
 * @param module compiled for shared memory
 * @param session what they work on, the first argument of `work`
 * @param stopAt address of the flag that ends them
 * @param owner what they work for: they end when it is garbage
 * @returns what ends them
 */
export function startWorkers(
  module: object,
  memory: KernelMemory,
  session: number,
  stopAt: number,
  scratches: number[],
  owner?: object,
): () => void {
  if (scratches.length === 0) return () => {};
  const { Worker } = nodeRequire()('node:worker_threads') as typeof import('node:worker_threads');
  const workers = scratches.map((scratch) => {
    const workerData = { module, memory, session, scratch };
    const worker = new Worker(SCRIPT, { eval: true, workerData, execArgv: [], env: {} });
    worker.on('error', () => {});
    worker.unref();
    return worker;
  });
  const stop = (): void => {
    Atomics.store(new Int32Array(memory.buffer), stopAt / 4, 1);
    for (const worker of workers) void worker.terminate();
    workers.length = 0;
  };
  if (owner) abandoned.register(owner, stop);
  return stop;
}

/** The graph network on the kernels of assembly/: whole graphs forward and backward, on several threads. */
import { requireInteger } from '../../core/errors';
import { Arena, createMemory, instantiateModule, type KernelMemory, moduleLoader } from '../../core/wasm';
import { mostThreads, startWorkers } from '../../core/workers';
import { type GraphConfig, graphLayout, graphParameterCount, noiseWidth, pathsOf } from './config';
import { Jobs, type Kept, LOSS_AT, type Place, Plan, type ScratchSizes, type Task } from './fusedJobs';
import type { AtomGraph, GraphEngine, GraphTarget } from './network';
import { atAtoms } from './wanted';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface GraphKernels extends ScratchSizes {
  work(queue: number, scratch: number, worker: number): void;
  transpose(target: number, source: number, rows: number, columns: number): void;
}

/** Sizes and words of the structs in assembly/layout.ts and assembly/index.ts. */
const MODEL_BYTES = 52;
const QUEUE = {
  ...{ bytes: 40, round: 0, count: 1, ticket: 2, done: 3, stop: 4, active: 5, model: 6, jobs: 7, team: 8, workers: 9 },
};
const LAYER_WORDS = 16;
const LAYER_BLOCKS: readonly string[] = [
  ...['radial', 'mix0', 'mix1', 'mix2', 'left1', 'left2', 'right1', 'right2'],
  ...['hidden', 'hiddenNoise', 'hiddenBias', 'gates', 'gateBias'],
];
/** The ticket of a round that is not open. */
const CLOSED = 1 << 30;
/** Atoms of a task below which another thread loses more by waiting for the others than it gains. */
const WORTH_A_THREAD = 32;
/** Bytes of the first memory. */
const FIRST = 1 << 22;

const graphModule = moduleLoader(() => require('./wasmBinary.js'));

/** The network on WebAssembly. Results do not depend on the number of threads, to the bit. */
export class FusedGraph implements GraphEngine {
  readonly name = 'wasm';
  readonly #config: GraphConfig;
  readonly #threads: number;
  readonly #size: number;
  #memory: KernelMemory;
  #kernels: GraphKernels;
  #stop: () => void = () => {};
  readonly #queue: number;
  readonly #model: number;
  readonly #table: number;
  readonly #parameters: number;
  readonly #transposed: number;
  /** First byte that belongs to a batch. */
  readonly #batch: number;
  readonly #jobs: Jobs;
  #kept: Kept | undefined;

  /**
   * @param threads by default all there are
   * @throws InputError naming wrong threads; Error if the kernels cannot run here
   */
  constructor(config: GraphConfig, threads: number = mostThreads()) {
    requireInteger(threads, 'option threads', 1);
    this.#config = config;
    this.#threads = threads;
    this.#size = graphParameterCount(config);
    const arena = new Arena();
    this.#queue = arena.take(QUEUE.bytes);
    this.#model = arena.take(MODEL_BYTES);
    this.#table = arena.take(4 * LAYER_WORDS * config.layers);
    this.#parameters = arena.floats(this.#size);
    this.#transposed = arena.floats(this.#size);
    this.#batch = arena.size;
    this.#memory = this.#createMemory(Math.max(FIRST, arena.size));
    this.#kernels = this.#start();
    this.#jobs = new Jobs(config, this.#model, {
      scratchBytes: (...sizes) => this.#kernels.scratchBytes(...sizes),
    });
  }

  get description(): string {
    const threads = this.#threads > 1 ? `, ${this.#threads} threads` : '';
    return `WebAssembly engine: fused graph network, 128-bit SIMD${threads}`;
  }

  predict(parameters: Float32Array, graphs: readonly AtomGraph[], known?: AtomGraph): Float32Array[] {
    const kept = this.#keep(parameters, known);
    const plan = new Plan(kept?.end ?? this.#batch);
    const tasks = this.#jobs.predictions(graphs, known, kept, this.#threads);
    const team = teamFor(tasks, this.#threads);
    const places = this.#jobs.place(plan, tasks, { team });
    if (this.#reserve(plan.size)) {
      // What was kept is lost with the old memory; it is made again in the same place.
      this.#keep(parameters, known);
    }
    this.#floats(this.#parameters, this.#size).set(parameters);
    this.#write(plan);
    this.#run(places, team);
    return tasks.flatMap((task, k) => {
      const { atoms, places: rows, counts } = task.wanted;
      const noisy = this.#floats(places[k].output, 3 * counts[counts.length - 1]);
      const vectors = atAtoms(rows.length, atoms, noisy);
      let end = 0;
      return task.graphs.map(({ species }) => {
        end += 3 * species.length;
        return vectors.slice(end - 3 * species.length, end);
      });
    });
  }

  lossAndGradient(parameters: Float32Array, batch: readonly GraphTarget[]): { loss: number; gradient: Float32Array } {
    this.#kept = undefined;
    const plan = new Plan(this.#batch);
    const gradients = batch.map(() => plan.floats(this.#size));
    const tasks = batch.map((target) => this.#jobs.training(target));
    const places = this.#jobs.place(plan, tasks, { gradients });
    this.#reserve(plan.size);
    this.#floats(this.#parameters, this.#size).set(parameters);
    this.#transpose();
    this.#write(plan);
    this.#run(places);
    let loss = 0;
    const gradient = new Float32Array(this.#size);
    for (let q = 0; q < batch.length; q++) {
      loss += new DataView(this.#memory.buffer).getFloat64(places[q].job + LOSS_AT, true);
      const part = this.#floats(gradients[q], this.#size);
      for (let k = 0; k < gradient.length; k++) gradient[k] += part[k];
    }
    return { loss, gradient };
  }

  dispose(): void {
    this.#stop();
    this.#stop = () => {};
  }

  #createMemory(bytes: number): KernelMemory {
    return createMemory(bytes, this.#threads > 1);
  }

  /** Writes what stays the same into a new memory and starts the threads on it. */
  #start(): GraphKernels {
    const shared = this.#threads > 1;
    const { buffer } = this.#memory;
    this.#writeModel(buffer);
    const queue = new Int32Array(buffer, this.#queue);
    queue[QUEUE.ticket] = CLOSED;
    queue[QUEUE.model] = this.#model;
    this.#stop();
    const module = graphModule(shared);
    const others = new Array<number>(this.#threads - 1).fill(0);
    this.#stop = startWorkers(module, this.#memory, this.#queue, this.#queue + 4 * QUEUE.stop, others, this);
    return instantiateModule(module, this.#memory) as GraphKernels;
  }

  #writeModel(buffer: ArrayBufferLike): void {
    const { channels, layers, radial, cutoff, neighbors } = this.#config;
    const blocks = new Map(graphLayout(this.#config).map((block) => [block.name, block.offset]));
    const words = new Int32Array(buffer, this.#model);
    words.set([channels, layers, radial, noiseWidth(this.#config), this.#size]);
    words.set([this.#parameters, this.#transposed, this.#table], 5);
    words.set(
      ['embedding', 'noise', 'output'].map((name) => blocks.get(name) as number),
      8,
    );
    new Float32Array(buffer, this.#model + 44).set([cutoff, 1 / Math.sqrt(neighbors)]);
    const table = new Int32Array(buffer, this.#table);
    for (let t = 0; t < layers; t++) {
      table.set(
        LAYER_BLOCKS.map((name) => blocks.get(`${t}.${name}`) ?? -1),
        LAYER_WORDS * t,
      );
      table[LAYER_WORDS * t + LAYER_BLOCKS.length] = pathsOf(t).length;
    }
  }

  /** What is kept of known atoms in the memory, by these parameters; computes it unless it is there. */
  #keep(parameters: Float32Array, known: AtomGraph | undefined): Kept | undefined {
    if (!known) {
      this.#kept = undefined;
      return undefined;
    }
    const there = this.#floats(this.#parameters, this.#size);
    if (this.#kept?.known === known && same(parameters, there)) return this.#kept;
    const plan = new Plan(this.#batch);
    const kept = this.#jobs.keep(plan, known);
    this.#kept = kept;
    if (!kept) return undefined;
    const place = this.#jobs.placeKept(plan, kept);
    this.#reserve(plan.size);
    this.#kept = kept;
    this.#floats(this.#parameters, this.#size).set(parameters);
    this.#write(plan);
    this.#run([place]);
    return kept;
  }

  /** Makes the memory larger if there is no room for so many bytes, returns whether it did: it then is a new one. */
  #reserve(bytes: number): boolean {
    if (bytes <= this.#memory.buffer.byteLength) return false;
    this.#memory = this.#createMemory(1.3 * bytes);
    this.#kernels = this.#start();
    this.#kept = undefined;
    return true;
  }

  #write(plan: Plan): void {
    this.#close();
    plan.write(this.#memory.buffer);
  }

  #transpose(): void {
    for (const { name, rows, columns, offset } of graphLayout(this.#config)) {
      if (!/mix|left|right|hidden$|gates/.test(name)) continue;
      this.#kernels.transpose(this.#transposed + 4 * offset, this.#parameters + 4 * offset, rows, columns);
    }
  }

  /** Waits until no thread can still claim a graph of the last round. */
  #close(): void {
    const queue = new Int32Array(this.#memory.buffer, this.#queue);
    Atomics.store(queue, QUEUE.ticket, CLOSED);
    for (let active = Atomics.load(queue, QUEUE.active); active !== 0; active = Atomics.load(queue, QUEUE.active)) {
      Atomics.wait(queue, QUEUE.active, active);
    }
  }

  /** Does the jobs, which follow each other, with a team of up to so many threads for each. */
  #run(places: readonly Place[], most: number = 1): void {
    if (places.length === 0) return;
    const queue = new Int32Array(this.#memory.buffer, this.#queue);
    queue[QUEUE.jobs] = places[0].job;
    Atomics.store(queue, QUEUE.done, 0);
    // The threads of a team wait for each other: there must be as many.
    const started = 1 + Atomics.load(queue, QUEUE.workers);
    const team = Math.max(1, Math.min(most, Math.floor(started / places.length)));
    queue[QUEUE.team] = team;
    Atomics.store(queue, QUEUE.count, places.length * team);
    Atomics.store(queue, QUEUE.ticket, 0);
    // Waking other threads for nothing would cost more than a small job.
    if (places.length * team > 1) {
      Atomics.add(queue, QUEUE.round, 1);
      Atomics.notify(queue, QUEUE.round);
    }
    this.#kernels.work(this.#queue, 0, 0);
    this.#close();
  }

  #floats(at: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, count);
  }
}

/** Threads for each of these tasks, at most. */
function teamFor(tasks: readonly Task[], threads: number): number {
  const fewest = Math.min(...tasks.map(({ wanted }) => wanted.atoms.length));
  return Math.max(1, Math.floor(Math.min(threads / tasks.length, fewest / WORTH_A_THREAD)));
}

function same(a: Float32Array, b: Float32Array): boolean {
  const [x, y] = [a, b].map(({ buffer, byteOffset, length }) => new Int32Array(buffer, byteOffset, length));
  for (let k = 0; k < x.length; k++) if (x[k] !== y[k]) return false;
  return x.length === y.length;
}

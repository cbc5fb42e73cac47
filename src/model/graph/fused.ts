/** The graph network on the kernels of assembly/: whole graphs forward and backward, one thread a graph. */
import {
  Arena,
  compileModule,
  createMemory,
  type EmbeddedModule,
  instantiateModule,
  type KernelMemory,
  whyUnloadable,
} from '../../core/wasm';
import { mostThreads, startWorkers } from '../engines/wasmWorkers';
import { describeNoise, type GraphConfig, graphLayout, graphParameterCount, pathsOf } from './config';
import type { AtomGraph, GraphEngine, GraphTarget } from './network';
import { allWanted, atNoisyAtoms, type WantedPart, wantedPart } from './wanted';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface GraphKernels {
  scratchBytes(model: number, nodes: number, edges: number, gradient: number): number;
  work(queue: number, scratch: number, worker: number): void;
  transpose(target: number, source: number, rows: number, columns: number): void;
}

/** Sizes and words of the structs in assembly/layout.ts and assembly/index.ts. */
const MODEL_BYTES = 56;
const JOB_BYTES = 64;
const LOSS_AT = 56;
const QUEUE = { bytes: 32, round: 0, count: 1, ticket: 2, done: 3, stop: 4, active: 5, model: 6, jobs: 7 };
const LAYER_WORDS = 16;
const LAYER_BLOCKS: readonly string[] = [
  ...['radial', 'mix0', 'mix1', 'mix2', 'left1', 'left2', 'right1', 'right2'],
  ...['hidden', 'hiddenNoise', 'hiddenBias', 'gates', 'gateBias'],
];
/** The ticket of a round that is not open. */
const CLOSED = 1 << 30;
/** Bytes of the first memory. */
const FIRST = 1 << 22;

const modules = new Map<boolean, object>();

function graphModule(shared: boolean): object {
  let module = modules.get(shared);
  if (!module) {
    module = compileModule(require('./wasmBinary.js') as EmbeddedModule, shared);
    modules.set(shared, module);
  }
  return module;
}

/** Why the fused network cannot run here, or undefined if it can. */
export function whyNotFused(): string | undefined {
  return whyUnloadable(() => graphModule(false));
}

/** A graph with what is wanted of it, and for a loss what its vectors should be. */
type Task = WantedPart & Partial<GraphTarget>;

/** Where the parts of a task lie. */
interface Place {
  output: number;
  job: number;
}

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

  /** @param threads by default all there are */
  constructor(config: GraphConfig, threads: number = mostThreads()) {
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
  }

  get description(): string {
    const threads = this.#threads > 1 ? `, ${this.#threads} threads` : '';
    return `WebAssembly engine: fused graph network, 128-bit SIMD${threads}`;
  }

  predict(parameters: Float32Array, graphs: readonly AtomGraph[]): Float32Array[] {
    const tasks = graphs.map((graph) => wantedPart(graph, this.#config.layers));
    const places = this.#place(tasks, 0);
    this.#floats(this.#parameters, this.#size).set(parameters);
    this.#run(tasks.length);
    return graphs.map(({ noise }, k) => {
      const noisy = tasks[k].counts[this.#config.layers - 1];
      return atNoisyAtoms(noise, this.#floats(places[k].output, 3 * noisy));
    });
  }

  lossAndGradient(parameters: Float32Array, batch: readonly GraphTarget[]): { loss: number; gradient: Float32Array } {
    const gradients = this.#batch;
    const tasks = batch.map((target) => ({ ...target, ...allWanted(target.graph, this.#config.layers) }));
    const places = this.#place(tasks, gradients);
    this.#floats(this.#parameters, this.#size).set(parameters);
    this.#transpose();
    this.#run(batch.length);
    let loss = 0;
    const gradient = new Float32Array(this.#size);
    for (let q = 0; q < batch.length; q++) {
      loss += new DataView(this.#memory.buffer).getFloat64(places[q].job + LOSS_AT, true);
      const part = this.#floats(gradients + 4 * q * this.#size, this.#size);
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
    this.#stop = startWorkers(module, this.#memory, this.#queue, this.#queue + 4 * QUEUE.stop, others);
    return instantiateModule(module, this.#memory) as GraphKernels;
  }

  #writeModel(buffer: ArrayBufferLike): void {
    const { channels, lMax, layers, radial, noiseLevels, cutoff, neighbors } = this.#config;
    const blocks = new Map(graphLayout(this.#config).map((block) => [block.name, block.offset]));
    const words = new Int32Array(buffer, this.#model);
    words.set([channels, lMax, layers, radial, noiseLevels + 1, this.#size]);
    words.set([this.#parameters, this.#transposed, this.#table], 6);
    words.set(
      ['embedding', 'noise', 'output'].map((name) => blocks.get(name) as number),
      9,
    );
    new Float32Array(buffer, this.#model + 48).set([cutoff, 1 / Math.sqrt(neighbors)]);
    const table = new Int32Array(buffer, this.#table);
    for (let t = 0; t < layers; t++) {
      table.set(
        LAYER_BLOCKS.map((name) => blocks.get(`${t}.${name}`) ?? -1),
        LAYER_WORDS * t,
      );
      table[LAYER_WORDS * t + LAYER_BLOCKS.length] = pathsOf(this.#config, t).length;
    }
  }

  /** Lays out and writes the jobs of a batch, in a larger memory if there is no room. */
  #place(tasks: readonly Task[], gradients: number): Place[] {
    const arena = new Arena();
    arena.size = this.#batch;
    if (gradients) arena.floats(this.#size * tasks.length);
    const jobs = arena.take(JOB_BYTES * tasks.length);
    const places = tasks.map(({ graph }) => {
      const nodes = graph.species.length;
      const edges = graph.senders.length;
      const take = (values: number): number => arena.floats(values);
      const parts = {
        offsets: take(nodes + 1),
        senders: take(edges),
        vectors: take(3 * edges),
        species: take(nodes),
        noise: take(nodes * (this.#config.noiseLevels + 1)),
        output: take(3 * nodes),
        target: take(3 * nodes),
        weights: take(nodes),
        counts: take(this.#config.layers),
      };
      const scratch = arena.take(this.#kernels.scratchBytes(this.#model, nodes, edges, Number(gradients !== 0)));
      return { ...parts, scratch };
    });
    if (arena.size > this.#memory.buffer.byteLength) {
      this.#memory = this.#createMemory(1.3 * arena.size);
      this.#kernels = this.#start();
    }
    const { buffer } = this.#memory;
    this.#close();
    new Int32Array(buffer, this.#queue)[QUEUE.jobs] = jobs;
    return tasks.map((task, q) => {
      const { offsets, senders, vectors, species, noise, output, target, weights, counts, scratch } = places[q];
      const { graph } = task;
      const integers = (at: number, values: Int32Array): void => new Int32Array(buffer, at).set(values);
      integers(offsets, graph.offsets);
      integers(senders, graph.senders);
      this.#floats(vectors, graph.vectors.length).set(graph.vectors);
      integers(species, graph.species);
      integers(counts, task.counts);
      const levels = describeNoise(this.#config, graph.noise);
      this.#floats(noise, levels.length).set(levels);
      if (task.vectors && task.weights) {
        this.#floats(target, task.vectors.length).set(task.vectors);
        this.#floats(weights, task.weights.length).set(task.weights);
      }
      const job = jobs + JOB_BYTES * q;
      const gradient = gradients ? gradients + 4 * q * this.#size : 0;
      new Int32Array(buffer, job).set([
        ...[graph.species.length, graph.senders.length, offsets, senders, vectors, species, noise, output],
        ...[task.vectors ? target : 0, weights, gradient, scratch, counts],
      ]);
      return { output, job };
    });
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
    while (Atomics.load(queue, QUEUE.active) !== 0) {}
  }

  #run(count: number): void {
    const queue = new Int32Array(this.#memory.buffer, this.#queue);
    Atomics.store(queue, QUEUE.done, 0);
    Atomics.store(queue, QUEUE.count, count);
    Atomics.store(queue, QUEUE.ticket, 0);
    Atomics.add(queue, QUEUE.round, 1);
    Atomics.notify(queue, QUEUE.round);
    this.#kernels.work(this.#queue, 0, 0);
    this.#close();
  }

  #floats(at: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, count);
  }
}

import { Arena, createMemory, type KernelMemory, PAGE } from '../../core/wasm';
import { mostThreads } from '../../core/workers';
import { gramSize } from '../../motifs/gram';
import {
  type Batch,
  type DescendOptions,
  type Engine,
  inputSize,
  type LossConfig,
  type LossValue,
  outputSize,
  type SessionOptions,
  type TrainingSession,
  type VaeNetwork,
} from './engine';
import {
  accumulatorBytes,
  BLOCK,
  floatBits,
  groupCount,
  type PlacedNetwork,
  placeNetwork,
  SESSION,
  writeNetwork,
  writeSession,
} from './wasmLayout';
import { instantiate, type Kernels } from './wasmModule';
import { WasmSession } from './wasmSession';

/** Batches from which on a second thread is worth waking; see bench/engines.bench.mjs. */
const THREADED_BATCH = 256;
/** Rows sent to the kernels at a time, which bounds the memory. */
const ROWS = 8192;

let shared: Engine | undefined;

/**
 * The compute engine, made on the first call and shared after it: the kernels of assembly/, on one thread, and on more
 * in training with large batches. Throws an Error if they cannot run here.
 */
export function createEngine(): Engine {
  shared ??= new WasmEngine();
  return shared;
}

class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly #memory: KernelMemory = createMemory(PAGE, false);
  readonly #kernels: Kernels = instantiate(this.#memory, false);

  get description(): string {
    const threads = mostThreads();
    const training = threads > 1 ? `, ${threads} threads in training from batch ${THREADED_BATCH} on` : '';
    return `WebAssembly engine: fused kernels, 128-bit SIMD${training}`;
  }

  encode(network: VaeNetwork, grams: Float32Array): { mean: Float32Array; logVariance: Float32Array } {
    const { latent, variational } = network.config;
    const [mean, logVariance] = this.#rows(network, grams, inputSize(network.config), [latent, latent], (at, size) =>
      this.#kernels.encode(at.address, at.scratch, size, at.rows, at.results[0], at.results[1]),
    );
    return { mean, logVariance: variational ? logVariance : logVariance.fill(0) };
  }

  decode(network: VaeNetwork, latents: Float32Array): Float32Array {
    const { config } = network;
    const [outputs] = this.#rows(network, latents, config.latent, [outputSize(config)], (at, size) =>
      this.#kernels.decode(at.address, at.scratch, size, at.rows, at.results[0]),
    );
    return outputs;
  }

  /** Rows of `width` numbers through a kernel, to rows of as many numbers as `sizes` say. */
  #rows(
    network: VaeNetwork,
    rows: Float32Array,
    width: number,
    sizes: number[],
    perform: (at: { address: number; scratch: number; rows: number; results: number[] }, size: number) => void,
  ): Float32Array[] {
    const count = rows.length / width;
    const all = sizes.map((size) => new Float32Array(count * size));
    eachChunk(count, (first, size) => {
      const { placed, arena } = this.#place(network);
      const place = arena.floats(size * width);
      const results = sizes.map((columns) => arena.floats(size * columns));
      this.#write(network, placed, arena);
      this.#floats(place, size * width).set(rows.subarray(first * width, (first + size) * width));
      perform({ address: placed.address, scratch: placed.scratch[0], rows: place, results }, size);
      results.forEach((at, k) => {
        all[k].set(this.#floats(at, size * sizes[k]), first * sizes[k]);
      });
    });
    return all;
  }

  lossAndGradient(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue & { gradient: Float32Array } {
    const { value, gradient } = this.#loss(network, batch, loss, true);
    return { ...value, gradient: this.#floats(gradient, network.parameters.length).slice() };
  }

  evaluate(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue {
    return this.#loss(network, batch, loss, false).value;
  }

  #loss(network: VaeNetwork, batch: Batch, loss: LossConfig, withGradient: boolean) {
    const { variational } = network.config;
    const count = network.parameters.length;
    const groups = groupCount(batch.size);
    const { placed, arena } = this.#place(network);
    const session = arena.take(SESSION.bytes);
    const positions = arena.floats(batch.positions.length);
    const noise = variational && batch.noise ? arena.floats(batch.noise.length) : 0;
    const bytes = withGradient ? groups * accumulatorBytes(count) : 0;
    const accumulators = withGradient ? arena.take(bytes) : 0;
    const groupLosses = arena.take(16 * groups);
    const gradient = arena.floats(withGradient ? count + 4 : 0);
    this.#write(network, placed, arena);
    this.#floats(positions, batch.positions.length).set(batch.positions);
    if (noise && batch.noise) this.#floats(noise, batch.noise.length).set(batch.noise);
    new Uint8Array(this.#memory.buffer, accumulators, bytes).fill(0);
    writeSession(this.#memory.buffer, session, {
      ...{ network: placed.address, positions, environments: batch.size, batch: batch.size, groups },
      ...{ noise, accumulators, groupLosses, gradient },
      synchronized: Number(loss.head === 'synchronized'),
      beta: floatBits(variational ? loss.beta : 0),
    });
    this.#kernels.lossAndGradient(session, placed.scratch[0]);
    let reconstruction = 0;
    let kl = 0;
    const losses = new Float64Array(this.#memory.buffer, groupLosses, 2 * groups);
    for (let g = 0; g < groups; g++) {
      reconstruction += losses[2 * g];
      kl += losses[2 * g + 1];
    }
    return { value: { loss: reconstruction + loss.beta * kl, reconstruction, kl }, gradient };
  }

  descend(
    network: VaeNetwork,
    starts: Float32Array,
    targets: Float32Array,
    weights: Float32Array,
    { steps, learningRate, prior }: DescendOptions,
  ): { latents: Float32Array; objective: Float32Array } {
    const { atoms, latent } = network.config;
    const width = gramSize(atoms);
    const count = starts.length / latent;
    const result = { latents: new Float32Array(count * latent), objective: new Float32Array(count) };
    eachChunk(count, (first, size) => {
      const { placed, arena } = this.#place(network);
      const infill = arena.take(64);
      const points = arena.floats(size * latent);
      const aims = arena.floats(size * width);
      const masks = arena.floats(size * width);
      const objectives = arena.floats(size);
      const room = arena.take(4 * BLOCK * (2 * width + 4 * latent + 1));
      this.#write(network, placed, arena);
      const slice = (rows: Float32Array, columns: number) => rows.subarray(first * columns, (first + size) * columns);
      this.#floats(points, size * latent).set(slice(starts, latent));
      this.#floats(aims, size * width).set(slice(targets, width));
      this.#floats(masks, size * width).set(slice(weights, width));
      new Int32Array(this.#memory.buffer, infill).set([
        ...[placed.address, size, points, aims, masks, objectives, room, steps],
        ...[floatBits(learningRate), floatBits(prior)],
      ]);
      this.#kernels.descend(infill, placed.scratch[0]);
      result.latents.set(this.#floats(points, size * latent), first * latent);
      result.objective.set(this.#floats(objectives, size), first);
    });
    return result;
  }

  createSession(network: VaeNetwork, positions: Float32Array, options: SessionOptions): TrainingSession {
    const wanted = options.threads ?? (options.batchSize < THREADED_BATCH ? 1 : mostThreads());
    return new WasmSession(network, positions, options, Math.min(wanted, groupCount(options.batchSize)));
  }

  #place(network: VaeNetwork): { placed: PlacedNetwork; arena: Arena } {
    const arena = new Arena();
    return { placed: placeNetwork(arena, network.config), arena };
  }

  /** Makes room for all that was placed, and writes the network; views of the memory are made only after this. */
  #write(network: VaeNetwork, placed: PlacedNetwork, arena: Arena): void {
    const missing = arena.size - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    writeNetwork(this.#memory.buffer, placed, network.normalization, network.parameters);
  }

  #floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }
}

function eachChunk(count: number, perform: (first: number, size: number) => void): void {
  for (let first = 0; first < count; first += ROWS) perform(first, Math.min(ROWS, count - first));
}

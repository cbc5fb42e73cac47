import { seedHalves } from '../../core/random';
import { Arena, createMemory, type KernelMemory } from '../../core/wasm';
import { startWorkers } from '../../core/workers';
import { BETA1, BETA2, copyState, initialState } from './adam';
import {
  type LossValue,
  type OptimizerState,
  type SessionOptions,
  sampleSize,
  type TrainingSession,
  type VaeNetwork,
} from './engine';
import {
  accumulatorBytes,
  floatBits,
  groupCount,
  type PlacedNetwork,
  placeNetwork,
  SESSION,
  writeNetwork,
  writeSession,
} from './wasmLayout';
import { instantiate, type Kernels, kernelModule } from './wasmModule';

/** Parameters in one slice of the update, and the fewest slices a step is cut into. */
const SLICE = 256;
/** Samples times parameters between two looks at the event loop: a few tens of milliseconds on one thread. */
const STRETCH = 1e8;

/** Addresses of a session's arrays. */
interface Places {
  session: number;
  network: PlacedNetwork;
  positions: number;
  runs: number;
  rates: number;
  accumulators: number;
  groupLosses: number;
  gradient: number;
  firstMoment: number;
  secondMoment: number;
}

/** Training on the kernels: whole stretches of steps without leaving them. */
export class WasmSession implements TrainingSession {
  readonly stretch: number;
  readonly #kernels: Kernels;
  readonly #memory: KernelMemory;
  readonly #places: Places;
  readonly #options: SessionOptions;
  readonly #groups: number;
  readonly #count: number;
  readonly #stop: () => void;
  /** Steps handed to the kernels since the beginning, failed and skipped ones included. */
  #issued = 0;
  #step = 0;

  constructor(network: VaeNetwork, positions: Float32Array, options: SessionOptions, threads: number) {
    const { config, parameters } = network;
    const shared = threads > 1;
    const slices = Math.ceil(parameters.length / SLICE);
    this.#options = options;
    this.#count = parameters.length;
    this.#groups = groupCount(options.batchSize);
    this.stretch = Math.max(1, Math.ceil(STRETCH / (options.batchSize * parameters.length)));
    const arena = new Arena();
    const padded = parameters.length + 4;
    this.#places = {
      session: arena.take(SESSION.bytes),
      network: placeNetwork(arena, config, threads),
      positions: arena.floats(positions.length),
      rates: arena.floats(3 * this.stretch),
      runs: arena.floats(options.runs.length),
      accumulators: arena.take(this.#groups * accumulatorBytes(parameters.length)),
      groupLosses: arena.take(16 * this.#groups),
      gradient: arena.floats(padded),
      firstMoment: arena.floats(padded),
      secondMoment: arena.floats(padded),
    };
    this.#memory = createMemory(arena.size, shared);
    this.#kernels = instantiate(this.#memory, shared);
    writeNetwork(this.#memory.buffer, this.#places.network, network.normalization, parameters);
    new Float32Array(this.#memory.buffer, this.#places.positions).set(positions);
    new Int32Array(this.#memory.buffer, this.#places.runs).set(options.runs);
    this.#writeSession(network, positions.length / sampleSize(config), slices);
    this.restore(initialState(parameters));
    const { session } = this.#places;
    const others = this.#places.network.scratch.slice(1);
    const start = (): (() => void) =>
      startWorkers(kernelModule(true), this.#memory, session, session + SESSION.stop, others, this);
    this.#stop = others.length > 0 ? start() : () => {};
  }

  #writeSession(network: VaeNetwork, environments: number, slices: number): void {
    const { loss, batchSize, runs, seed } = this.#options;
    const [seedLow, seedHigh] = seedHalves(seed);
    const { session, network: placed, ...rest } = this.#places;
    writeSession(this.#memory.buffer, session, {
      ...rest,
      network: placed.address,
      ...{ environments, batch: batchSize, groups: this.#groups, slices, sliceSize: SLICE },
      ...{ draws: 1 + runs.length, seedLow, seedHigh, rateCount: this.stretch },
      synchronized: Number(loss.head === 'synchronized'),
      beta: floatBits(network.config.variational ? loss.beta : 0),
    });
  }

  async run(learningRates: ArrayLike<number>): Promise<LossValue & { failedAt?: number }> {
    const sums = this.#float64(this.#places.session + SESSION.sums, 2);
    sums.fill(0);
    for (let done = 0; done < learningRates.length; done += this.stretch) {
      if (done > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const length = Math.min(this.stretch, learningRates.length - done);
      const failed = this.#stretch(Array.from({ length }, (_, k) => learningRates[done + k]));
      if (failed !== undefined) return { ...this.#failedLoss(), failedAt: done + failed };
    }
    const steps = Math.max(1, learningRates.length);
    return this.#value(sums[0] / steps, sums[1] / steps);
  }

  /** One stretch of steps; returns the index of a failed one. */
  #stretch(rates: number[]): number | undefined {
    const table = this.#floats(this.#places.rates, 3 * this.stretch);
    rates.forEach((rate, k) => {
      const time = this.#step + k + 1;
      // The kernels' betas are single-precision, and the correction must be theirs.
      const corrections = [1 / (1 - Math.fround(BETA1) ** time), 1 / (1 - Math.fround(BETA2) ** time)];
      table.set([rate, ...corrections], 3 * ((this.#issued + k) % this.stretch));
    });
    const state = new Int32Array(this.#memory.buffer, this.#places.session);
    state[SESSION.origin / 4] = this.#step - this.#issued;
    this.#kernels.extend(this.#places.session, rates.length);
    this.#kernels.work(this.#places.session, this.#places.network.scratch[0], 0);
    const failed = state[SESSION.failed / 4];
    const index = failed ? failed - 1 - this.#issued : undefined;
    this.#issued += rates.length;
    this.#step += index ?? rates.length;
    if (failed) state[SESSION.failed / 4] = 0;
    return index;
  }

  /** The non-finite loss; also clears what the failed step left behind. */
  #failedLoss(): LossValue {
    const losses = this.#float64(this.#places.groupLosses, 2 * this.#groups);
    let reconstruction = 0;
    let kl = 0;
    for (let g = 0; g < this.#groups; g++) {
      reconstruction += losses[2 * g];
      kl += losses[2 * g + 1];
    }
    const bytes = this.#groups * accumulatorBytes(this.#count);
    new Uint8Array(this.#memory.buffer, this.#places.accumulators, bytes).fill(0);
    return this.#value(reconstruction, kl);
  }

  #value(reconstruction: number, kl: number): LossValue {
    return { loss: reconstruction + this.#options.loss.beta * kl, reconstruction, kl };
  }

  snapshot(): OptimizerState {
    const { network, firstMoment, secondMoment } = this.#places;
    return copyState({
      parameters: this.#floats(network.parameters),
      firstMoment: this.#floats(firstMoment),
      secondMoment: this.#floats(secondMoment),
      step: this.#step,
    });
  }

  restore(state: OptimizerState): void {
    const { network, firstMoment, secondMoment } = this.#places;
    this.#floats(network.parameters).set(state.parameters);
    this.#floats(firstMoment).set(state.firstMoment);
    this.#floats(secondMoment).set(state.secondMoment);
    this.#step = state.step;
  }

  dispose(): void {
    this.#stop();
  }

  #floats(address: number, length = this.#count): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  #float64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length);
  }
}

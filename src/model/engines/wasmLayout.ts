/** Where the kernels' data lie in memory: the structs of assembly/, and the scratch area of one thread. */
import type { Arena } from '../../core/wasm';
import { gramSize } from '../../motifs/gram';
import { coordinateScale, entryNormalization, type GramNormalization } from '../../motifs/normalizer';
import { inputSize, type NetworkConfig, outputSize, parameterCount, parameterLayout } from './engine';

/** Samples in a block, one line a neuron; as in assembly/network.ts. */
export const BLOCK = 64;
const NEURON = 4 * BLOCK;

/** Scratch offsets of one block, as assembly/network.ts names them. */
export interface ScratchLayout {
  bytes: number;
  layers: Int32Array;
  /** In the order of the struct's fields. */
  offsets: number[];
}

/** Lays out one block's activations: in the order in which the forward pass fills them. */
export function layoutScratch(config: NetworkConfig): ScratchLayout {
  const { atoms, hidden, latent, variational, rows } = config;
  const entries = inputSize(config);
  // Losses and divergences of the samples come first.
  let next = 2 * NEURON;
  const take = (neurons: number): number => {
    next += neurons * NEURON;
    return next - neurons * NEURON;
  };
  const positions = take(3 * atoms);
  const input = take(entries);
  const encoder = [input, ...hidden.map(take)];
  const heads = [take(latent), ...(variational ? [take(latent)] : [])];
  const noise = take(latent);
  const deviation = take(latent);
  const latents = take(latent);
  const decoder = [latents, ...[...hidden].reverse().map(take)];
  const output = take(outputSize(config));
  const target = rows ? take(rows.outputs) : input;
  const last = hidden[hidden.length - 1] ?? 0;
  const workspace = take(Math.max(16, last, entries + 3 * atoms));
  const weights = take(1);
  // One line before the words holds the step's key.
  const words = take(3 + atoms + latent + 1) + NEURON;
  const permutation = take(Math.ceil(atoms / BLOCK));

  const inputs = [...encoder.slice(0, -1), ...heads.map(() => encoder[encoder.length - 1]), ...decoder];
  const outputs = [...encoder.slice(1), ...heads, ...decoder.slice(1), output];
  const blocks = parameterLayout(config);
  const layers = outputs.flatMap((target, k) => {
    const { rows, columns, offset } = blocks[2 * k];
    const active = blocks[2 * k].name.match(/^(en|de)coder/) ? 1 : 0;
    return [rows, columns, offset, blocks[2 * k + 1].offset, inputs[k], target, active];
  });
  return {
    bytes: next,
    layers: Int32Array.from(layers),
    offsets: [...[positions, input, noise, deviation, latents, output, workspace, weights, words, permutation, target]],
  };
}

/** Addresses of a network in memory, and the scratch area of each thread. */
export interface PlacedNetwork {
  config: NetworkConfig;
  address: number;
  layers: number;
  parameters: number;
  scales: number;
  scratch: number[];
  layout: ScratchLayout;
}

/** Bytes of a network's struct. */
const NETWORK = 4 * 32;

/** Takes room for a network and the scratch areas of so many threads. */
export function placeNetwork(arena: Arena, config: NetworkConfig, threads = 1): PlacedNetwork {
  const layout = layoutScratch(config);
  return {
    config,
    layout,
    address: arena.take(NETWORK),
    layers: arena.take(4 * layout.layers.length),
    parameters: arena.floats(parameterCount(config) + 4),
    scales: arena.floats(2 * gramSize(config.atoms)),
    scratch: Array.from({ length: threads }, () => arena.take(layout.bytes)),
  };
}

/** Writes the struct, the layers and the parameters of a placed network. */
export function writeNetwork(
  buffer: ArrayBufferLike,
  placed: PlacedNetwork,
  normalization: GramNormalization,
  parameters: Float32Array,
): void {
  const { config, layout } = placed;
  new Int32Array(buffer, placed.address).set([
    config.atoms,
    inputSize(config),
    config.latent,
    outputSize(config),
    config.hidden.length,
    Number(config.decoder === 'cartesian'),
    Number(config.variational),
    parameters.length,
    placed.parameters,
    placed.layers,
    placed.scales,
    floatBits(coordinateScale(normalization)),
    ...layout.offsets,
  ]);
  new Int32Array(buffer, placed.layers).set(layout.layers);
  new Float32Array(buffer, placed.parameters).set(parameters);
  const { mean, deviation } = entryNormalization(normalization, config.atoms);
  const scales = new Float32Array(buffer, placed.scales, 2 * mean.length);
  mean.forEach((value, k) => {
    scales[2 * k] = 1 / deviation[k];
    // In single precision from the start, as the kernel would.
    scales[2 * k + 1] = -Math.fround(value) * scales[2 * k];
  });
}

/** The bits of a single-precision number, to be written among integers. */
export function floatBits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

/** The fields of Session in assembly/train.ts that stay as they are, in its order. */
const FIELDS =
  'network positions environments batch groups slices sliceSize draws runs seedLow seedHigh synchronized beta noise ' +
  'rates rateCount accumulators groupLosses gradient firstMoment secondMoment';

/** Byte offsets of the fields of Session that change. */
export const SESSION = { stop: 28, failed: 32, origin: 36, sums: 48, fixed: 64, bytes: 192 } as const;

/** Writes them; those that are not given are 0. */
export function writeSession(buffer: ArrayBufferLike, address: number, fields: Record<string, number>): void {
  new Int32Array(buffer, address + SESSION.fixed).set(FIELDS.split(' ').map((name) => fields[name] ?? 0));
}

/** Bytes of one group's accumulators: four lanes a parameter, and a line for the last slice to reach into. */
export function accumulatorBytes(parameters: number): number {
  return 16 * parameters + 64;
}

/**
 * Groups of blocks that a batch is cut into: the parts that threads can take. Fixed by the batch size alone, as the
 * order of summation must not depend on the threads.
 */
export function groupCount(batch: number): number {
  return Math.max(1, Math.min(16, Math.floor(batch / (2 * BLOCK))));
}

/**
 * What the kernels know of a network: sizes, and where things lie. Written by ../wasmLayout.ts, word for word in this
 * order; `usize` is 32 bits.
 *
 * Addresses inside a scratch area are offsets from its start. A scratch area holds one block of samples, neuron-major:
 * each neuron is a line of 64 numbers, one a sample. The last block of a batch may fill less of its lines, their
 * `width` in bytes, a multiple of the 16 samples that a kernel takes at once.
 */

/** Samples in a block, and bytes in a line. */
export const BLOCK: i32 = 64;
export const LINE: usize = 256;

/** Bytes of each line in use for so many samples. */
export function widthOf(samples: i32): usize {
  return (<usize>min(BLOCK, samples + 15) >> 4) << 6;
}

@unmanaged
export class Network {
  atoms: i32;
  /** Of a network of rows, without atoms: the length of those it reads. */
  gramSize: i32;
  latent: i32;
  outputs: i32;
  /** Hidden layers of the encoder; the decoder has as many. */
  hidden: i32;
  cartesian: i32;
  variational: i32;
  parameterCount: i32;
  /** Address of the flat parameters. */
  parameters: usize;
  /** Address of the layers: encoder, mean, log-variance (if any), decoder, output. */
  layers: usize;
  /** Address of the normalization, two numbers a Gram entry: 1/σ and −μ/σ. */
  scales: usize;
  coordinateScale: f32;
  /** Scratch offsets: positions (3n), encoder input (P), noise, standard deviation, z (latent each), output. */
  positions: usize;
  input: usize;
  noise: usize;
  deviation: usize;
  latents: usize;
  output: usize;
  /** Where the mean head puts its part of the gradient by the last hidden layer; also room for the loss heads. */
  workspace: usize;
  /** Weight of each sample in the loss: 1 / batch, or 0 where the batch has ended. */
  weights: usize;
  /** Words drawn for one block, a line each. */
  words: usize;
  /** n relabelled indices. */
  permutations: usize;
  /** Wanted output: the input, or the row given with it. */
  target: usize;
}

@unmanaged
export class Layer {
  rows: i32;
  columns: i32;
  /** Index of the first weight and the first bias in the flat parameters. */
  weights: i32;
  bias: i32;
  /** Scratch offsets. */
  input: usize;
  output: usize;
  /** Followed by tanh (1) or linear (0). */
  active: i32;
}

export const LAYER_BYTES: usize = 28;

export function layerAt(network: Network, index: i32): Layer {
  return changetype<Layer>(network.layers + <usize>index * LAYER_BYTES);
}

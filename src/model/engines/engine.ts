import type { GramNormalization } from '../../motifs/normalizer';

/** Shape of the network; sizes are data, never code. */
export interface NetworkConfig {
  /** Neighbors per environment, n; the encoder reads the P = n(n+1)/2 normalized Gram entries. 0 with `rows`. */
  atoms: number;
  /** Encoder hidden sizes; the decoder mirrors them. */
  hidden: number[];
  /** Latent size. */
  latent: number;
  /**
   * Output of the decoder: P normalized Gram entries, or n×3 coordinates in units of coordinateScale
   * (src/motifs/normalizer.ts).
   */
  decoder: 'gram' | 'cartesian';
  /** With a log-variance head and sampled latents (VAE), or a plain autoencoder. */
  variational: boolean;
  /** Hidden activation; heads and output are linear. */
  activation: 'tanh';
  /** Reads and decodes plain rows of so many numbers, whatever they mean, instead of Gram entries. */
  rows?: { inputs: number; outputs: number };
}

/** Numbers that the encoder reads of a sample. */
export function inputSize({ atoms, rows }: NetworkConfig): number {
  return rows ? rows.inputs : (atoms * (atoms + 1)) / 2;
}

/** Numbers that the decoder returns for a sample. */
export function outputSize(config: NetworkConfig): number {
  const { atoms, decoder, rows } = config;
  if (rows) return rows.outputs;
  return decoder === 'gram' ? inputSize(config) : 3 * atoms;
}

/** Numbers of a sample in training: n × 3 coordinates, or the row that is read and the one that is to be decoded. */
export function sampleSize({ atoms, rows }: NetworkConfig): number {
  return rows ? rows.inputs + rows.outputs : 3 * atoms;
}

/** A network as engines see it: shape, weights, and the normalization its inputs went through. */
export interface VaeNetwork {
  config: NetworkConfig;
  /** All weights, flat, in the order of {@link parameterLayout}. Engines never keep or change this array. */
  parameters: Float32Array;
  normalization: GramNormalization;
}

/** One weight matrix (rows = inputs, columns = outputs, row-major) or bias (rows = 1) inside the flat parameters. */
export interface ParameterBlock {
  name: string;
  rows: number;
  columns: number;
  offset: number;
}

/**
 * Where each weight lies: encoder layers, mean head, log-variance head (variational only), decoder layers, output;
 * each as weights then bias.
 */
export function parameterLayout(config: NetworkConfig): ParameterBlock[] {
  const blocks: ParameterBlock[] = [];
  let offset = 0;
  const add = (name: string, rows: number, columns: number): void => {
    blocks.push({ name: `${name}/weights`, rows, columns, offset });
    blocks.push({ name: `${name}/bias`, rows: 1, columns, offset: offset + rows * columns });
    offset += (rows + 1) * columns;
  };
  const encoder = [inputSize(config), ...config.hidden];
  for (let k = 1; k < encoder.length; k++) add(`encoder${k}`, encoder[k - 1], encoder[k]);
  const last = encoder[encoder.length - 1];
  add('mean', last, config.latent);
  if (config.variational) add('logVariance', last, config.latent);
  const decoder = [config.latent, ...[...config.hidden].reverse()];
  for (let k = 1; k < decoder.length; k++) add(`decoder${k}`, decoder[k - 1], decoder[k]);
  add('output', decoder[decoder.length - 1], outputSize(config));
  return blocks;
}

/** Length of the flat parameters. */
export function parameterCount(config: NetworkConfig): number {
  const blocks = parameterLayout(config);
  const last = blocks[blocks.length - 1];
  return last.offset + last.rows * last.columns;
}

/**
 * What the output is compared with, summed over entries, averaged over the batch.
 *
 * - `gram`: normalized Gram entries (of the output itself, or of its coordinates for a Cartesian decoder), or the row
 *   that is to be decoded;
 * - `synchronized`: min over rotations and reflections Q of ‖X − QX'‖²_F / scale² (Cartesian decoder only).
 *
 * Total = reconstruction + beta · KL, with KL summed over the latent.
 */
export interface LossConfig {
  head: 'gram' | 'synchronized';
  beta: number;
}

/** A batch whose randomness is already drawn; rows are samples. */
export interface Batch {
  size: number;
  /**
   * size × n × 3 neighbor positions in Å, already relabelled; Gram entries and normalization are the engine's work. For
   * a network of rows, size × (inputs + outputs).
   */
  positions: Float32Array;
  /** size × latent standard-normal draws (variational only). */
  noise?: Float32Array;
}

/** Batch means. */
export interface LossValue {
  loss: number;
  reconstruction: number;
  kl: number;
}

/** Adam's state beside the parameters. */
export interface OptimizerState {
  parameters: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  /** Moving average of the parameters, where one is kept. */
  average?: Float32Array;
  /** Steps done. */
  step: number;
}

/** What a training session needs besides the network. */
export interface SessionOptions {
  loss: LossConfig;
  batchSize: number;
  /** Where the runs of neighbors end that are relabelled among themselves for each sample (`relabelledRuns`). */
  runs: readonly number[];
  seed: number;
  /** Worker threads wanted (wasm engine); results do not depend on it. */
  threads?: number;
}

/**
 * A network in training; `V` is what is averaged over the steps of an epoch.
 *
 * Every draw of sample s in step t comes from a stream of its own, keyed by (seed, t, s): results depend neither on the
 * order nor on the number of threads, and resuming needs no generator state beyond the step. Steps count from 0: step t
 * draws with t = `step` of the state before it, and Adam's bias correction uses t + 1.
 *
 * - Key. The seed is a double; `low` and `high` are its 32-bit halves. With the finalizer
 *   mix(x): x ^= x >>> 16; x *= 0x21f0aaad; x ^= x >>> 15; x *= 0x735a2d97; x ^= x >>> 15  (mod 2³²)
 *   word k = 0 … 3 of the stream is
 *   mix(mix(mix(mix(low + (k + 1) · 0x9e3779b9) ^ high) ^ step) ^ sample):
 *   three of the four rounds are shared by a whole step (`streamKey`).
 * - Generator. xoshiro128** with these four words as its state (the generator of core/random).
 * - Integers below m: the high half of word · m (no rejection; the bias is below m · 2⁻³²).
 * - Order of draws: (1) the row, an integer below M; (2) the relabelling, Fisher–Yates from the identity, on one run
 *   of rows after the other; on start … end this is
 *   for i = end − 1 down to start + 1: swap entries i and start + integer(i − start + 1);
 *   (3) standard normals in pairs by Box–Muller, from u = ((word >>> 9) + ½) / 2²³, exact in single precision:
 *   √(−2 ln u₁) · cos 2πu₂, then · sin 2πu₂; the second of the last pair is dropped when the latent size is odd.
 */
export interface TrainingSession<V = LossValue> {
  /** Steps to run at a time so that the caller regains control every few tens of milliseconds; default 8. */
  readonly stretch?: number;
  /**
   * Runs one step for each learning rate, continuing from the current step, and returns the means over those steps.
   * Stops at the first step with a non-finite loss: `failedAt` is its index in `learningRates`.
   */
  run(learningRates: ArrayLike<number>): Promise<V & { failedAt?: number }>;
  snapshot(): OptimizerState;
  restore(state: OptimizerState): void;
  dispose(): void;
}

/** Options of {@link Engine.descend}. */
export interface DescendOptions {
  steps: number;
  learningRate: number;
  /** Weight of ½‖z‖² beside the masked difference. */
  prior: number;
}

/** A compute engine: all arithmetic of the network, nothing of files, epochs or notebooks. Batches are flat rows. */
export interface Engine {
  readonly name: string;
  /** One line for the user: which engine, which backend, how many threads, and why. */
  readonly description: string;
  /**
   * Normalized Gram rows (size × P) to posterior mean and log-variance (size × latent; log-variance all zero for a
   * plain autoencoder).
   */
  encode(network: VaeNetwork, grams: Float32Array): { mean: Float32Array; logVariance: Float32Array };
  /** Latent rows to output rows in network units (normalized Gram entries, or coordinates / scale). */
  decode(network: VaeNetwork, latents: Float32Array): Float32Array;
  /** Loss of a batch with given draws and its gradient by the parameters. Without noise the mean is decoded. */
  lossAndGradient(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue & { gradient: Float32Array };
  /** That loss alone, for validation. */
  evaluate(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue;
  /**
   * Minimizes the infilling objective Σ_k w_k (g_k(z) − t_k)² + ½ prior ‖z‖² from each latent row by Adam (0.9, 0.999,
   * 1e-8), keeping the best of each path's steps + 1 points: the start and the point after every step. g(z) are
   * normalized Gram entries of the decoded sample (through its coordinates for a Cartesian decoder); targets and
   * weights are size × P.
   */
  descend(
    network: VaeNetwork,
    starts: Float32Array,
    targets: Float32Array,
    weights: Float32Array,
    options: DescendOptions,
  ): { latents: Float32Array; objective: Float32Array };
  /** Starts training on M environments (positions M·n·3, Å), or M pairs of rows (M × (inputs + outputs)). */
  createSession(network: VaeNetwork, positions: Float32Array, options: SessionOptions): TrainingSession;
}

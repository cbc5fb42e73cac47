import type * as Tf from '@tensorflow/tfjs';
import { gramIndex } from '../../motifs/gram';
import { coordinateScale, entryNormalization } from '../../motifs/normalizer';
import { accumulateCovariance, rotationWork, solveRotation } from '../../motifs/rotation';
import { type LossConfig, type NetworkConfig, parameterLayout, type VaeNetwork } from './engine';

/** The network of the contract as TensorFlow.js operations; every function is called inside `tf.tidy`. */

type TensorFlow = typeof Tf;
export type Weights = Record<string, Tf.Tensor2D>;

/** The blocks of the flat parameters as tensors, in the order of the layout. */
export function weightTensors(tf: TensorFlow, network: VaeNetwork): Tf.Tensor2D[] {
  return parameterLayout(network.config).map(({ rows, columns, offset }) =>
    tf.tensor2d(network.parameters.slice(offset, offset + rows * columns), [rows, columns]),
  );
}

/** Weight tensors by the names of the layout. */
export function byName(config: NetworkConfig, tensors: Tf.Tensor[]): Weights {
  return Object.fromEntries(parameterLayout(config).map((block, k) => [block.name, tensors[k] as Tf.Tensor2D]));
}

/** Posterior mean and, for a variational network, log-variance of normalized Gram rows. */
export function encode(
  tf: TensorFlow,
  config: NetworkConfig,
  weights: Weights,
  grams: Tf.Tensor2D,
): { mean: Tf.Tensor2D; logVariance?: Tf.Tensor2D } {
  const last = hiddenLayers(tf, config, weights, 'encoder', grams);
  return {
    mean: dense(tf, weights, 'mean', last),
    logVariance: config.variational ? dense(tf, weights, 'logVariance', last) : undefined,
  };
}

/** Output rows in network units. */
export function decode(tf: TensorFlow, config: NetworkConfig, weights: Weights, latents: Tf.Tensor2D): Tf.Tensor2D {
  return dense(tf, weights, 'output', hiddenLayers(tf, config, weights, 'decoder', latents));
}

/** Normalized Gram rows of output rows: themselves, or the Gram entries of their coordinates. */
export function outputGrams(tf: TensorFlow, network: VaeNetwork, output: Tf.Tensor2D): Tf.Tensor2D {
  const { atoms: n, decoder } = network.config;
  if (decoder === 'gram') return output;
  const { mean, deviation } = entryNormalization(network.normalization, n);
  const area = coordinateScale(network.normalization) ** 2;
  // From the whole matrix X'X'ᵀ of scaled coordinates to normalized entries of its upper triangle.
  const matrix = new Float32Array(n * n * mean.length);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const k = gramIndex(i, j, n);
      matrix[(i * n + j) * mean.length + k] = area / deviation[k];
    }
  }
  const shift = Float32Array.from(mean, (value, k) => -value / deviation[k]);
  const coordinates = output.reshape([-1, n, 3]);
  const products = tf.matMul(coordinates, coordinates, false, true).reshape([-1, n * n]) as Tf.Tensor2D;
  return products.matMul(tf.tensor2d(matrix, [n * n, shift.length])).add(tf.tensor1d(shift)) as Tf.Tensor2D;
}

/** Σ of the squared differences of the batch that `head` names; `positions` are rows of n×3 in Å. */
export function squaredError(
  tf: TensorFlow,
  network: VaeNetwork,
  head: LossConfig['head'],
  output: Tf.Tensor2D,
  grams: Tf.Tensor2D,
  positions: Float32Array,
): Tf.Scalar {
  if (head === 'gram') return outputGrams(tf, network, output).sub(grams).square().sum();
  const n = network.config.atoms;
  const scale = coordinateScale(network.normalization);
  const reference = positions.map((x) => x / scale);
  // At the minimum over Q the derivative by Q vanishes along rotations: Q may be a constant in the gradient.
  const rotations = tf.tensor(synchronizing(reference, output.dataSync() as Float32Array, n)).reshape([-1, 3, 3]);
  const moved = tf.matMul(output.reshape([-1, n, 3]), rotations, false, true);
  return moved.sub(tf.tensor(reference, moved.shape)).square().sum();
}

/** The rotation or reflection Q of each sample that minimizes ‖X − X'Qᵀ‖, 9 entries row-major. */
function synchronizing(reference: Float32Array, moving: Float32Array, n: number): Float32Array {
  const size = reference.length / (3 * n);
  const rotations = new Float32Array(9 * size);
  const work = rotationWork();
  for (let s = 0; s < size; s++) {
    accumulateCovariance(work, reference, 3 * n * s, moving, 3 * n * s, n);
    solveRotation(work, true);
    rotations.set(work.rotation, 9 * s);
  }
  return rotations;
}

/** Σ over the batch of KL(N(mean, exp(logVariance)) ‖ N(0, 1)) = ½ Σ (σ² + μ² − 1 − ln σ²). */
export function divergence(mean: Tf.Tensor2D, logVariance: Tf.Tensor2D): Tf.Scalar {
  return logVariance.exp().add(mean.square()).sub(1).sub(logVariance).sum().mul(0.5);
}

function hiddenLayers(
  tf: TensorFlow,
  config: NetworkConfig,
  weights: Weights,
  name: 'encoder' | 'decoder',
  input: Tf.Tensor2D,
): Tf.Tensor2D {
  let rows = input;
  for (let k = 1; k <= config.hidden.length; k++) {
    rows = dense(tf, weights, `${name}${k}`, rows).tanh();
  }
  return rows;
}

/** A layer without its activation. */
export function dense(tf: TensorFlow, weights: Weights, name: string, input: Tf.Tensor2D): Tf.Tensor2D {
  return tf.matMul(input, weights[`${name}/weights`]).add(weights[`${name}/bias`]) as Tf.Tensor2D;
}

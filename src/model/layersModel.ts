import type * as Tf from '@tensorflow/tfjs';
import { gramSize } from '../motifs/gram';
import { coordinateScale } from '../motifs/normalizer';
import { inputSize, type Network, outputSize, type ParameterBlock, parameterLayout } from './engines/engine';
import { loadTensorFlow } from './engines/tensorflowRuntime';

/** A `tf.LayersModel`, as far as this library's types go; cast it to that type to use all of it. */
export interface LayersModel {
  // biome-ignore lint/suspicious/noExplicitAny: a tensor or several, whose types would pull TensorFlow.js in
  predict(inputs: any, options?: object): any;
  save(target: string): Promise<unknown>;
  summary(): void;
  dispose(): unknown;
}

/** Encoder ([mean] or [mean, log-variance]) and decoder. */
export interface LayersModelPair {
  encoder: LayersModel;
  decoder: LayersModel;
}

/**
 * Layers models of a network with the normalization folded into the first and the last weights, so that they take and
 * give physical units.
 */
export function createLayersModel(network: Network): LayersModelPair {
  const { tf } = loadTensorFlow();
  const { config } = network;
  const build = (name: string, units: number, activation?: 'tanh' | 'silu'): Tf.layers.Layer => {
    // 'swish' is TensorFlow.js's name of silu.
    const options = { units, name, activation: activation === 'silu' ? 'swish' : activation };
    return tf.layers.dense(options as Parameters<typeof tf.layers.dense>[0]);
  };
  const stack = (side: 'encoder' | 'decoder', input: Tf.SymbolicTensor): Tf.SymbolicTensor => {
    const sizes = side === 'encoder' ? config.hidden : [...config.hidden].reverse();
    return sizes.reduce(
      (last, units, k) => build(`${side}${k + 1}`, units, config.activation).apply(last) as Tf.SymbolicTensor,
      input,
    );
  };
  const grams = tf.input({ shape: [inputSize(config)], name: 'gram' });
  const last = stack('encoder', grams);
  const heads = config.variational ? ['mean', 'logVariance'] : ['mean'];
  const outputs = heads.map((name) => build(name, config.latent).apply(last) as Tf.SymbolicTensor);
  const latents = tf.input({ shape: [config.latent], name: 'latent' });
  const output = build('output', outputSize(config)).apply(stack('decoder', latents)) as Tf.SymbolicTensor;
  const encoder = tf.model({ inputs: grams, outputs });
  const decoder = tf.model({ inputs: latents, outputs: output });
  const blocks = physicalBlocks(network);
  for (const model of [encoder, decoder]) setWeights(tf, model, blocks);
  return { encoder, decoder };
}

interface Block extends ParameterBlock {
  values: Float64Array;
}

/** Weights by name, in double precision, with the normalization folded in. */
function physicalBlocks(network: Network): Map<string, Block> {
  const { config, parameters } = network;
  const blocks = new Map(
    parameterLayout(config).map((block): [string, Block] => {
      const values = Float64Array.from(parameters.subarray(block.offset, block.offset + block.rows * block.columns));
      return [block.name, { ...block, values }];
    }),
  );
  if (config.rows) return blocks;
  const { mean, deviation } = entryNormalization(network);
  const first = config.hidden.length > 0 ? ['encoder1'] : config.variational ? ['mean', 'logVariance'] : ['mean'];
  for (const name of first) foldInput(blocks, name, mean, deviation);
  const outputs = blocks.get('output/bias')!.columns;
  const scale = coordinateScale(network.normalization);
  const cartesian = config.decoder === 'cartesian';
  foldOutput(
    blocks,
    'output',
    cartesian ? new Float64Array(outputs) : mean,
    cartesian ? new Float64Array(outputs).fill(scale) : deviation,
  );
  return blocks;
}

/** W · (x − mean) / deviation + b as one linear map of x. */
function foldInput(blocks: Map<string, Block>, name: string, mean: Float64Array, deviation: Float64Array): void {
  const { rows, columns, values } = blocks.get(`${name}/weights`)!;
  const bias = blocks.get(`${name}/bias`)!.values;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      values[i * columns + j] /= deviation[i];
      bias[j] -= mean[i] * values[i * columns + j];
    }
  }
}

/** deviation · (W x + b) + mean as one linear map of x. */
function foldOutput(blocks: Map<string, Block>, name: string, mean: Float64Array, deviation: Float64Array): void {
  const { values, columns } = blocks.get(`${name}/weights`)!;
  const bias = blocks.get(`${name}/bias`)!.values;
  for (let i = 0; i < values.length; i++) values[i] *= deviation[i % columns];
  for (let j = 0; j < columns; j++) bias[j] = deviation[j] * bias[j] + mean[j];
}

function entryNormalization(network: Network): { mean: Float64Array; deviation: Float64Array } {
  const n = network.config.atoms;
  const { meanDiagonal, deviationDiagonal, meanOffDiagonal, deviationOffDiagonal } = network.normalization;
  const mean = new Float64Array(gramSize(n)).fill(meanOffDiagonal);
  const deviation = new Float64Array(gramSize(n)).fill(deviationOffDiagonal);
  for (let i = 0, k = 0; i < n; k += n - i, i++) {
    mean[k] = meanDiagonal;
    deviation[k] = deviationDiagonal;
  }
  return { mean, deviation };
}

function setWeights(tf: typeof Tf, model: Tf.LayersModel, blocks: Map<string, Block>): void {
  for (const layer of model.layers) {
    const weights = blocks.get(`${layer.name}/weights`);
    const bias = blocks.get(`${layer.name}/bias`);
    if (!weights || !bias) continue;
    tf.tidy(() => {
      const matrix = tf.tensor2d(Float32Array.from(weights.values), [weights.rows, weights.columns]);
      layer.setWeights([matrix, tf.tensor1d(Float32Array.from(bias.values))]);
    });
  }
}

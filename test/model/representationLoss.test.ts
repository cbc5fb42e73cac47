import type * as Tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { type NetworkConfig, parameterCount, parameterLayout } from '../../src/model/engines/engine';
import { byName, decode, divergence, encode, weightTensors } from '../../src/model/engines/tensorflowNetwork';
import { loadTensorFlow } from '../../src/model/engines/tensorflowRuntime';
import { lossAndGradient, type RowBatch } from '../../src/model/representationLoss';

interface Case extends NetworkConfig {
  inputs: number;
  outputs: number;
}

const NONE = { meanDiagonal: 0, deviationDiagonal: 1, meanOffDiagonal: 0, deviationOffDiagonal: 1 };

/** The same by TensorFlow's own differentiation. */
function differentiated(tf: typeof Tf, config: Case, parameters: Float32Array, batch: RowBatch, beta: number) {
  const network = { config, parameters, normalization: NONE };
  const rows = (values: Float32Array): Tf.Tensor2D => tf.tensor2d(values, [batch.size, values.length / batch.size]);
  const total = (...tensors: Tf.Tensor[]): Tf.Scalar => {
    const weights = byName(config, tensors);
    const { mean, logVariance } = encode(tf, config, weights, rows(batch.inputs));
    if (!logVariance) throw new Error('unreachable: these networks are variational');
    const latents = mean.add(logVariance.mul(0.5).exp().mul(rows(batch.noise))) as Tf.Tensor2D;
    const output = decode(tf, config, weights, latents);
    const reconstruction = output.sub(rows(batch.targets)).square().sum().div(batch.size);
    return reconstruction.add(divergence(mean, logVariance).div(batch.size).mul(beta)) as Tf.Scalar;
  };
  const tensors = weightTensors(tf, network);
  const gradient = new Float32Array(parameters.length);
  const blocks = tf.grads(total)(tensors);
  parameterLayout(config).forEach(({ offset }, k) => {
    gradient.set(blocks[k].dataSync() as Float32Array, offset);
  });
  return { network, gradient, loss: total(...tensors).dataSync()[0] };
}

describe('lossAndGradient of rows', () => {
  const shape = { atoms: 2, decoder: 'gram', variational: true, activation: 'tanh' } as const;
  it.each([
    { hidden: [9, 5], latent: 3, inputs: 7, outputs: 4, size: 8 },
    { hidden: [6], latent: 2, inputs: 3, outputs: 11, size: 13 },
    { hidden: [], latent: 2, inputs: 4, outputs: 4, size: 3 },
  ])('is what TensorFlow gives by itself, to the bit: %o', async ({ size, ...sizes }) => {
    const { tf, ready } = loadTensorFlow();
    await ready;
    const config: Case = { ...shape, ...sizes };
    const rng = createRng(1);
    const normals = (count: number): Float32Array => Float32Array.from({ length: count }, () => rng.normal());
    const parameters = normals(parameterCount(config)).map((x) => 0.4 * x);
    const [inputs, targets] = [size * config.inputs, size * config.outputs].map(normals);
    const batch = { size, inputs, targets, noise: normals(size * config.latent) };
    const { network, gradient, loss } = differentiated(tf, config, parameters, batch, 0.3);
    const found = lossAndGradient(tf, network, batch, 0.3);
    expect(found.gradient).toEqual(gradient);
    expect(found.loss).toBeCloseTo(loss, 4);
    expect(found.loss).toBeCloseTo(found.reconstruction + 0.3 * found.kl, 6);
  });
});

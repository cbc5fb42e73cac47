import type * as Tf from '@tensorflow/tfjs';
import { gramSize, gramVectors } from '../../motifs/gram';
import { GramNormalizer } from '../../motifs/normalizer';
import { adamStep, copyState, initialState } from './adam';
import {
  type Batch,
  type DescendOptions,
  type Engine,
  inputSize,
  type LossConfig,
  type LossValue,
  type SessionOptions,
  sampleSize,
  type TrainingSession,
  type VaeNetwork,
} from './engine';
import { drawBatch } from './streams';
import { byName, decode, divergence, encode, outputGrams, squaredError, weightTensors } from './tensorflowNetwork';
import { loadTensorFlow } from './tensorflowRuntime';

/** The reference engine: the contract in TensorFlow.js, gradients by its automatic differentiation. */
export function createTensorFlowEngine(): Engine {
  const runtime = loadTensorFlow();
  const { tf } = runtime;
  const engine: Engine = {
    name: 'tensorflow',
    get description() {
      return `TensorFlow.js engine: ${runtime.description}`;
    },
    encode: (network, grams) => encodeRows(tf, network, grams),
    decode: (network, latents) => decodeRows(tf, network, latents),
    lossAndGradient: (network, batch, loss) => lossAndGradient(tf, network, batch, loss),
    evaluate: (network, batch, loss) => evaluate(tf, network, batch, loss),
    descend: (network, starts, targets, weights, options) => descend(tf, network, starts, targets, weights, options),
    createSession: (network, positions, options) => createSession(runtime, network, positions, options),
  };
  return engine;
}

type TensorFlow = typeof Tf;

function encodeRows(tf: TensorFlow, network: VaeNetwork, grams: Float32Array) {
  const { config } = network;
  return tidy(tf, () => {
    const weights = byName(config, weightTensors(tf, network));
    const { mean, logVariance } = encode(tf, config, weights, rows(tf, grams, inputSize(config)));
    const means = mean.dataSync() as Float32Array;
    return {
      mean: means,
      logVariance: logVariance ? (logVariance.dataSync() as Float32Array) : new Float32Array(means.length),
    };
  });
}

function decodeRows(tf: TensorFlow, network: VaeNetwork, latents: Float32Array): Float32Array {
  const { config } = network;
  return tidy(tf, () => {
    const weights = byName(config, weightTensors(tf, network));
    return decode(tf, config, weights, rows(tf, latents, config.latent)).dataSync() as Float32Array;
  });
}

/** Batch means of the two parts of the loss, as tensors. */
function lossParts(
  tf: TensorFlow,
  network: VaeNetwork,
  tensors: Tf.Tensor[],
  batch: Batch,
  head: LossConfig['head'],
): { reconstruction: Tf.Scalar; kl?: Tf.Scalar } {
  const { config } = network;
  const weights = byName(config, tensors);
  const [input, target] = readAndWanted(tf, network, batch.positions);
  const { mean, logVariance } = encode(tf, config, weights, input);
  let latents = mean;
  if (logVariance && batch.noise) {
    latents = mean.add(
      logVariance
        .mul(0.5)
        .exp()
        .mul(rows(tf, batch.noise, config.latent)),
    );
  }
  const output = decode(tf, config, weights, latents);
  return {
    reconstruction: squaredError(tf, network, head, output, target, batch.positions).div(batch.size),
    kl: logVariance && divergence(mean, logVariance).div(batch.size),
  };
}

/** Rows that the encoder reads, and those that are wanted of the decoder. */
function readAndWanted(tf: TensorFlow, { config, normalization }: VaeNetwork, samples: Float32Array): Tf.Tensor2D[] {
  const { atoms: n } = config;
  if (config.rows) return tf.split(rows(tf, samples, sampleSize(config)), Object.values(config.rows), 1);
  const grams = gramVectors({ n, length: samples.length / (3 * n), positions: Float64Array.from(samples) });
  const read = new GramNormalizer(n, normalization).normalize(grams, new Float32Array(grams.length));
  const normalized = rows(tf, read, inputSize(config));
  return [normalized, normalized];
}

function lossValue(reconstruction: number, kl: number, beta: number): LossValue {
  return { loss: reconstruction + beta * kl, reconstruction, kl };
}

function evaluate(tf: TensorFlow, network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue {
  return tidy(tf, () => {
    const { reconstruction, kl } = lossParts(tf, network, weightTensors(tf, network), batch, loss.head);
    return lossValue(reconstruction.dataSync()[0], kl ? kl.dataSync()[0] : 0, loss.beta);
  });
}

function lossAndGradient(
  tf: TensorFlow,
  network: VaeNetwork,
  batch: Batch,
  loss: LossConfig,
): LossValue & { gradient: Float32Array } {
  return tidy(tf, () => {
    const parts: number[] = [];
    const total = (...tensors: Tf.Tensor[]): Tf.Scalar => {
      const { reconstruction, kl } = lossParts(tf, network, tensors, batch, loss.head);
      parts.push(reconstruction.dataSync()[0], kl ? kl.dataSync()[0] : 0);
      return kl ? reconstruction.add(kl.mul(loss.beta)) : reconstruction;
    };
    const blocks = tf.grads(total)(weightTensors(tf, network));
    const gradient = new Float32Array(network.parameters.length);
    let offset = 0;
    for (const block of blocks) {
      gradient.set(block.dataSync() as Float32Array, offset);
      offset += block.size;
    }
    return { ...lossValue(parts[0], parts[1], loss.beta), gradient };
  });
}

function latentObjective(
  tf: TensorFlow,
  network: VaeNetwork,
  latents: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  prior: number,
): { objective: Float32Array; gradient: Float32Array } {
  const { config } = network;
  return tidy(tf, () => {
    const named = byName(config, weightTensors(tf, network));
    const wanted = rows(tf, targets, gramSize(network.config.atoms));
    const mask = rows(tf, weights, gramSize(network.config.atoms));
    let objective: Float32Array = new Float32Array(0);
    const total = (z: Tf.Tensor): Tf.Scalar => {
      const grams = outputGrams(tf, network, decode(tf, config, named, z as Tf.Tensor2D));
      const misfit = grams.sub(wanted).square().mul(mask).sum(1);
      const each = misfit.add(
        z
          .square()
          .sum(1)
          .mul(prior / 2),
      );
      objective = each.dataSync() as Float32Array;
      return each.sum();
    };
    const gradient = tf
      .grad(total)(rows(tf, latents, config.latent))
      .dataSync() as Float32Array;
    return { objective, gradient };
  });
}

function descend(
  tf: TensorFlow,
  network: VaeNetwork,
  starts: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  options: DescendOptions,
): { latents: Float32Array; objective: Float32Array } {
  const { latent } = network.config;
  const state = initialState(starts);
  const best = { latents: starts.slice(), objective: new Float32Array(starts.length / latent).fill(Infinity) };
  for (let step = 0; step <= options.steps; step++) {
    const now = latentObjective(tf, network, state.parameters, targets, weights, options.prior);
    for (let r = 0; r < best.objective.length; r++) {
      if (!(now.objective[r] < best.objective[r])) continue;
      best.objective[r] = now.objective[r];
      best.latents.set(state.parameters.subarray(r * latent, (r + 1) * latent), r * latent);
    }
    if (step < options.steps) adamStep(state, now.gradient, options.learningRate);
  }
  return best;
}

function createSession(
  runtime: { tf: TensorFlow; ready: Promise<void> },
  network: VaeNetwork,
  positions: Float32Array,
  options: SessionOptions,
): TrainingSession {
  const { config } = network;
  const size = options.batchSize;
  const row = sampleSize(config);
  let state = initialState(network.parameters);
  const draws = {
    seed: options.seed,
    length: positions.length / row,
    atoms: config.atoms,
    runs: options.runs,
    latent: config.variational ? config.latent : 0,
  };

  function nextBatch(): Batch {
    const { rows: chosen, permutations, noise } = drawBatch(draws, state.step, size);
    const batch: Batch = {
      size,
      positions: new Float32Array(size * row),
      noise: config.variational ? noise : undefined,
    };
    if (config.rows) {
      chosen.forEach((m, s) => {
        batch.positions.set(positions.subarray(m * row, (m + 1) * row), s * row);
      });
    }
    for (let k = 0; k < permutations.length; k++) {
      const source = chosen[Math.floor(k / config.atoms)] * row + 3 * permutations[k];
      for (let i = 0; i < 3; i++) batch.positions[3 * k + i] = positions[source + i];
    }
    return batch;
  }

  async function run(learningRates: ArrayLike<number>): Promise<LossValue & { failedAt?: number }> {
    await runtime.ready;
    const sum = { loss: 0, reconstruction: 0, kl: 0 };
    const steps = learningRates.length;
    for (let k = 0; k < steps; k++) {
      const current = { ...network, parameters: state.parameters };
      const { gradient, ...value } = lossAndGradient(runtime.tf, current, nextBatch(), options.loss);
      if (!Number.isFinite(value.loss)) return { ...value, failedAt: k };
      adamStep(state, gradient, learningRates[k]);
      for (const part of ['loss', 'reconstruction', 'kl'] as const) sum[part] += value[part] / steps;
    }
    return sum;
  }

  return {
    run,
    snapshot: () => copyState(state),
    restore: (saved) => {
      state = copyState(saved);
    },
    dispose: () => {},
  };
}

/** `tf.tidy` for results that are plain numbers and arrays. */
function tidy<T>(tf: TensorFlow, compute: () => T): T {
  return tf.tidy(compute as () => Tf.TensorContainer) as T;
}

function rows(tf: TensorFlow, values: Float32Array, width: number): Tf.Tensor2D {
  return tf.tensor2d(values, [values.length / width, width]);
}

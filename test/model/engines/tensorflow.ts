import type * as Tf from '@tensorflow/tfjs';
import { adamStep, copyState, initialState } from '../../../src/model/engines/adam';
import {
  type Batch,
  type DescendOptions,
  type Engine,
  inputSize,
  type LossConfig,
  type LossValue,
  parameterLayout,
  type SessionOptions,
  sampleSize,
  type TrainingSession,
  type VaeNetwork,
} from '../../../src/model/engines/engine';
import { gramIndex, gramVectors } from '../../../src/motifs/gram';
import { coordinateScale, entryNormalization, GramNormalizer } from '../../../src/motifs/normalizer';
import { accumulateCovariance, rotationWork, solveRotation } from '../../../src/motifs/rotation';
import { drawBatch } from './streams';
import { loadTensorFlow, type TensorFlowRuntime } from './tensorflowRuntime';

export { loadTensorFlow };

/** The reference engine: the contract in TensorFlow.js, gradients by its automatic differentiation. */
export function createTensorFlowEngine(): Engine {
  return new TensorFlowEngine(loadTensorFlow());
}

/** A network whose weights are tensors, by the names of the layout. */
type Network = Omit<VaeNetwork, 'parameters'> & { weights: Record<string, Tf.Tensor> };

class TensorFlowEngine implements Engine {
  readonly name = 'tensorflow';
  private readonly runtime: TensorFlowRuntime;
  private readonly tf: typeof Tf;

  constructor(runtime: TensorFlowRuntime) {
    this.runtime = runtime;
    this.tf = runtime.tf;
  }

  get description(): string {
    return `TensorFlow.js engine: ${this.runtime.description}`;
  }

  encode(network: VaeNetwork, grams: Float32Array): { mean: Float32Array; logVariance: Float32Array } {
    return this.tidy(() => {
      const of = withTensors(network, this.blocks(network));
      const { mean, logVariance } = this.posterior(of, this.rows(grams, inputSize(network.config)));
      const means = numbers(mean);
      return { mean: means, logVariance: logVariance ? numbers(logVariance) : new Float32Array(means.length) };
    });
  }

  decode(network: VaeNetwork, latents: Float32Array): Float32Array {
    return this.tidy(() => {
      const of = withTensors(network, this.blocks(network));
      return numbers(this.output(of, this.rows(latents, network.config.latent)));
    });
  }

  evaluate(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue {
    return this.tidy(() => this.loss(withTensors(network, this.blocks(network)), batch, loss).value);
  }

  lossAndGradient(network: VaeNetwork, batch: Batch, loss: LossConfig): LossValue & { gradient: Float32Array } {
    return this.tidy(() => {
      let value: LossValue | undefined;
      const total = (...tensors: Tf.Tensor[]): Tf.Scalar => {
        const found = this.loss(withTensors(network, tensors), batch, loss);
        value = found.value;
        return found.total;
      };
      const blocks = this.tf.grads(total)(this.blocks(network));
      const gradient = new Float32Array(network.parameters.length);
      let offset = 0;
      for (const block of blocks) {
        gradient.set(numbers(block), offset);
        offset += block.size;
      }
      return { ...(value as LossValue), gradient };
    });
  }

  descend(
    network: VaeNetwork,
    starts: Float32Array,
    targets: Float32Array,
    weights: Float32Array,
    { steps, learningRate, prior }: DescendOptions,
  ): { latents: Float32Array; objective: Float32Array } {
    const { latent } = network.config;
    const state = initialState(starts);
    const best = { latents: starts.slice(), objective: new Float32Array(starts.length / latent).fill(Infinity) };
    for (let step = 0; step <= steps; step++) {
      const now = this.infilling(network, state.parameters, targets, weights, prior);
      for (let r = 0; r < best.objective.length; r++) {
        if (!(now.objective[r] < best.objective[r])) continue;
        best.objective[r] = now.objective[r];
        best.latents.set(state.parameters.subarray(r * latent, (r + 1) * latent), r * latent);
      }
      if (step < steps) adamStep(state, now.gradient, learningRate);
    }
    return best;
  }

  createSession(network: VaeNetwork, positions: Float32Array, options: SessionOptions): TrainingSession {
    let state = initialState(network.parameters);
    const run = async (learningRates: ArrayLike<number>): Promise<LossValue & { failedAt?: number }> => {
      await this.runtime.ready;
      const sum = { loss: 0, reconstruction: 0, kl: 0 };
      const steps = learningRates.length;
      for (let k = 0; k < steps; k++) {
        const current = { ...network, parameters: state.parameters };
        const batch = drawnBatch(network, positions, options, state.step);
        const { gradient, ...value } = this.lossAndGradient(current, batch, options.loss);
        if (!Number.isFinite(value.loss)) return { ...value, failedAt: k };
        adamStep(state, gradient, learningRates[k]);
        for (const part of ['loss', 'reconstruction', 'kl'] as const) sum[part] += value[part] / steps;
      }
      return sum;
    };
    const restore = (saved: typeof state): void => {
      state = copyState(saved);
    };
    return { run, snapshot: () => copyState(state), restore, dispose: () => {} };
  }

  /** Means over the batch, as numbers and with the whole loss as a tensor. */
  private loss(network: Network, batch: Batch, { head, beta }: LossConfig): { value: LossValue; total: Tf.Scalar } {
    const [input, target] = this.readAndWanted(network, batch.positions);
    const { mean, logVariance } = this.posterior(network, input);
    let latents = mean;
    if (logVariance && batch.noise) {
      const noise = this.rows(batch.noise, network.config.latent);
      latents = mean.add(logVariance.mul(0.5).exp().mul(noise));
    }
    const squares = this.squaredError(network, head, this.output(network, latents), target, batch.positions);
    const reconstruction = squares.div<Tf.Scalar>(batch.size);
    // Σ over the batch of KL(N(mean, exp(logVariance)) ‖ N(0, 1)) = ½ Σ (σ² + μ² − 1 − ln σ²).
    const kl = logVariance?.exp().add(mean.square()).sub(1).sub(logVariance).sum().mul(0.5).div<Tf.Scalar>(batch.size);
    const [squared, divergence] = [numbers(reconstruction)[0], kl ? numbers(kl)[0] : 0];
    return {
      value: { loss: squared + beta * divergence, reconstruction: squared, kl: divergence },
      total: kl ? reconstruction.add(kl.mul(beta)) : reconstruction,
    };
  }

  /** Rows that the encoder reads, and those that are wanted of the decoder. */
  private readAndWanted({ config, normalization }: Network, samples: Float32Array): Tf.Tensor2D[] {
    const { atoms: n } = config;
    if (config.rows) {
      return this.tf.split(this.rows(samples, sampleSize(config)), Object.values(config.rows), 1);
    }
    const grams = gramVectors({ n, length: samples.length / (3 * n), positions: Float64Array.from(samples) });
    const normalized = new GramNormalizer(n, normalization).normalize(grams, new Float32Array(grams.length));
    const read = this.rows(normalized, inputSize(config));
    return [read, read];
  }

  /** Objective of infilling of each latent row, and its gradient. */
  private infilling(
    network: VaeNetwork,
    latents: Float32Array,
    targets: Float32Array,
    mask: Float32Array,
    prior: number,
  ): { objective: Float32Array; gradient: Float32Array } {
    return this.tidy(() => {
      const of = withTensors(network, this.blocks(network));
      const [wanted, weights] = [targets, mask].map((values) => this.rows(values, inputSize(network.config)));
      let objective: Float32Array = new Float32Array(0);
      const total = (z: Tf.Tensor): Tf.Scalar => {
        const misfit = this.grams(of, this.output(of, z)).sub(wanted).square().mul(weights).sum(1);
        const squares = z.square().sum(1);
        const each = misfit.add(squares.mul(prior / 2));
        objective = numbers(each);
        return each.sum();
      };
      const gradient = numbers(this.tf.grad(total)(this.rows(latents, network.config.latent)));
      return { objective, gradient };
    });
  }

  /** Posterior mean and, for a variational network, log-variance of normalized Gram rows. */
  private posterior(network: Network, grams: Tf.Tensor): { mean: Tf.Tensor; logVariance?: Tf.Tensor } {
    const last = this.hidden(network, 'encoder', grams);
    return {
      mean: this.dense(network, 'mean', last),
      logVariance: network.config.variational ? this.dense(network, 'logVariance', last) : undefined,
    };
  }

  /** Output rows in network units. */
  private output(network: Network, latents: Tf.Tensor): Tf.Tensor {
    return this.dense(network, 'output', this.hidden(network, 'decoder', latents));
  }

  private hidden(network: Network, name: 'encoder' | 'decoder', input: Tf.Tensor): Tf.Tensor {
    return network.config.hidden.reduce((rows, _, k) => this.dense(network, `${name}${k + 1}`, rows).tanh(), input);
  }

  /** A layer without its activation. */
  private dense({ weights }: Network, name: string, input: Tf.Tensor): Tf.Tensor {
    return this.tf.matMul(input, weights[`${name}/weights`]).add(weights[`${name}/bias`]);
  }

  /** Normalized Gram rows of output rows: themselves, or the Gram entries of their coordinates. */
  private grams({ config: { atoms: n, decoder }, normalization }: Network, output: Tf.Tensor): Tf.Tensor {
    if (decoder === 'gram') return output;
    const { mean, deviation } = entryNormalization(normalization, n);
    const area = coordinateScale(normalization) ** 2;
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
    const products = this.tf.matMul(coordinates, coordinates, false, true).reshape([-1, n * n]);
    return products.matMul(this.rows(matrix, shift.length)).add(this.tf.tensor1d(shift));
  }

  /** Σ of the squared differences of the batch that `head` names; `positions` are rows of n×3 in Å. */
  private squaredError(
    network: Network,
    head: LossConfig['head'],
    output: Tf.Tensor,
    grams: Tf.Tensor,
    positions: Float32Array,
  ): Tf.Tensor {
    if (head === 'gram') return this.grams(network, output).sub(grams).square().sum();
    const n = network.config.atoms;
    const scale = coordinateScale(network.normalization);
    const reference = positions.map((x) => x / scale);
    // At the minimum over Q the derivative by Q vanishes along rotations: Q may be a constant in the gradient.
    const rotations = this.tf.tensor(synchronizing(reference, numbers(output), n)).reshape([-1, 3, 3]);
    const moved = this.tf.matMul(output.reshape([-1, n, 3]), rotations, false, true);
    return moved.sub(this.tf.tensor(reference, moved.shape)).square().sum();
  }

  /** The blocks of the flat parameters as tensors, in the order of the layout. */
  private blocks({ config, parameters }: VaeNetwork): Tf.Tensor2D[] {
    return parameterLayout(config).map(({ rows, columns, offset }) =>
      this.rows(parameters.slice(offset, offset + rows * columns), columns),
    );
  }

  private rows(values: Float32Array, width: number): Tf.Tensor2D {
    return this.tf.tensor2d(values, [values.length / width, width]);
  }

  /** `tf.tidy` for results that are plain numbers and arrays. */
  private tidy<T>(compute: () => T): T {
    return this.tf.tidy(compute as () => Tf.TensorContainer) as T;
  }
}

function withTensors({ config, normalization }: VaeNetwork, tensors: Tf.Tensor[]): Network {
  const weights = Object.fromEntries(parameterLayout(config).map(({ name }, k) => [name, tensors[k]]));
  return { config, normalization, weights };
}

function numbers(tensor: Tf.Tensor): Float32Array {
  return tensor.dataSync() as Float32Array;
}

/** The batch of a step: rows drawn, relabelled, and with noise. */
function drawnBatch(
  { config }: VaeNetwork,
  positions: Float32Array,
  { seed, runs, batchSize: size }: SessionOptions,
  step: number,
): Batch {
  const row = sampleSize(config);
  const latent = config.variational ? config.latent : 0;
  const draws = { seed, length: positions.length / row, atoms: config.atoms, runs, latent };
  const { rows, permutations, noise } = drawBatch(draws, step, size);
  const drawn = new Float32Array(size * row);
  rows.forEach((m, s) => {
    drawn.set(positions.subarray(m * row, (m + 1) * row), s * row);
  });
  permutations.forEach((from, k) => {
    const source = rows[Math.floor(k / config.atoms)] * row + 3 * from;
    drawn.set(positions.subarray(source, source + 3), 3 * k);
  });
  return { size, positions: drawn, noise: config.variational ? noise : undefined };
}

/** The rotation or reflection Q of each sample that minimizes ‖X − X'Qᵀ‖, 9 entries row-major. */
function synchronizing(reference: Float32Array, moving: Float32Array, n: number): Float32Array {
  const rotations = new Float32Array((3 * reference.length) / n);
  const work = rotationWork();
  for (let s = 0; 3 * n * s < reference.length; s++) {
    const [x, y] = [reference, moving].map((points) => points.subarray(3 * n * s, 3 * n * (s + 1)));
    accumulateCovariance(work, x, y, n);
    solveRotation(work, true);
    rotations.set(work.rotation, 9 * s);
  }
  return rotations;
}

import type * as Tf from '@tensorflow/tfjs';
import { type LossValue, type Network, parameterLayout } from './engines/engine';
import { byName, dense, divergence, weightTensors } from './engines/tensorflowNetwork';

/** A batch as the network takes it; rows are samples. */
export interface RowBatch {
  size: number;
  /** size × inputs. */
  inputs: Float32Array;
  /** size × outputs: normalized Gram entries or the power spectrum. */
  targets: Float32Array;
  /** size × latent standard normals. */
  noise: Float32Array;
}

/**
 * Squared error of the outputs + beta · KL, means over the batch, and the gradient by the flat parameters, of a
 * variational network with tanh.
 *
 * Backward by hand, operation by operation what `tf.grads` does, to the bit: that looks for its way through the
 * network in every step, and fills tensors with ones to multiply by; 74 operations instead of 121.
 */
export function lossAndGradient(
  tf: typeof Tf,
  network: Network,
  batch: RowBatch,
  beta: number,
): LossValue & { gradient: Float32Array } {
  let value: LossValue = { loss: 0, reconstruction: 0, kl: 0 };
  const gradient = new Float32Array(network.parameters.length);
  // What a tidied function gives is searched for tensors, a typed array number by number: this one gives nothing.
  tf.tidy(() => {
    const { size } = batch;
    const rows = (values: Float32Array): Tf.Tensor2D => tf.tensor2d(values, [size, values.length / size]);
    const pass = new Pass(tf, network, gradient);
    const encoder = pass.hidden('encoder', rows(batch.inputs));
    const last = encoder[encoder.length - 1];
    const [mean, logVariance] = [pass.dense('mean', last), pass.dense('logVariance', last)];
    const noise = rows(batch.noise);
    const deviation = logVariance.mul(0.5).exp();
    const decoder = pass.hidden('decoder', mean.add(deviation.mul(noise)) as Tf.Tensor2D);
    const output = pass.dense('output', decoder[decoder.length - 1]);
    const difference = output.sub(rows(batch.targets)) as Tf.Tensor2D;
    const [squares, nats] = [difference.square().sum(), divergence(mean, logVariance)].map((sum) => sum.dataSync()[0]);
    const [reconstruction, kl] = [Math.fround(squares / size), Math.fround(nats / size)];
    value = { loss: reconstruction + beta * kl, reconstruction, kl };

    const byOutput = difference.mul(2 * Math.fround(1 / size)) as Tf.Tensor2D;
    const byDecoder = pass.backward('output', decoder[decoder.length - 1], byOutput);
    const byLatents = pass.hiddenBackward('decoder', decoder, byDecoder, true) as Tf.Tensor2D;
    const share = 0.5 * Math.fround(Math.fround(beta) / size);
    const drawn = byLatents.mul(noise).mul(deviation).mul(0.5);
    const byLogVariance = logVariance.exp().mul(share).sub(share).add(drawn) as Tf.Tensor2D;
    const byMean = mean.mul(2 * share).add(byLatents) as Tf.Tensor2D;
    const byLast = pass.backward('logVariance', last, byLogVariance).add(pass.backward('mean', last, byMean));
    pass.hiddenBackward('encoder', encoder, byLast as Tf.Tensor2D, false);
  });
  return { ...value, gradient };
}

/** One network's layers forward, and backward into the flat gradient. */
class Pass {
  readonly #tf: typeof Tf;
  readonly #layers: number;
  readonly #weights: Record<string, Tf.Tensor2D>;
  readonly #offsets: Record<string, number>;
  readonly #gradient: Float32Array;

  constructor(tf: typeof Tf, network: Network, gradient: Float32Array) {
    const layout = parameterLayout(network.config);
    this.#tf = tf;
    this.#layers = network.config.hidden.length;
    this.#weights = byName(network.config, weightTensors(tf, network));
    this.#offsets = Object.fromEntries(layout.map(({ name, offset }) => [name, offset]));
    this.#gradient = gradient;
  }

  dense(name: string, input: Tf.Tensor2D): Tf.Tensor2D {
    return dense(this.#tf, this.#weights, name, input);
  }

  /** The input of the hidden layers and what each puts out. */
  hidden(name: 'encoder' | 'decoder', input: Tf.Tensor2D): Tf.Tensor2D[] {
    const rows = [input];
    for (let k = 1; k <= this.#layers; k++) rows.push(this.dense(`${name}${k}`, rows[k - 1]).tanh());
    return rows;
  }

  /** From the gradient by a layer's linear output to those by its weights, and by its input. */
  backward(name: string, input: Tf.Tensor2D, delta: Tf.Tensor2D): Tf.Tensor2D {
    this.#byWeights(name, input, delta);
    return this.#tf.matMul(delta, this.#weights[`${name}/weights`], false, true);
  }

  /** The same through the hidden layers, to their input where that is wanted. */
  hiddenBackward(
    name: 'encoder' | 'decoder',
    rows: Tf.Tensor2D[],
    byOutput: Tf.Tensor2D,
    toInput: boolean,
  ): Tf.Tensor2D | undefined {
    let by: Tf.Tensor2D | undefined = byOutput;
    for (let k = this.#layers; k > 0 && by; k--) {
      const delta = this.#tf.scalar(1).sub(rows[k].square()).mul(by) as Tf.Tensor2D;
      if (k > 1 || toInput) by = this.backward(`${name}${k}`, rows[k - 1], delta);
      else this.#byWeights(`${name}${k}`, rows[k - 1], delta);
    }
    return by;
  }

  #byWeights(name: string, input: Tf.Tensor2D, delta: Tf.Tensor2D): void {
    const blocks = { weights: this.#tf.matMul(input, delta, true, false), bias: delta.sum(0) };
    for (const [block, values] of Object.entries(blocks)) {
      this.#gradient.set(values.dataSync() as Float32Array, this.#offsets[`${name}/${block}`]);
    }
  }
}

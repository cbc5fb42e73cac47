/** Forward and backward through the network, one block of samples at a time. */
import { forward, gradientByInput, gradientByWeights } from './dense';
import { exp4, expm14, madd, splat } from './math';
import { Layer, LINE, layerAt, Network } from './network';

export function encodeBlock(network: Network, scratch: usize, width: usize): void {
  const heads = network.variational ? 2 : 1;
  for (let k = 0; k < network.hidden + heads; k++) forward(network, layerAt(network, k), scratch, width);
}

export function decodeBlock(network: Network, scratch: usize, width: usize): void {
  const first = firstDecoder(network);
  for (let k = 0; k <= network.hidden; k++) forward(network, layerAt(network, first + k), scratch, width);
}

/** z = μ + e^(½ log σ²) ε, and KL(q ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − log σ²) of each sample. */
export function sampleLatents(network: Network, scratch: usize, divergences: usize, width: usize): void {
  const mean = scratch + layerAt(network, network.hidden).output;
  const latents = scratch + network.latents;
  const size = <usize>network.latent * LINE;
  if (!network.variational) {
    memory.copy(latents, mean, size);
    memory.fill(divergences, 0, LINE);
    return;
  }
  const logVariance = scratch + layerAt(network, network.hidden + 1).output;
  const noise = scratch + network.noise;
  const deviation = scratch + network.deviation;
  for (let r: usize = 0; r < width; r += 16) {
    let sum = splat(0);
    for (let k = r; k < size; k += LINE) {
      const m = v128.load(mean + k);
      const v = v128.load(logVariance + k);
      const s = exp4(f32x4.mul(v, splat(0.5)));
      v128.store(deviation + k, s);
      v128.store(latents + k, madd(s, v128.load(noise + k), m));
      sum = f32x4.add(sum, madd(m, m, f32x4.sub(expm14(v), v)));
    }
    v128.store(divergences + r, f32x4.mul(sum, splat(0.5)));
  }
}

/** From the gradient by z (in z's place) to the gradients by mean and log-variance (in theirs). */
function gradientBySampling(network: Network, scratch: usize, beta: f32, width: usize): void {
  const mean = scratch + layerAt(network, network.hidden).output;
  const latents = scratch + network.latents;
  const size = <usize>network.latent * LINE;
  if (!network.variational) {
    memory.copy(mean, latents, size);
    return;
  }
  const logVariance = scratch + layerAt(network, network.hidden + 1).output;
  const noise = scratch + network.noise;
  const deviation = scratch + network.deviation;
  const half = splat(0.5);
  for (let r: usize = 0; r < width; r += 16) {
    const weight = f32x4.mul(splat(beta), v128.load(scratch + network.weights + r));
    for (let k = r; k < size; k += LINE) {
      const d = v128.load(latents + k);
      v128.store(mean + k, madd(weight, v128.load(mean + k), d));
      const drawn = f32x4.mul(f32x4.mul(d, v128.load(noise + k)), v128.load(deviation + k));
      const place = logVariance + k;
      v128.store(place, f32x4.mul(half, madd(weight, expm14(v128.load(place)), drawn)));
    }
  }
}

/** Backward from the gradient by the output (in its place) to all weights; adds four lanes a weight. */
export function gradientBlock(network: Network, scratch: usize, accumulators: usize, beta: f32, width: usize): void {
  const first = firstDecoder(network);
  for (let k = first + network.hidden; k >= first; k--) {
    const layer = layerAt(network, k);
    gradientByWeights(layer, scratch, accumulators, width);
    backward(network, layer, scratch, width, k > first);
  }
  gradientBySampling(network, scratch, beta, width);
  const hidden = network.hidden;
  const mean = layerAt(network, hidden);
  gradientByWeights(mean, scratch, accumulators, width);
  if (network.variational) {
    // Both heads read the last hidden layer: its gradient is the sum of their parts.
    const logVariance = layerAt(network, hidden + 1);
    gradientByWeights(logVariance, scratch, accumulators, width);
    if (hidden) {
      const part = scratch + network.workspace;
      const weights = network.parameters + ((<usize>mean.weights) << 2);
      gradientByInput(scratch + mean.output, part, weights, mean.rows, mean.columns, 0, false, width);
      backward(network, logVariance, scratch, width, true, part);
    }
  } else if (hidden) backward(network, mean, scratch, width, true);
  for (let k = hidden - 1; k >= 0; k--) {
    const layer = layerAt(network, k);
    gradientByWeights(layer, scratch, accumulators, width);
    if (k) backward(network, layer, scratch, width, true);
  }
}

/** Backward through the decoder alone, to z (in its place). */
export function gradientByLatents(network: Network, scratch: usize, width: usize): void {
  const first = firstDecoder(network);
  for (let k = first + network.hidden; k >= first; k--)
    backward(network, layerAt(network, k), scratch, width, k > first);
}

function backward(
  network: Network,
  layer: Layer,
  scratch: usize,
  width: usize,
  active: bool,
  initial: usize = 0,
): void {
  gradientByInput(
    scratch + layer.output,
    scratch + layer.input,
    network.parameters + ((<usize>layer.weights) << 2),
    layer.rows,
    layer.columns,
    initial,
    active,
    width,
  );
}

function firstDecoder(network: Network): i32 {
  return network.hidden + (network.variational ? 2 : 1);
}

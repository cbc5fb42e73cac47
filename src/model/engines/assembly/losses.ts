/** Loss heads on one block: the loss of each sample, and its gradient in the place of the network's output. */
import { gradientThroughGram, normalizedGram } from './gram';
import { madd, splat } from './math';
import { Network } from './network';

/** Where the normalized Gram entries of the decoded samples are: the output itself, or computed from it. */
function decodedGram(network: Network, scratch: usize): usize {
  const output = scratch + network.output;
  if (!network.cartesian) return output;
  const gram = scratch + network.workspace;
  normalizedGram(network, output, gram, network.coordinateScale);
  return gram;
}

/** For coordinates, turns the gradient by the Gram entries at `gram` into the one by the output. */
function gradientByOutput(network: Network, scratch: usize, gram: usize): void {
  if (!network.cartesian) return;
  const output = scratch + network.output;
  const gradient = gram + ((<usize>network.gramSize) << 6);
  gradientThroughGram(network, output, gram, gradient, network.coordinateScale);
  memory.copy(output, gradient, (<usize>network.atoms * 3) << 6);
}

/** Σ (g − t)² over the Gram entries, t being the encoder's input; gradient times the sample weights. */
export function gramLoss(network: Network, scratch: usize, losses: usize): void {
  const gram = decodedGram(network, scratch);
  const target = scratch + network.input;
  const size = (<usize>network.gramSize) << 6;
  for (let r: usize = 0; r < 64; r += 16) {
    const weight = f32x4.mul(splat(2), v128.load(scratch + network.weights + r));
    let total = splat(0);
    for (let k = r; k < size; k += 64) {
      const difference = f32x4.sub(v128.load(gram + k), v128.load(target + k));
      total = madd(difference, difference, total);
      v128.store(gram + k, f32x4.mul(weight, difference));
    }
    v128.store(losses + r, total);
  }
  gradientByOutput(network, scratch, gram);
}

/** Σ_k w_k (g_k − t_k)², each sample with its own targets and weights (neuron-major). */
export function maskedLoss(network: Network, scratch: usize, targets: usize, weights: usize, losses: usize): void {
  const gram = decodedGram(network, scratch);
  const size = (<usize>network.gramSize) << 6;
  for (let r: usize = 0; r < 64; r += 16) {
    let total = splat(0);
    for (let k = r; k < size; k += 64) {
      const difference = f32x4.sub(v128.load(gram + k), v128.load(targets + k));
      const weighted = f32x4.mul(v128.load(weights + k), difference);
      total = madd(weighted, difference, total);
      v128.store(gram + k, f32x4.mul(splat(2), weighted));
    }
    v128.store(losses + r, total);
  }
  gradientByOutput(network, scratch, gram);
}

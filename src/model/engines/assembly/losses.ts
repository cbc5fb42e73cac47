/** Loss heads on one block: the loss of each sample, and its gradient in the place of the network's output. */
import { gradientThroughGram, normalizedGram } from './gram';
import { madd, splat } from './math';
import { LINE, Network } from './network';

/** Where the normalized Gram entries of the decoded samples are: the output itself, or computed from it. */
function decodedGram(network: Network, scratch: usize, width: usize): usize {
  const output = scratch + network.output;
  if (!network.cartesian) return output;
  const gram = scratch + network.workspace;
  normalizedGram(network, output, gram, network.coordinateScale, width);
  return gram;
}

/** For coordinates, turns the gradient by the Gram entries at `gram` into the one by the output. */
function gradientByOutput(network: Network, scratch: usize, gram: usize, width: usize): void {
  if (!network.cartesian) return;
  const output = scratch + network.output;
  const gradient = gram + <usize>network.gramSize * LINE;
  gradientThroughGram(network, output, gram, gradient, network.coordinateScale, width);
  memory.copy(output, gradient, <usize>network.atoms * 3 * LINE);
}

/** Σ (g − t)² over the Gram entries or the row that is wanted; gradient times the sample weights. */
export function gramLoss(network: Network, scratch: usize, losses: usize, width: usize): void {
  const gram = decodedGram(network, scratch, width);
  const target = scratch + network.target;
  const size = <usize>(network.cartesian ? network.gramSize : network.outputs) * LINE;
  for (let r: usize = 0; r < width; r += 16) {
    const weight = f32x4.mul(splat(2), v128.load(scratch + network.weights + r));
    let total = splat(0);
    for (let k = r; k < size; k += LINE) {
      const difference = f32x4.sub(v128.load(gram + k), v128.load(target + k));
      total = madd(difference, difference, total);
      v128.store(gram + k, f32x4.mul(weight, difference));
    }
    v128.store(losses + r, total);
  }
  gradientByOutput(network, scratch, gram, width);
}

/** Σ_k w_k (g_k − t_k)², each sample with its own targets and weights (neuron-major). */
export function maskedLoss(
  network: Network,
  scratch: usize,
  targets: usize,
  weights: usize,
  losses: usize,
  width: usize,
): void {
  const gram = decodedGram(network, scratch, width);
  const size = <usize>network.gramSize * LINE;
  for (let r: usize = 0; r < width; r += 16) {
    let total = splat(0);
    for (let k = r; k < size; k += LINE) {
      const difference = f32x4.sub(v128.load(gram + k), v128.load(targets + k));
      const weighted = f32x4.mul(v128.load(weights + k), difference);
      total = madd(weighted, difference, total);
      v128.store(gram + k, f32x4.mul(splat(2), weighted));
    }
    v128.store(losses + r, total);
  }
  gradientByOutput(network, scratch, gram, width);
}

/**
 * The fused training engine: whole stretches of steps run without leaving the module, where TensorFlow.js dispatches
 * some 250 operations a step at 40–50 µs each. 64 samples to a block, neuron-major (network.ts): the four lanes of a
 * register are four samples, a weight is splatted once for four registers. Gradients replace activations in place;
 * weight gradients are four lanes a weight over the whole batch, summed once a step with Adam (adam.ts).
 */

import { gatherGradient } from './adam';
import { BLOCK, layerAt, Network, widthOf } from './network';
import { decodeBlock, encodeBlock } from './passes';
import { loadRows, runGroup, Session, storeRows } from './train';

export { descend } from './infill';
export { extend, work } from './train';

/** Normalized Gram rows to mean and log-variance rows. */
export function encode(address: usize, scratch: usize, count: i32, rows: usize, mean: usize, logVariance: usize): void {
  const network = changetype<Network>(address);
  const head = layerAt(network, network.hidden);
  for (let first = 0; first < count; first += BLOCK) {
    const width = widthOf(count - first);
    loadRows(rows, network.gramSize, first, count, scratch + network.input);
    encodeBlock(network, scratch, width);
    storeRows(scratch + head.output, network.latent, first, count, mean);
    if (!network.variational) continue;
    const other = layerAt(network, network.hidden + 1);
    storeRows(scratch + other.output, network.latent, first, count, logVariance);
  }
}

/** Latent rows to output rows. */
export function decode(address: usize, scratch: usize, count: i32, latents: usize, outputs: usize): void {
  const network = changetype<Network>(address);
  for (let first = 0; first < count; first += BLOCK) {
    const width = widthOf(count - first);
    loadRows(latents, network.latent, first, count, scratch + network.latents);
    decodeBlock(network, scratch, width);
    storeRows(scratch + network.output, network.outputs, first, count, outputs);
  }
}

/** All groups of the first step on one thread; with accumulators, the gradient as well. */
export function lossAndGradient(address: usize, scratch: usize): void {
  const session = changetype<Session>(address);
  const network = changetype<Network>(session.network);
  for (let group = 0; group < session.groups; group++) runGroup(session, scratch, group, 0);
  if (session.accumulators) gatherGradient(session, network, 0, network.parameterCount);
}

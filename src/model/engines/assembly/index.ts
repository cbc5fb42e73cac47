/**
 * The fused training engine. Why it exists, in numbers: a step of the 36-28-18-8 VAE is 9,360 multiply-adds a sample,
 * half a microsecond's work, while TensorFlow.js dispatches some 250 operations a step at 40–50 µs each. Here a whole
 * stretch of steps runs without leaving the module.
 *
 * Layout: 64 samples to a block, neuron-major (network.ts): the four lanes of a register are four samples, a weight is
 * splatted once for four registers, 16 samples are multiplied at a time (dense.ts). A block's activations (50 KB) and
 * the weights (14 KB) stay in the second-level cache, what a layer touches in the first. Gradients replace activations
 * in place. Weight gradients are four lanes a weight (57 KB a group of blocks) over the whole batch, summed once a
 * step with Adam (adam.ts); with 64 samples a block instead of 16 they pass the first-level cache a quarter as often.
 *
 * Measured on 2 busy cores of an EPYC 7003, in turns in one run of bench/engines.bench.mjs, row, relabelling and noise
 * drawn in the loop: 2.2, 2.0 and 2.3 times JAX (jit, CPU) at batch 256, 1,024 and 4,096 (medians of 15 rounds), 43
 * times TensorFlow.js at 256. The second thread had no core of its own in that run; where it has one it gives 1.6
 * times one thread at 256 and 1.7 at 1,024. One thread reaches 62 % of the machine's peak (`peak` below). Of its time
 * 31 % goes to the forward pass with its tanh, 23 % to the gradient by weights, 18 % to the one by inputs, 13 % to
 * drawing, relabelling and Gram entries (sampling profile). What bounds it, by count of instructions and not by
 * counters: six loads and the loop's own work for sixteen operations of the inner loops. Fused multiply-add would need
 * relaxed SIMD, which Node 20 has only behind a flag.
 */

import { gatherGradient } from './adam';
import { circle4, exp4, expm14, log4, madd, sigmoid4, splat, tanh4 } from './math';
import { BLOCK, LINE, layerAt, Network, widthOf } from './network';
import { decodeBlock, encodeBlock } from './passes';
import { drawWords, normals, streamKey } from './random';
import { loadRows, runGroup, Session, storeRows } from './train';

export { descend, latentObjective } from './infill';
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
  if (session.accumulators) gatherGradient(session, network, 0, 0, network.parameterCount);
}

/** Elementary function `which` of `count` (a multiple of 4) values in place; for tests. */
export function elementary(which: i32, values: usize, count: i32): void {
  for (let p = values, end = values + ((<usize>count) << 2); p < end; p += 16) {
    const x = v128.load(p);
    let y = x;
    if (which === 0) y = tanh4(x);
    else if (which === 1) y = exp4(x);
    else if (which === 2) y = expm14(x);
    else if (which === 3) y = log4(x);
    else if (which === 4) y = circle4(x, 0);
    else if (which === 5) y = circle4(x, 3);
    else y = sigmoid4(x);
    v128.store(p, y);
  }
}

/**
 * The normals of a block whose samples draw one word before them (a row); for tests. There is room for the key before
 * the words, and for one line more than `count` and the row, as normals come in pairs.
 */
export function drawBlock(low: u32, high: u32, step: u32, first: u32, count: i32, words: usize, noise: usize): void {
  streamKey(words - 16, low, high, step);
  drawWords(words - 16, first, count + 2, words, LINE);
  normals(words + LINE, count, noise, LINE);
}

/**
 * `rounds` × 192 multiply-adds on four lanes, with nothing else to do: this machine's peak. Twelve chains hide the
 * latency of both operations and still fit the registers. Gives their sum.
 */
export function peak(rounds: i32): f32 {
  let a = splat(1);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  let i = a;
  let j = a;
  let k = a;
  let l = a;
  const x = splat(0.999);
  const y = splat(0.001);
  for (let round = 16 * rounds; round > 0; round--) {
    a = madd(a, x, y);
    b = madd(b, x, y);
    c = madd(c, x, y);
    d = madd(d, x, y);
    e = madd(e, x, y);
    f = madd(f, x, y);
    g = madd(g, x, y);
    h = madd(h, x, y);
    i = madd(i, x, y);
    j = madd(j, x, y);
    k = madd(k, x, y);
    l = madd(l, x, y);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const high = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

/**
 * Dense layers on a block of samples.
 *
 * Neuron-major activations make the four lanes of a register four samples, so one splatted weight serves four
 * registers. Two neurons at a time is what 15 free registers allow: 8 sums, 4 inputs, 1 weight, 1 product; 6 loads
 * then feed 8 multiplications and 8 additions. The last tile of an odd size is clamped, that is, computes a neuron
 * twice and stores the same value twice, which costs less than a second kernel.
 */

import { madd, splat, tanh4 } from './math';
import { Layer, LINE, Network } from './network';

export function forward(network: Network, layer: Layer, scratch: usize, width: usize): void {
  const weights = network.parameters + ((<usize>layer.weights) << 2);
  const bias = network.parameters + ((<usize>layer.bias) << 2);
  const input = scratch + layer.input;
  const output = scratch + layer.output;
  const columns = layer.columns;
  const stride = (<usize>columns) << 2;
  for (let r: usize = 0; r < width; r += 64) {
    multiply(input + r, layer.rows, output + r, columns, weights, 4, stride, bias, 0, false);
  }
  if (layer.active) tanh(output, columns, width);
}

/**
 * The sums over `count` lines from `input` on with weight x of sum k at weights + k · apart + x · step, into as many
 * lines as there are sums. They begin with the numbers at `bias`, or else the lines at `initial`, or else 0; with
 * `active` they are stored times 1 − y², y being the activation that they replace.
 */
function multiply(
  input: usize,
  count: i32,
  output: usize,
  sums: i32,
  weights: usize,
  apart: usize,
  step: usize,
  bias: usize,
  initial: usize,
  active: bool,
): void {
  const end = input + <usize>count * LINE;
  for (let k = 0; k < sums; k += 2) {
    const more: usize = k + 1 < sums ? 1 : 0;
    const next = more * apart;
    const place = <usize>k * LINE;
    const other = place + more * LINE;
    let a0 = bias ? v128.load32_splat(bias + ((<usize>k) << 2)) : splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = bias ? v128.load32_splat(bias + ((<usize>k + more) << 2)) : a0;
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    if (initial) {
      a0 = v128.load(initial + place);
      a1 = v128.load(initial + place, 16);
      a2 = v128.load(initial + place, 32);
      a3 = v128.load(initial + place, 48);
      b0 = v128.load(initial + other);
      b1 = v128.load(initial + other, 16);
      b2 = v128.load(initial + other, 32);
      b3 = v128.load(initial + other, 48);
    }
    let w = weights + <usize>k * apart;
    for (let x = input; x < end; x += LINE) {
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      const x2 = v128.load(x, 32);
      const x3 = v128.load(x, 48);
      const u = v128.load32_splat(w);
      a0 = madd(x0, u, a0);
      a1 = madd(x1, u, a1);
      a2 = madd(x2, u, a2);
      a3 = madd(x3, u, a3);
      const v = v128.load32_splat(w + next);
      b0 = madd(x0, v, b0);
      b1 = madd(x1, v, b1);
      b2 = madd(x2, v, b2);
      b3 = madd(x3, v, b3);
      w += step;
    }
    // The clamped tile's second half comes first: it must read y before the first half replaces it.
    if (more) finishNeuron(output + other, b0, b1, b2, b3, active);
    finishNeuron(output + place, a0, a1, a2, a3, active);
  }
}

function tanh(values: usize, count: i32, width: usize): void {
  for (let line = values, end = values + <usize>count * LINE; line < end; line += LINE) {
    for (let p = line; p < line + width; p += 16) v128.store(p, tanh4(v128.load(p)));
  }
}

/**
 * target = weights · delta (+ the values at `initial`, unless 0), in place of the layer's input; times 1 − y² where the
 * input is an `active` layer's y.
 * The sums of a tile are complete before the tile is stored, and no tile reads another's target.
 */
export function gradientByInput(
  delta: usize,
  target: usize,
  weights: usize,
  rows: i32,
  columns: i32,
  initial: usize,
  active: bool,
  width: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let r: usize = 0; r < width; r += 64) {
    const from = initial ? initial + r : 0;
    multiply(delta + r, columns, target + r, rows, weights, stride, 4, 0, from, active);
  }
}

function finishNeuron(p: usize, s0: v128, s1: v128, s2: v128, s3: v128, active: bool): void {
  v128.store(p, active ? f32x4.mul(s0, slopeOfTanh(v128.load(p))) : s0);
  v128.store(p, active ? f32x4.mul(s1, slopeOfTanh(v128.load(p, 16))) : s1, 16);
  v128.store(p, active ? f32x4.mul(s2, slopeOfTanh(v128.load(p, 32))) : s2, 32);
  v128.store(p, active ? f32x4.mul(s3, slopeOfTanh(v128.load(p, 48))) : s3, 48);
}

function slopeOfTanh(y: v128): v128 {
  return f32x4.sub(splat(1.0), f32x4.mul(y, y));
}

/**
 * accumulators += input · deltaᵀ, four lanes a weight: summing the lanes here would cost 3 shuffles and 3 additions
 * for each register; once a step it costs nothing. Tiles of 2 × 4 weights: 6 loads for 8 multiplications; what these
 * leave, one by one.
 */
export function gradientByWeights(layer: Layer, scratch: usize, accumulators: usize, width: usize): void {
  const input = scratch + layer.input;
  const delta = scratch + layer.output;
  const sums = accumulators + ((<usize>layer.weights) << 4);
  const stride = (<usize>layer.columns) << 4;
  const paired = layer.rows & ~1;
  const tiled = layer.columns & ~3;
  for (let i = 0; i < layer.rows; i++) {
    const x = input + <usize>i * LINE;
    let j = 0;
    if (i < paired) {
      if (!(i & 1))
        for (; j < tiled; j += 4)
          tile(x, delta + <usize>j * LINE, sums + ((<usize>j) << 4) + <usize>i * stride, stride, width);
      j = tiled;
    }
    for (; j < layer.columns; j++)
      single(x, delta + <usize>j * LINE, sums + ((<usize>j) << 4) + <usize>i * stride, width);
  }
  gradientByBias(delta, accumulators + ((<usize>layer.bias) << 4), layer.columns, width);
}

function tile(x: usize, d: usize, sum: usize, nextSum: usize, width: usize): void {
  const other = sum + nextSum;
  let a0 = v128.load(sum);
  let a1 = v128.load(sum, 16);
  let a2 = v128.load(sum, 32);
  let a3 = v128.load(sum, 48);
  let b0 = v128.load(other);
  let b1 = v128.load(other, 16);
  let b2 = v128.load(other, 32);
  let b3 = v128.load(other, 48);
  for (const end = x + width; x < end; x += 16, d += 16) {
    const u = v128.load(x);
    const v = v128.load(x, LINE);
    const e0 = v128.load(d);
    a0 = madd(u, e0, a0);
    b0 = madd(v, e0, b0);
    const e1 = v128.load(d, LINE);
    a1 = madd(u, e1, a1);
    b1 = madd(v, e1, b1);
    const e2 = v128.load(d, 2 * LINE);
    a2 = madd(u, e2, a2);
    b2 = madd(v, e2, b2);
    const e3 = v128.load(d, 3 * LINE);
    a3 = madd(u, e3, a3);
    b3 = madd(v, e3, b3);
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(other, b0);
  v128.store(other, b1, 16);
  v128.store(other, b2, 32);
  v128.store(other, b3, 48);
}

function single(x: usize, d: usize, sum: usize, width: usize): void {
  let a = v128.load(sum);
  for (const end = x + width; x < end; x += 16, d += 16) a = madd(v128.load(x), v128.load(d), a);
  v128.store(sum, a);
}

function gradientByBias(delta: usize, sums: usize, columns: i32, width: usize): void {
  for (let j = 0; j < columns; j++, delta += LINE, sums += 16) {
    let sum = v128.load(sums);
    for (let d = delta; d < delta + width; d += 64) {
      const low = f32x4.add(v128.load(d), v128.load(d, 16));
      const high = f32x4.add(v128.load(d, 32), v128.load(d, 48));
      sum = f32x4.add(sum, f32x4.add(low, high));
    }
    v128.store(sums, sum);
  }
}

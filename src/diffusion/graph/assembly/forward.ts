/** From a graph to a vector at each node; ../network.ts says what is computed. */

import { madd, sigmoid4, splat } from '../../../model/engines/assembly/math';
import { gemm } from './gemm';
import { couple, RECORD, radialFunctions } from './geometry';
import {
  activated,
  BATCH,
  beforeActivation,
  beyond,
  block,
  channels,
  degree,
  features,
  filters,
  GATE_BIAS,
  GATES,
  gates,
  HIDDEN,
  HIDDEN_BIAS,
  integer,
  Job,
  LEFT1,
  left,
  lMax,
  MIX0,
  Model,
  mine,
  NODES,
  NOISE,
  narrow,
  nodes,
  outgoing,
  pathsOf,
  RADIAL,
  RIGHT1,
  radials,
  received,
  receivers,
  records,
  right,
  row,
  wide,
} from './layout';
import { sendAlong } from './waiting';

/** 1/√(2l + 1), the weight of a product of degree l. */
export function productWeight(l: i32): f32 {
  return l === 1 ? 0.57735027 : 0.4472136;
}

/** x/√(1 + x²/64): products and gates stay below 8, or features could grow by powers from layer to layer. */
export function squash(x: v128): v128 {
  return f32x4.div(x, f32x4.sqrt(madd(f32x4.mul(x, splat(1.0 / 64)), x, splat(1))));
}

/** Slope of {@link squash} where it has the value y: (1 − y²/64)^(3/2). */
export function squashSlope(y: v128): v128 {
  const rest = f32x4.pmax(splat(0), f32x4.sub(splat(1), f32x4.mul(f32x4.mul(y, y), splat(1.0 / 64))));
  return f32x4.mul(rest, f32x4.sqrt(rest));
}

/** Runs the network; `arrange` has been called. */
export function forward(model: Model, job: Job): void {
  measure(model, job);
  embed(model, job);
  for (let t = 0; t < model.layers; t++) {
    send(model, job, t);
    update(model, job, t, 0, nodes);
  }
  project(model, job);
}

/** Measures all edges. */
export function measure(model: Model, job: Job): void {
  for (let i = 0; i < nodes; i++) {
    const end = load<i32>(job.offsets + ((<usize>i) << 2), 4);
    for (let e = load<i32>(job.offsets + ((<usize>i) << 2)); e < end; e++) {
      measureEdge(model, e, job.vectors);
      store<i32>(receivers + ((<usize>e) << 2), i);
    }
  }
}

/** Couplings and radial functions of edge or pair e; uses the place of the filters. */
export function measureEdge(model: Model, e: i32, vectors: usize): void {
  const v = vectors + 12 * <usize>e;
  const x = load<f32>(v);
  const y = load<f32>(v, 4);
  const z = load<f32>(v, 8);
  const d = sqrt<f32>(x * x + y * y + z * z);
  // The direction of two atoms in one place does not matter: their radial functions are zero.
  const inverse = d > 0 ? <f32>1 / d : 0;
  couple(records + RECORD * <usize>e, filters, x * inverse, y * inverse, z * inverse);
  const functions = radials + ((<usize>(model.radial * e)) << 2);
  radialFunctions(functions, model.radial, d / model.cutoff, model.scale);
}

export function embed(model: Model, job: Job): void {
  const h = features(0);
  for (let i = <usize>mine; i < <usize>beyond; i++) {
    const species = integer(job.species, <i32>i);
    memory.copy(h + row * i, model.parameters + ((<usize>(model.embedding + species * channels)) << 2), row);
    memory.fill(degree(h, 1) + 3 * row * i, 0, 3 * row);
    memory.fill(degree(h, 2) + 5 * row * i, 0, 5 * row);
  }
  const noise = job.noise + ((<usize>(mine * model.noise)) << 2);
  const matrix = model.parameters + ((<usize>model.noiseEmbedding) << 2);
  gemm(h + row * <usize>mine, noise, matrix, beyond - mine, model.noise, channels, true);
}

/** Features as they are sent. */
export function mix(model: Model, t: i32): void {
  for (let l = 0; l <= (t === 0 ? 0 : lMax); l++) {
    const rows = (2 * l + 1) * (beyond - mine);
    const begin = row * <usize>((2 * l + 1) * mine);
    const matrix = block(model, model.parameters, t, MIX0 + l);
    gemm(degree(outgoing(t), l) + begin, degree(features(t), l) + begin, matrix, rows, channels, channels, false);
  }
}

/** Adds to the features of layer t their messages, at the nodes that are wanted after it. */
export function send(model: Model, job: Job, t: i32): void {
  const h = features(t);
  const x = received(t);
  const parameters = model.parameters;
  mix(model, t);
  narrow(job, t + 1);
  for (let l = 0; l <= lMax; l++) memory.copy(degree(x, l), degree(h, l), <usize>((2 * l + 1) * nodes) * row);
  const edges = load<i32>(job.offsets + ((<usize>nodes) << 2));
  const radial = block(model, parameters, t, RADIAL);
  const paths = pathsOf(model, t);
  const width = paths * channels;
  for (let first = 0; first < edges; first += BATCH) {
    const size = min(BATCH, edges - first);
    const from = radials + ((<usize>(model.radial * first)) << 2);
    gemm(filters, from, radial, size, model.radial, width, false);
    for (let e = 0; e < size; e++) {
      const i = row * <usize>integer(receivers, first + e);
      const j = integer(job.senders, first + e);
      const g = filters + row * <usize>(paths * e);
      const m = records + RECORD * <usize>(first + e);
      sendAlong(t, g, m, j, x + i, degree(x, 1) + 3 * i, degree(x, 2) + 5 * i);
    }
  }
}

/** Updates nodes, a block at a time, for features that are overwritten. */
export function updateInPlace(model: Model, job: Job, t: i32): void {
  for (let first = mine; first < beyond; first += NODES) update(model, job, t, first, min(NODES, beyond - first));
}

/** From the features with messages to those before layer t + 1, at `count` nodes from the first on. */
export function update(model: Model, job: Job, t: i32, first: i32, count: i32): void {
  const begin = row * <usize>first;
  const x = received(t) + begin;
  const inputs = wide(t);
  const parameters = model.parameters;
  const degrees = <usize>(1 + lMax);
  for (let i: usize = 0; i < <usize>count; i++) memory.copy(inputs + degrees * row * i, x + row * i, row);
  for (let l = 1; l <= lMax; l++) {
    const order = <usize>(2 * l + 1);
    const rows = (2 * l + 1) * count;
    const from = degree(received(t), l) + order * begin;
    gemm(left(t, l), from, block(model, parameters, t, LEFT1 + l - 1), rows, channels, channels, false);
    gemm(right(t, l), from, block(model, parameters, t, RIGHT1 + l - 1), rows, channels, channels, false);
    const weight = splat(productWeight(l));
    for (let i: usize = 0; i < <usize>count; i++) {
      for (let k: usize = 0; k < row; k += 16) {
        let p = left(t, l) + order * row * i + k;
        let q = right(t, l) + order * row * i + k;
        let sum = splat(0);
        for (let c: usize = 0; c < order; c++, p += row, q += row) sum = madd(v128.load(p), v128.load(q), sum);
        v128.store(inputs + (degrees * i + <usize>l) * row + k, squash(f32x4.mul(weight, sum)));
      }
    }
  }
  perceive(model, job.noise + ((<usize>(first * model.noise)) << 2), t, count);
  gate(t, begin, <usize>count);
}

/** The two-layer perceptron of the update. */
function perceive(model: Model, noise: usize, t: i32, count: i32): void {
  const parameters = model.parameters;
  const p = beforeActivation(t);
  const y = activated(t);
  const width = (1 + lMax) * channels;
  spread(p, block(model, parameters, t, HIDDEN_BIAS), 2 * channels, count);
  gemm(p, noise, block(model, parameters, t, NOISE), count, model.noise, 2 * channels, true);
  gemm(p, wide(t), block(model, parameters, t, HIDDEN), count, width, 2 * channels, true);
  for (let k: usize = 0; k < 2 * row * <usize>count; k += 16) {
    const value = v128.load(p + k);
    v128.store(y + k, f32x4.mul(value, sigmoid4(value)));
  }
  spread(gates(t), block(model, parameters, t, GATE_BIAS), width, count);
  gemm(gates(t), y, block(model, parameters, t, GATES), count, 2 * channels, width, true);
}

/** The same row for every node. */
function spread(target: usize, source: usize, width: i32, count: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i: usize = 0; i < <usize>count; i++) memory.copy(target + bytes * i, source, bytes);
}

/** `begin` bytes of scalars of nodes lie before those of the first one. */
function gate(t: i32, begin: usize, count: usize): void {
  const x = received(t);
  const h = features(t + 1);
  const degrees = <usize>(1 + lMax);
  for (let i: usize = 0; i < count; i++) {
    const o = gates(t) + degrees * row * i;
    for (let k: usize = 0; k < row; k += 16) {
      const at = begin + row * i + k;
      v128.store(h + at, f32x4.add(v128.load(x + at), v128.load(o + k)));
    }
    for (let l = 1; l <= lMax; l++) {
      const order = <usize>(2 * l + 1);
      for (let k: usize = 0; k < row; k += 16) {
        const factor = squash(v128.load(o + <usize>l * row + k));
        for (let c: usize = 0; c < order; c++) {
          const from = (order * i + c) * row + k;
          const at = order * begin + from;
          const value = madd(factor, v128.load(left(t, l) + from), v128.load(degree(x, l) + at));
          v128.store(degree(h, l) + at, value);
        }
      }
    }
  }
}

/** The vectors of the last features, weighted. */
export function project(model: Model, job: Job): void {
  const h = degree(features(model.layers), 1);
  const w = model.parameters + ((<usize>model.output) << 2);
  for (let r = <usize>(3 * mine); r < <usize>(3 * beyond); r++) {
    let sum = splat(0);
    for (let k: usize = 0; k < row; k += 16) sum = madd(v128.load(h + row * r + k), v128.load(w + k), sum);
    const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    const high = f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
    store<f32>(job.output + (r << 2), low + high);
  }
}

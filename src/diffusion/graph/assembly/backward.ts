/** Loss and gradient by all parameters; distances are data, so nothing is differentiated by them. */

import { madd, sigmoid4, splat } from '../../../model/engines/assembly/math';
import { productWeight, squash, squashSlope } from './forward';
import { addColumns, gemm, gemmTransposed } from './gemm';
import { RECORD } from './geometry';
import {
  activated,
  all,
  BATCH,
  before,
  beforeActivation,
  block,
  channels,
  degree,
  features,
  filterGradients,
  filters,
  GATE_BIAS,
  GATES,
  gates,
  gatesBack,
  HIDDEN,
  HIDDEN_BIAS,
  hiddenBack,
  Job,
  LEFT1,
  left,
  leftBack,
  lMax,
  MIX0,
  Model,
  NOISE,
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
  rightBack,
  row,
  sent,
  wide,
  wideBack,
} from './layout';
import { sendAllBack, sendScalarsBack } from './messagesBack';

/** Σ wᵢ |outputᵢ − targetᵢ|²; leaves its gradient in the place of the target. */
export function measureLoss(job: Job): void {
  let loss: f64 = 0;
  for (let i = 0; i < nodes; i++) {
    const weight = load<f32>(job.weights + ((<usize>i) << 2));
    for (let c = 0; c < 3; c++) {
      const at = (<usize>(3 * i + c)) << 2;
      const off = load<f32>(job.output + at) - load<f32>(job.target + at);
      loss += <f64>weight * <f64>off * <f64>off;
      store<f32>(job.target + at, <f32>2 * weight * off);
    }
  }
  job.loss = loss;
}

export function backward(model: Model, job: Job): void {
  memory.fill(job.gradient, 0, (<usize>model.parameterCount) << 2);
  memory.fill(before, 0, 9 * all);
  projectBack(model, job);
  for (let t = model.layers - 1; t >= 0; t--) {
    updateBack(model, job, t);
    sendBack(model, job, t);
  }
  embedBack(model, job);
}

function projectBack(model: Model, job: Job): void {
  const h = degree(features(model.layers), 1);
  const d = degree(before, 1);
  const w = model.parameters + ((<usize>model.output) << 2);
  const dw = job.gradient + ((<usize>model.output) << 2);
  for (let r: usize = 0; r < 3 * <usize>nodes; r++) {
    const e = splat(load<f32>(job.target + (r << 2)));
    for (let k: usize = 0; k < row; k += 16) {
      v128.store(d + row * r + k, f32x4.mul(e, v128.load(w + k)));
      v128.store(dw + k, madd(e, v128.load(h + row * r + k), v128.load(dw + k)));
    }
  }
}

/** `before` holds the gradient by the features after layer t, and then by those with the messages. */
function updateBack(model: Model, job: Job, t: i32): void {
  gateBack(t);
  const width = (1 + lMax) * channels;
  const y = hiddenBack;
  const g = job.gradient;
  gemmTransposed(block(model, g, t, GATES), activated(t), gatesBack, nodes, 2 * channels, width);
  addColumns(block(model, g, t, GATE_BIAS), gatesBack, nodes, width);
  gemm(y, gatesBack, block(model, model.transposed, t, GATES), nodes, width, 2 * channels, false);
  const p = beforeActivation(t);
  const one = splat(1);
  for (let k: usize = 0; k < 2 * all; k += 16) {
    const value = v128.load(p + k);
    const s = sigmoid4(value);
    const slope = f32x4.mul(s, madd(value, f32x4.sub(one, s), one));
    v128.store(y + k, f32x4.mul(slope, v128.load(y + k)));
  }
  gemmTransposed(block(model, g, t, HIDDEN), wide(t), y, nodes, width, 2 * channels);
  gemmTransposed(block(model, g, t, NOISE), job.noise, y, nodes, model.noise, 2 * channels);
  addColumns(block(model, g, t, HIDDEN_BIAS), y, nodes, 2 * channels);
  gemm(wideBack, y, block(model, model.transposed, t, HIDDEN), nodes, 2 * channels, width, false);
  const degrees = <usize>(1 + lMax);
  for (let i: usize = 0; i < <usize>nodes; i++) {
    for (let k: usize = 0; k < row; k += 16) {
      const at = before + row * i + k;
      v128.store(at, f32x4.add(v128.load(at), v128.load(wideBack + degrees * row * i + k)));
    }
  }
  for (let l = 1; l <= lMax; l++) productsBack(model, job, t, l);
}

/** Gradients by the gates and, through them, by the left sides. */
function gateBack(t: i32): void {
  const degrees = <usize>(1 + lMax);
  for (let i: usize = 0; i < <usize>nodes; i++) {
    const to = gatesBack + degrees * row * i;
    const o = gates(t) + degrees * row * i;
    memory.copy(to, before + row * i, row);
    for (let l = 1; l <= lMax; l++) {
      const order = <usize>(2 * l + 1);
      for (let k: usize = 0; k < row; k += 16) {
        const factor = squash(v128.load(o + <usize>l * row + k));
        let sum = splat(0);
        for (let c: usize = 0; c < order; c++) {
          const at = (order * i + c) * row + k;
          const d = v128.load(degree(before, l) + at);
          sum = madd(d, v128.load(left(t, l) + at), sum);
          v128.store(degree(leftBack - all, l) + at, f32x4.mul(factor, d));
        }
        v128.store(to + <usize>l * row + k, f32x4.mul(squashSlope(factor), sum));
      }
    }
  }
}

/** Through the products of degree l to the features with messages. */
function productsBack(model: Model, job: Job, t: i32, l: i32): void {
  const degrees = <usize>(1 + lMax);
  const order = <usize>(2 * l + 1);
  const rows = (2 * l + 1) * nodes;
  const a = degree(leftBack - all, l);
  const b = degree(rightBack - all, l);
  const weight = splat(productWeight(l));
  for (let i: usize = 0; i < <usize>nodes; i++) {
    for (let k: usize = 0; k < row; k += 16) {
      const place = (degrees * i + <usize>l) * row + k;
      const slope = f32x4.mul(weight, squashSlope(v128.load(wide(t) + place)));
      const d = f32x4.mul(slope, v128.load(wideBack + place));
      for (let c: usize = 0; c < order; c++) {
        const at = (order * i + c) * row + k;
        v128.store(a + at, madd(d, v128.load(right(t, l) + at), v128.load(a + at)));
        v128.store(b + at, f32x4.mul(d, v128.load(left(t, l) + at)));
      }
    }
  }
  const x = degree(received(t), l);
  const d = degree(before, l);
  gemmTransposed(block(model, job.gradient, t, LEFT1 + l - 1), x, a, rows, channels, channels);
  gemmTransposed(block(model, job.gradient, t, RIGHT1 + l - 1), x, b, rows, channels, channels);
  gemm(d, a, block(model, model.transposed, t, LEFT1 + l - 1), rows, channels, channels, true);
  gemm(d, b, block(model, model.transposed, t, RIGHT1 + l - 1), rows, channels, channels, true);
}

/** Through the messages: `before` becomes the gradient by the features before layer t. */
function sendBack(model: Model, job: Job, t: i32): void {
  memory.fill(sent, 0, 9 * all);
  edgesBack(model, job, t);
  for (let l = 0; l <= (t === 0 ? 0 : lMax); l++) {
    const rows = (2 * l + 1) * nodes;
    const mix = MIX0 + l;
    const d = degree(sent, l);
    gemmTransposed(block(model, job.gradient, t, mix), degree(features(t), l), d, rows, channels, channels);
    gemm(degree(before, l), d, block(model, model.transposed, t, mix), rows, channels, channels, true);
  }
}

function edgesBack(model: Model, job: Job, t: i32): void {
  const radial = block(model, model.parameters, t, RADIAL);
  const radialBack = block(model, job.gradient, t, RADIAL);
  const paths = pathsOf(model, t);
  const width = paths * channels;
  const u = outgoing(t);
  const u1 = degree(u, 1);
  const u2 = degree(u, 2);
  const e1 = degree(before, 1);
  const e2 = degree(before, 2);
  const d1 = degree(sent, 1);
  const d2 = degree(sent, 2);
  for (let first = 0; first < job.edges; first += BATCH) {
    const size = min(BATCH, job.edges - first);
    const from = radials + ((<usize>(model.radial * first)) << 2);
    gemm(filters, from, radial, size, model.radial, width, false);
    for (let e = 0; e < size; e++) {
      const i = row * <usize>load<i32>(receivers + ((<usize>(first + e)) << 2));
      const j = row * <usize>load<i32>(job.senders + ((<usize>(first + e)) << 2));
      const g = filters + row * <usize>(paths * e);
      const dg = filterGradients + row * <usize>(paths * e);
      const m = records + RECORD * <usize>(first + e);
      if (t === 0) {
        sendScalarsBack(g, m, u + j, before + i, e1 + 3 * i, e2 + 5 * i, sent + j, dg, row);
      } else {
        const a = u + j;
        const b = u1 + 3 * j;
        const c = u2 + 5 * j;
        sendAllBack(g, m, a, b, c, before + i, e1 + 3 * i, e2 + 5 * i, sent + j, d1 + 3 * j, d2 + 5 * j, dg, row);
      }
    }
    gemmTransposed(radialBack, from, filterGradients, size, model.radial, width);
  }
}

function embedBack(model: Model, job: Job): void {
  const noise = job.gradient + ((<usize>model.noiseEmbedding) << 2);
  gemmTransposed(noise, job.noise, before, nodes, model.noise, channels);
  for (let i = 0; i < nodes; i++) {
    const species = load<i32>(job.species + ((<usize>i) << 2));
    addColumns(
      job.gradient + ((<usize>(model.embedding + species * channels)) << 2),
      before + row * <usize>i,
      1,
      channels,
    );
  }
}

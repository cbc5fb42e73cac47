/** The objective of infilling, Σ_k w_k (g_k(z) − t_k)² + ½ prior ‖z‖², and its descent by Adam, a block at a time. */

import { maskedLoss } from './losses';
import { madd, splat } from './math';
import { BLOCK, LINE, Network, widthOf } from './network';
import { decodeBlock, gradientByLatents } from './passes';
import { loadRows, storeRows } from './train';

/** Written by ../wasmLayout.ts, word for word in this order; row-major arrays, `room` for one block's own state. */
@unmanaged
export class Infill {
  network: usize;
  count: i32;
  latents: usize;
  targets: usize;
  weights: usize;
  objectives: usize;
  room: usize;
  steps: i32;
  rate: f32;
  prior: f32;
}

/** Objective of each sample at the block's z, and the gradient in the place of z. */
function evaluate(infill: Infill, network: Network, scratch: usize, point: usize, width: usize): void {
  const entries = <usize>network.gramSize * LINE;
  const size = <usize>network.latent * LINE;
  const latents = scratch + network.latents;
  memory.copy(latents, point, size);
  decodeBlock(network, scratch, width);
  maskedLoss(network, scratch, infill.room, infill.room + entries, scratch, width);
  gradientByLatents(network, scratch, width);
  const prior = splat(infill.prior);
  for (let r: usize = 0; r < width; r += 16) {
    let total = splat(0);
    for (let k = r; k < size; k += LINE) {
      const z = v128.load(point + k);
      total = madd(z, z, total);
      v128.store(latents + k, madd(prior, z, v128.load(latents + k)));
    }
    v128.store(scratch + r, madd(f32x4.mul(prior, splat(0.5)), total, v128.load(scratch + r)));
  }
}

/** Replaces each row of `latents` by the best of the steps + 1 points of its path. */
export function descend(address: usize, scratch: usize): void {
  const infill = changetype<Infill>(address);
  const network = changetype<Network>(infill.network);
  const size = <usize>network.latent * LINE;
  const point = infill.room + <usize>network.gramSize * 2 * LINE;
  const best = point + 3 * size;
  const lowest = point + 4 * size;
  for (let first = 0; first < infill.count; first += BLOCK) {
    const width = widthOf(infill.count - first);
    loadRows(infill.targets, network.gramSize, first, infill.count, infill.room);
    loadRows(infill.weights, network.gramSize, first, infill.count, infill.room + <usize>network.gramSize * LINE);
    loadRows(infill.latents, network.latent, first, infill.count, point);
    memory.fill(point + size, 0, 2 * size);
    memory.copy(best, point, size);
    for (let r: usize = 0; r < width; r += 16) v128.store(lowest + r, splat(f32.MAX_VALUE));
    let power1: f64 = 1;
    let power2: f64 = 1;
    for (let step = 0; step <= infill.steps; step++) {
      evaluate(infill, network, scratch, point, width);
      keepBest(scratch, point, best, lowest, size, width);
      power1 *= 0.9;
      power2 *= 0.999;
      const rate = <f32>(<f64>infill.rate / (1 - power1));
      if (step < infill.steps) advance(scratch + network.latents, point, size, rate, <f32>(1 / (1 - power2)));
    }
    storeRows(lowest, 1, first, infill.count, infill.objectives);
    storeRows(best, network.latent, first, infill.count, infill.latents);
  }
}

function keepBest(objectives: usize, point: usize, best: usize, lowest: usize, size: usize, width: usize): void {
  for (let r: usize = 0; r < width; r += 16) {
    const objective = v128.load(objectives + r);
    const better = f32x4.lt(objective, v128.load(lowest + r));
    v128.store(lowest + r, v128.bitselect(objective, v128.load(lowest + r), better));
    for (let k = r; k < size; k += LINE) {
      v128.store(best + k, v128.bitselect(v128.load(point + k), v128.load(best + k), better));
    }
  }
}

/** One Adam step (β = 0.9, 0.999; ε = 1e-8) of the point, whose moments lie behind it. */
function advance(gradient: usize, point: usize, size: usize, rate: f32, correction: f32): void {
  for (let k: usize = 0; k < size; k += 16) {
    const g = v128.load(gradient + k);
    const p = point + k;
    const m = madd(splat(0.9), v128.load(p + size), f32x4.mul(splat(0.1), g));
    const v = madd(splat(0.999), v128.load(p + 2 * size), f32x4.mul(splat(0.001), f32x4.mul(g, g)));
    v128.store(p + size, m);
    v128.store(p + 2 * size, v);
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(v, splat(correction))), splat(1e-8));
    v128.store(p, f32x4.sub(v128.load(p), f32x4.div(f32x4.mul(splat(rate), m), scale)));
  }
}

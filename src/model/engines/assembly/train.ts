/**
 * Training steps, shared by any number of threads.
 *
 * A step is a fixed list of items: its groups of blocks (forward, backward), then its slices of the parameters (sum the
 * groups' gradients, Adam). Threads claim items by ticket, so a late one delays nothing it has not claimed, and every
 * item is computed whole by one, in a fixed order inside: results do not depend on the threads, to the bit.
 */

import { adam, gatherGradient } from './adam';
import { normalizedGram } from './gram';
import { gramLoss } from './losses';
import { sum4 } from './math';
import { BLOCK, LINE, Network, widthOf } from './network';
import { decodeBlock, encodeBlock, gradientBlock, sampleLatents } from './passes';
import { drawWords, normals, scaleWord, shuffle, streamKey } from './random';
import { synchronizedLoss } from './synchronized';

/** Looks before a thread sleeps: some 20 µs, for falling asleep and waking cost a step of 256 samples a tenth. */
const SPINS = 40000;

/** Written by ../wasmLayout.ts, word for word in this order. */
@unmanaged
export class Session {
  // Read and written by all threads; 8-byte aligned.
  /** Items to be done, claimed, and done, since the session began. */
  end: i64;
  ticket: i64;
  done: i64;
  waiting: i32;
  stop: i32;
  /** 1 + index of the first step whose loss was not finite, counted from the first item; 0 for none. */
  failed: i32;
  /** Step of the first item. */
  origin: i32;
  /** 1 while a thread claims an item. */
  lock: i32;
  padding: i32;
  /** Sums over the steps since the caller cleared them. */
  reconstruction: f64;
  divergence: f64;

  network: usize;
  /** Positions (Å) or pairs of rows of M environments, or of the batch itself where nothing is drawn. */
  positions: usize;
  environments: i32;
  batch: i32;
  groups: i32;
  slices: i32;
  sliceSize: i32;
  /** 0: rows as they are, noise given; else 1 + the number of runs of neighbors that are relabelled. */
  draws: i32;
  /** Where the runs end. */
  runs: usize;
  seedLow: u32;
  seedHigh: u32;
  synchronized: i32;
  beta: f32;
  /** Given noise, batch × latent; 0 for none. */
  noise: usize;
  /** (rate, 1/(1−β₁ᵗ), 1/(1−β₂ᵗ)) of step k at 12 · (k mod rateCount). */
  rates: usize;
  rateCount: i32;
  /** Per group: four lanes a parameter; and (reconstruction, KL) in double precision. */
  accumulators: usize;
  groupLosses: usize;
  gradient: usize;
  firstMoment: usize;
  secondMoment: usize;
}

function itemsPerStep(session: Session): i32 {
  return session.groups + session.slices;
}

/** Adds items for `steps` more steps, and wakes the threads. */
export function extend(address: usize, steps: i32): void {
  const session = changetype<Session>(address);
  atomic.store<i64>(address, session.end + <i64>steps * itemsPerStep(session));
  atomic.notify(address, -1);
}

/** Works until all items are done (or, for a worker, until told to stop). */
export function work(address: usize, scratch: usize, worker: i32): void {
  const session = changetype<Session>(address);
  while (true) {
    const end = atomic.load<i64>(address);
    const ticket = claim(address, end);
    if (ticket >= 0) {
      perform(session, address, scratch, ticket);
    } else if (!worker) {
      waitFor(address, end);
      return;
    } else {
      if (atomic.load<i32>(address + offsetof<Session>('stop'))) return;
      waitForWork(address, end);
    }
  }
}

/**
 * The next ticket below `end`, or −1. By a lock of four instructions and not by compare-exchange: V8's baseline
 * compiler (Node 20.20) can keep the expected value in the register that receives the found one, and then each
 * exchange seems to succeed.
 */
function claim(address: usize, end: i64): i64 {
  const ticketAt = address + offsetof<Session>('ticket');
  if (atomic.load<i64>(ticketAt) >= end) return -1;
  const lockAt = address + offsetof<Session>('lock');
  while (atomic.xchg<i32>(lockAt, 1) !== 0) {}
  const ticket = atomic.load<i64>(ticketAt);
  if (ticket < end) atomic.store<i64>(ticketAt, ticket + 1);
  atomic.store<i32>(lockAt, 0);
  return ticket < end ? ticket : -1;
}

function waitForWork(address: usize, end: i64): void {
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i64>(address) !== end) return;
  atomic.wait<i64>(address, end, -1);
}

function perform(session: Session, address: usize, scratch: usize, ticket: i64): void {
  const items = itemsPerStep(session);
  const step = <i32>(ticket / items);
  const item = <i32>(ticket % items);
  const groups = session.groups;
  const phaseStart = item < groups ? 0 : groups;
  const phaseEnd = item < groups ? groups : items;
  const base = ticket - item;
  waitFor(address, base + phaseStart);
  if (!session.failed) {
    if (item < groups) runGroup(session, scratch, item, step);
    else runSlice(session, item - groups, step);
  }
  const done = atomic.add<i64>(address + offsetof<Session>('done'), 1) + 1;
  if (done === base + phaseEnd && atomic.load<i32>(address + offsetof<Session>('waiting'))) {
    atomic.notify(address + offsetof<Session>('done'), -1);
  }
}

/** Waits until `count` items are done. */
function waitFor(address: usize, count: i64): void {
  const doneAt = address + offsetof<Session>('done');
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i64>(doneAt) >= count) return;
  const waitingAt = address + offsetof<Session>('waiting');
  atomic.add<i32>(waitingAt, 1);
  while (true) {
    const done = atomic.load<i64>(doneAt);
    if (done >= count) break;
    atomic.wait<i64>(doneAt, done, -1);
  }
  atomic.sub<i32>(waitingAt, 1);
}

/** Forward and backward of one group of blocks. */
export function runGroup(session: Session, scratch: usize, group: i32, step: i32): void {
  const network = changetype<Network>(session.network);
  const blocks = (session.batch + BLOCK - 1) / BLOCK;
  const first = (group * blocks) / session.groups;
  const last = ((group + 1) * blocks) / session.groups;
  const stride = ((<usize>network.parameterCount) << 4) + 64;
  // 0 where no gradient is wanted.
  const accumulators = session.accumulators ? session.accumulators + <usize>group * stride : 0;
  const key = scratch + network.words - 16;
  if (session.draws) streamKey(key, session.seedLow, session.seedHigh, session.origin + step);
  let reconstruction: f64 = 0;
  let divergence: f64 = 0;
  for (let block = first; block < last; block++) {
    const width = widthOf(session.batch - block * BLOCK);
    loadBlock(session, network, scratch, block * BLOCK, key, width);
    encodeBlock(network, scratch, width);
    sampleLatents(network, scratch, scratch + LINE, width);
    decodeBlock(network, scratch, width);
    if (session.synchronized) synchronizedLoss(network, scratch, scratch, width);
    else gramLoss(network, scratch, scratch, width);
    if (accumulators) gradientBlock(network, scratch, accumulators, session.beta, width);
    for (let r: usize = 0; r < width; r += 16) {
      const weight = v128.load(scratch + network.weights + r);
      reconstruction += sum4(f32x4.mul(weight, v128.load(scratch + r)));
      divergence += sum4(f32x4.mul(weight, v128.load(scratch + r, LINE)));
    }
  }
  const place = session.groupLosses + ((<usize>group) << 4);
  store<f64>(place, reconstruction);
  store<f64>(place, divergence, 8);
}

/** Draws or copies a block of samples from `first` on: positions, weights, noise and normalized Gram entries. */
function loadBlock(session: Session, network: Network, scratch: usize, first: i32, key: usize, width: usize): void {
  const n = network.atoms;
  const share: f32 = <f32>1 / <f32>session.batch;
  const words = scratch + network.words;
  const mode = session.draws;
  const drawnWords = (mode > 1 ? n : 1) + ((network.latent + 1) & ~1);
  if (mode) drawWords(key, first, drawnWords, words, width);
  let normalsAt = words + LINE;
  for (let s = 0; s < <i32>(width >> 2); s++) {
    // Beyond the end of the batch, repeat its first row with weight 0.
    const inside = first + s < session.batch;
    store<f32>(scratch + network.weights + ((<usize>s) << 2), inside ? share : 0);
    const permutation = scratch + network.permutations;
    for (let a = 0; a < n; a++) store<i32>(permutation + ((<usize>a) << 2), a);
    let row = inside ? first + s : 0;
    if (mode) {
      let word = words + ((<usize>s) << 2);
      row = scaleWord(load<u32>(word), session.environments);
      word += LINE;
      let start = 0;
      for (let run = 0; run < mode - 1; run++) {
        const end = load<i32>(session.runs + ((<usize>run) << 2));
        word = shuffle(permutation, start, end, word);
        start = end;
      }
      normalsAt = word - ((<usize>s) << 2);
    }
    const source = session.positions + <usize>(row * n) * 12;
    let target = scratch + network.positions + ((<usize>s) << 2);
    for (let a = 0; a < n; a++, target += 3 * LINE) {
      const p = source + <usize>load<i32>(permutation + ((<usize>a) << 2)) * 12;
      store<f32>(target, load<f32>(p));
      store<f32>(target, load<f32>(p, 4), LINE);
      store<f32>(target, load<f32>(p, 8), 2 * LINE);
    }
    if (!n) {
      const pair = session.positions + <usize>(row * (network.gramSize + network.outputs)) * 4;
      const lane = scratch + ((<usize>s) << 2);
      spread(pair, network.gramSize, lane + network.input);
      spread(pair + <usize>network.gramSize * 4, network.outputs, lane + network.target);
    }
  }
  if (network.variational) {
    const noise = scratch + network.noise;
    if (mode) normals(normalsAt, network.latent, noise, width);
    else if (session.noise) loadRows(session.noise, network.latent, first, session.batch, noise);
    else memory.fill(noise, 0, <usize>network.latent * LINE);
  }
  normalizedGram(network, scratch + network.positions, scratch + network.input, 1, width);
}

/** Numbers of one sample into its lane of as many lines. */
function spread(row: usize, width: i32, target: usize): void {
  for (let k = 0; k < width; k++, target += LINE) store<f32>(target, load<f32>(row + ((<usize>k) << 2)));
}

/** A block of rows from `first` on (below `count`; zeros beyond) into neuron-major order. */
export function loadRows(rows: usize, width: i32, first: i32, count: i32, target: usize): void {
  for (let s = 0; s < BLOCK; s++) {
    const inside = first + s < count;
    const row = rows + <usize>((first + s) * width) * 4;
    for (let k = 0; k < width; k++) {
      store<f32>(target + <usize>k * LINE + ((<usize>s) << 2), inside ? load<f32>(row + ((<usize>k) << 2)) : 0);
    }
  }
}

/** The other way. */
export function storeRows(source: usize, width: i32, first: i32, count: i32, rows: usize): void {
  for (let s = 0; s < BLOCK && first + s < count; s++) {
    const row = rows + <usize>((first + s) * width) * 4;
    for (let k = 0; k < width; k++) {
      store<f32>(row + ((<usize>k) << 2), load<f32>(source + <usize>k * LINE + ((<usize>s) << 2)));
    }
  }
}

/** Sums the gradient of one slice of the parameters and applies Adam. */
function runSlice(session: Session, slice: i32, step: i32): void {
  const network = changetype<Network>(session.network);
  const start = slice * session.sliceSize;
  const stop = min(start + session.sliceSize, network.parameterCount);
  let reconstruction: f64 = 0;
  let divergence: f64 = 0;
  for (let group = 0; group < session.groups; group++) {
    reconstruction += load<f64>(session.groupLosses + ((<usize>group) << 4));
    divergence += load<f64>(session.groupLosses + ((<usize>group) << 4), 8);
  }
  gatherGradient(session, network, start, stop);
  // Infinity and NaN alone differ from themselves. A step that failed changes no parameter: every slice sees the same
  // losses.
  if (reconstruction - reconstruction !== 0 || divergence - divergence !== 0) {
    atomic.store<i32>(changetype<usize>(session) + offsetof<Session>('failed'), step + 1);
    return;
  }
  if (slice === 0) {
    session.reconstruction += reconstruction;
    session.divergence += divergence;
  }
  adam(session, network, start, stop, step);
}

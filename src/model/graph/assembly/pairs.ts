/**
 * Predictions by pairs of atoms: the two directions of a pair share distance, couplings and filters, and what known atoms
 * say among themselves is there already (kept.ts).
 *
 * Pairs are taken by their lower atom, then by their upper one, so that each atom adds up its messages in the order of
 * its neighbors: sums are those of forward.ts to the bit. Features are overwritten from layer to layer.
 */

import { embed, measureEdge, mix, project, update } from './forward';
import { gemm } from './gemm';
import { RECORD } from './geometry';
import {
  BATCH,
  block,
  channels,
  degree,
  features,
  filters,
  Job,
  Kept,
  lMax,
  Model,
  NODES,
  narrow,
  nodes,
  outgoing,
  Pairs,
  pathsOf,
  RADIAL,
  radials,
  records,
  row,
  WAITING,
  WAITING_BYTES,
  waiting,
  waitingRadials,
} from './layout';
import { addTo, sendScalars, sendTensors, sendVectors } from './messages';

/** A pair whose messages wait for their filters. */
@unmanaged
class Waiting {
  /** Rows of the lower and the upper atom, −1 for none. */
  lower: i32;
  upper: i32;
  record: usize;
  /** Filters, if a message is to be made. */
  filters: usize;
  /** Messages that are kept, to the lower and then to the upper atom. */
  messages: usize;
}

/** Pairs that wait, and how many of them wait for filters. */
let pending: i32 = 0;
let unfiltered: i32 = 0;
/** The first nodes, those with features of their own to send. */
let senders: i32 = 0;

/** Runs the network; `arrangePairs` has been called. */
export function predict(model: Model, job: Job): void {
  const pairs = changetype<Pairs>(job.pairs);
  narrow(job, 0);
  measurePairs(model, pairs);
  embed(model, job);
  for (let t = 0; t < model.layers; t++) {
    narrow(job, t);
    mix(model, t);
    senders = nodes;
    narrow(job, t + 1);
    if (t === 0 && pairs.kept) fetch(pairs, changetype<Kept>(pairs.kept).sums, 0);
    if (t === 1 && pairs.kept) fetch(pairs, changetype<Kept>(pairs.kept).features, senders);
    exchange(model, pairs, t);
    updateAll(model, job, t);
  }
  project(model, job);
}

export function updateAll(model: Model, job: Job, t: i32): void {
  for (let first = 0; first < nodes; first += NODES) update(model, job, t, first, min(NODES, nodes - first));
}

/** Couplings and radial functions of the pairs of which an atom has a row. */
export function measurePairs(model: Model, pairs: Pairs): void {
  for (let i = 0; i < pairs.atoms; i++) {
    const apart = place(pairs, i) < 0;
    const end = integer(pairs.starts, i + 1);
    for (let e = integer(pairs.starts, i); e < end; e++) {
      if (apart && place(pairs, integer(pairs.uppers, e)) < 0) continue;
      measureEdge(model, e, pairs.vectors);
    }
  }
}

/** Copies kept features of known atoms, in the order of atoms, to the nodes from `first` on. */
function fetch(pairs: Pairs, kept: usize, first: i32): void {
  const known = changetype<Pairs>(changetype<Kept>(pairs.kept).pairs).atoms;
  const allKnown = row * <usize>known;
  for (let p = first; p < nodes; p++) {
    const i = integer(pairs.atomOf, p);
    if (i >= known) continue;
    for (let l = 0; l <= lMax; l++) {
      const bytes = row * <usize>(2 * l + 1);
      const from = kept + (l === 0 ? 0 : l === 1 ? allKnown : 4 * allKnown);
      memory.copy(degree(features(0), l) + bytes * <usize>p, from + bytes * <usize>i, bytes);
    }
  }
}

/** Adds the messages of layer t to the features of the nodes at work. */
export function exchange(model: Model, pairs: Pairs, t: i32): void {
  const keptAt = t > 0 ? pairs.kept : 0;
  const kept = changetype<Kept>(keptAt);
  const known = keptAt ? changetype<Pairs>(kept.pairs).atoms : 0;
  const messages = t === 1 && keptAt ? kept.messages : 0;
  for (let i = 0; i < pairs.atoms; i++) {
    const p = place(pairs, i);
    if (i < known)
      offer(model, t, i, p, changetype<Pairs>(kept.pairs), pairs.places, kept.records, kept.radials, messages);
    offer(model, t, i, p, pairs, pairs.places, records, radials, 0);
  }
  flush(model, t);
}

/** Lines up the pairs of lower atom i, whose row is p, if one of their atoms wants a message. */
function offer(
  model: Model,
  t: i32,
  i: i32,
  p: i32,
  pairs: Pairs,
  places: usize,
  couplings: usize,
  functions: usize,
  messages: usize,
): void {
  const end = integer(pairs.starts, i + 1);
  for (let e = integer(pairs.starts, i); e < end; e++) {
    const q = integer(places, integer(pairs.uppers, e));
    if (!receives(p) && !receives(q)) continue;
    const pair = changetype<Waiting>(waiting + WAITING_BYTES * <usize>pending);
    pending++;
    pair.lower = p;
    pair.upper = q;
    pair.record = couplings + RECORD * <usize>e;
    pair.messages = messages + 18 * row * <usize>e;
    if ((receives(p) && sends(q)) || (receives(q) && sends(p))) {
      pair.filters = filters + row * <usize>(pathsOf(model, t) * unfiltered);
      const bytes = (<usize>model.radial) << 2;
      memory.copy(waitingRadials + bytes * <usize>unfiltered, functions + bytes * <usize>e, bytes);
      unfiltered++;
    }
    if (unfiltered === BATCH || pending === WAITING) flush(model, t);
  }
}

/** Adds the messages of all pairs that wait, in their order. */
function flush(model: Model, t: i32): void {
  const width = pathsOf(model, t) * channels;
  const radial = block(model, model.parameters, t, RADIAL);
  gemm(filters, waitingRadials, radial, unfiltered, model.radial, width, false);
  for (let k = 0; k < pending; k++) {
    const pair = changetype<Waiting>(waiting + WAITING_BYTES * <usize>k);
    const p = pair.lower;
    const q = pair.upper;
    if (receives(p)) {
      if (sends(q)) sendTo(t, pair.filters, pair.record, q, p);
      else addKept(pair.messages, p);
    }
    if (!receives(q)) continue;
    if (sends(p)) {
      reverse(pair.filters, t);
      sendTo(t, pair.filters, pair.record, p, q);
    } else addKept(pair.messages + 9 * row, q);
  }
  pending = 0;
  unfiltered = 0;
}

/** Adds to the features of the node in row `to` a message from the one in row `from`. */
function sendTo(t: i32, g: usize, record: usize, from: i32, to: i32): void {
  const h = features(t);
  const i = row * <usize>to;
  sendAlong(t, g, record, from, h + i, degree(h, 1) + 3 * i, degree(h, 2) + 5 * i);
}

/** Adds a message from the node in row `from` to the rows of each degree. */
export function sendAlong(t: i32, g: usize, record: usize, from: i32, x0: usize, x1: usize, x2: usize): void {
  const u = outgoing(t);
  const j = row * <usize>from;
  if (t === 0) sendScalars(g, record, u + j, x0, x1, lMax === 2 ? x2 : 0, row);
  else if (lMax === 2) sendTensors(g, record, u + j, degree(u, 1) + 3 * j, degree(u, 2) + 5 * j, x0, x1, x2, row);
  else sendVectors(g, record, u + j, degree(u, 1) + 3 * j, x0, x1, row);
}

/** Filters of the opposite direction, with the same couplings: those of harmonics of degree 1 change their sign. */
export function reverse(g: usize, t: i32): void {
  if (t === 0) negate(g + row);
  else if (lMax === 2) {
    negate(g + row);
    negate(g + 3 * row);
    negate(g + 6 * row);
    negate(g + 8 * row);
  } else {
    negate(g + row);
    negate(g + 2 * row);
  }
}

function negate(p: usize): void {
  for (let k: usize = 0; k < row; k += 16) v128.store(p + k, f32x4.neg(v128.load(p + k)));
}

function addKept(message: usize, to: i32): void {
  for (let l = 0; l <= lMax; l++) {
    const bytes = row * <usize>(2 * l + 1);
    const x = degree(features(0), l) + bytes * <usize>to;
    for (let k: usize = 0; k < bytes; k += 16) addTo(x + k, v128.load(message + k));
    message += bytes;
  }
}

function receives(p: i32): bool {
  return <u32>p < <u32>nodes;
}

function sends(p: i32): bool {
  return <u32>p < <u32>senders;
}

/** All nodes at work send. */
export function sendAll(): void {
  senders = nodes;
}

function place(pairs: Pairs, i: i32): i32 {
  return integer(pairs.places, i);
}

/** Number k of those at p. */
export function integer(p: usize, k: i32): i32 {
  return load<i32>(p + ((<usize>k) << 2));
}

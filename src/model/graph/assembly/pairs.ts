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
  const atoms = integer(pairs.begins, pairs.graphs);
  for (let i = 0; i < atoms; i++) {
    const apart = integer(pairs.places, i) < 0;
    const end = integer(pairs.starts, i + 1);
    for (let e = integer(pairs.starts, i); e < end; e++) {
      if (apart && integer(pairs.places, integer(pairs.uppers, e)) < 0) continue;
      measureEdge(model, e, pairs.vectors);
    }
  }
}

/** Copies kept features of known atoms, in the order of atoms, to the nodes from `first` on. */
function fetch(pairs: Pairs, kept: usize, first: i32): void {
  const known = changetype<Pairs>(changetype<Kept>(pairs.kept).pairs).most;
  const allKnown = row * <usize>known;
  for (let p = first; p < nodes; p++) {
    const i = knownAtom(pairs, integer(pairs.atomOf, p));
    if (i >= known) continue;
    for (let l = 0; l <= lMax; l++) {
      const bytes = row * <usize>(2 * l + 1);
      const from = kept + (l === 0 ? 0 : l === 1 ? allKnown : 4 * allKnown);
      memory.copy(degree(features(0), l) + bytes * <usize>p, from + bytes * <usize>i, bytes);
    }
  }
}

/** Number of an atom in its graph. */
function knownAtom(pairs: Pairs, i: i32): i32 {
  let g = 0;
  while (integer(pairs.begins, g + 1) <= i) g++;
  return i - integer(pairs.begins, g);
}

/** Adds the messages of layer t to the features of the nodes at work. */
export function exchange(model: Model, pairs: Pairs, t: i32): void {
  const keptAt = t > 0 ? pairs.kept : 0;
  const known = keptAt ? changetype<Pairs>(changetype<Kept>(keptAt).pairs).most : 0;
  for (let i = 0; i < pairs.most; i++) {
    if (i < known) offerKept(model, t, i, pairs, changetype<Kept>(keptAt));
    for (let g = 0; g < pairs.graphs; g++) {
      const own = integer(pairs.begins, g) + i;
      if (own < integer(pairs.begins, g + 1)) offer(model, t, own, pairs);
    }
  }
  flush(model, t);
}

/** Lines up the pairs of lower atom i of which an atom wants a message. */
function offer(model: Model, t: i32, i: i32, pairs: Pairs): void {
  const p = integer(pairs.places, i);
  const end = integer(pairs.starts, i + 1);
  for (let e = integer(pairs.starts, i); e < end; e++) {
    const q = integer(pairs.places, integer(pairs.uppers, e));
    if (!receives(p) && !receives(q)) continue;
    makeRoom(model, t, 1);
    const filtered = line(p, q, records + RECORD * <usize>e, filtersNow(model, t), 0);
    if (filtered) addRadial(model, radials, e);
  }
}

/** The same of pairs of known atoms in each graph, side by side. */
function offerKept(model: Model, t: i32, i: i32, pairs: Pairs, kept: Kept): void {
  const known = changetype<Pairs>(kept.pairs);
  const end = integer(known.starts, i + 1);
  for (let e = integer(known.starts, i); e < end; e++) {
    const j = integer(known.uppers, e);
    makeRoom(model, t, pairs.graphs);
    const g = filtersNow(model, t);
    let filtered = false;
    for (let k = 0; k < pairs.graphs; k++) {
      const begin = integer(pairs.begins, k);
      const p = integer(pairs.places, begin + i);
      const q = integer(pairs.places, begin + j);
      if (!receives(p) && !receives(q)) continue;
      const record = kept.records + RECORD * <usize>e;
      const made = line(p, q, record, g, t === 1 ? kept.messages + 18 * row * <usize>e : 0);
      filtered = filtered || made;
    }
    if (filtered) addRadial(model, kept.radials, e);
  }
}

function makeRoom(model: Model, t: i32, count: i32): void {
  if (unfiltered === BATCH || pending + count > WAITING) flush(model, t);
}

/** Where the filters of the next pair will be. */
function filtersNow(model: Model, t: i32): usize {
  return filters + row * <usize>(pathsOf(model, t) * unfiltered);
}

/** Lines up a pair of rows and says whether it needs filters. */
function line(p: i32, q: i32, record: usize, g: usize, messages: usize): bool {
  const pair = changetype<Waiting>(waiting + WAITING_BYTES * <usize>pending);
  pending++;
  pair.lower = p;
  pair.upper = q;
  pair.record = record;
  pair.filters = g;
  pair.messages = messages;
  return (receives(p) && sends(q)) || (receives(q) && sends(p));
}

function addRadial(model: Model, from: usize, e: i32): void {
  const bytes = (<usize>model.radial) << 2;
  memory.copy(waitingRadials + bytes * <usize>unfiltered, from + bytes * <usize>e, bytes);
  unfiltered++;
}

/** Adds the messages of all pairs that wait, in their order; those of one pair in several graphs together. */
function flush(model: Model, t: i32): void {
  const width = pathsOf(model, t) * channels;
  const radial = block(model, model.parameters, t, RADIAL);
  gemm(filters, waitingRadials, radial, unfiltered, model.radial, width, false);
  const end = waiting + WAITING_BYTES * <usize>pending;
  for (let k = waiting; k < end; ) {
    const record = changetype<Waiting>(k).record;
    const g = changetype<Waiting>(k).filters;
    let next = k;
    let back = false;
    for (; next < end && changetype<Waiting>(next).record === record; next += WAITING_BYTES) {
      const pair = changetype<Waiting>(next);
      back = back || (receives(pair.upper) && sends(pair.lower));
      if (receives(pair.lower)) receive(t, pair, pair.upper, pair.lower, pair.messages);
    }
    if (back) reverse(g, t);
    for (; k < next; k += WAITING_BYTES) {
      const pair = changetype<Waiting>(k);
      if (receives(pair.upper)) receive(t, pair, pair.lower, pair.upper, pair.messages + 9 * row);
    }
  }
  pending = 0;
  unfiltered = 0;
}

/** Adds the message from one row of a pair to the other, made now or kept. */
function receive(t: i32, pair: Waiting, from: i32, to: i32, kept: usize): void {
  if (sends(from)) sendTo(t, pair.filters, pair.record, from, to);
  else addKept(kept, to);
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

/** Number k of those at p. */
export function integer(p: usize, k: i32): i32 {
  return load<i32>(p + ((<usize>k) << 2));
}

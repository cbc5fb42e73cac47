/** Messages of predictions, which wait until there are filters for a whole batch, and are added in their order. */

import { gemm } from './gemm';
import {
  BATCH,
  beyond,
  block,
  channels,
  degree,
  features,
  filters,
  Model,
  mine,
  nodes,
  outgoing,
  pathsOf,
  RADIAL,
  row,
  WAITING,
  WAITING_BYTES,
  waiting,
  waitingRadials,
} from './layout';
import { addTo, sendAll, sendScalars } from './messages';

/** A message that waits. */
@unmanaged
class Waiting {
  /** Nodes that receive and send it. */
  to: i32;
  from: i32;
  /** Couplings of its edge, or of the opposite one. */
  record: usize;
  filters: usize;
  /** Whether it goes against the edge of the record. */
  back: i32;
  /** The message itself if it is there already, else 0. */
  made: usize;
}

let pending: i32 = 0;
let unfiltered: i32 = 0;
/** The first nodes, those with features of their own to send. */
let senders: i32 = 0;

/** The nodes at work send in this layer. */
export function nodesSend(): void {
  senders = nodes;
}

export function sends(node: i32): bool {
  return <u32>node < <u32>senders;
}

/** Whether a node is there, at work, and of this thread. */
export function receives(node: i32): bool {
  return node >= mine && node < beyond;
}

/** Makes room for so many messages along one edge. */
export function makeRoom(model: Model, t: i32, messages: i32): void {
  if (unfiltered === BATCH || pending + messages > WAITING) flush(model, t);
}

/** Makes filters for an edge with these radial functions, for which there is room, and returns their place. */
export function filterOf(model: Model, t: i32, radial: usize): usize {
  const bytes = (<usize>model.radial) << 2;
  memory.copy(waitingRadials + bytes * <usize>unfiltered, radial, bytes);
  const g = filters + row * <usize>(pathsOf(model, t) * unfiltered);
  unfiltered++;
  return g;
}

/** Lines up a message, for which there is room. */
export function line(to: i32, from: i32, record: usize, g: usize, back: bool, made: usize): void {
  const message = changetype<Waiting>(waiting + WAITING_BYTES * <usize>pending);
  pending++;
  message.to = to;
  message.from = from;
  message.record = record;
  message.filters = g;
  message.back = <i32>back;
  message.made = made;
}

/** Adds all messages that wait, in their order. */
export function flush(model: Model, t: i32): void {
  const radial = block(model, model.parameters, t, RADIAL);
  gemm(filters, waitingRadials, radial, unfiltered, model.radial, pathsOf(model, t) * channels, false);
  const h = features(t);
  for (let k = 0; k < pending; k++) {
    const message = changetype<Waiting>(waiting + WAITING_BYTES * <usize>k);
    const i = row * <usize>message.to;
    const x1 = degree(h, 1) + 3 * i;
    const x2 = degree(h, 2) + 5 * i;
    if (message.made) addMade(message.made, h + i, x1, x2);
    else {
      if (message.back) reverse(message.filters, t);
      sendAlong(t, message.filters, message.record, message.from, h + i, x1, x2);
    }
  }
  pending = 0;
  unfiltered = 0;
}

/** Adds a message from a node to the rows of each degree. */
export function sendAlong(t: i32, g: usize, record: usize, from: i32, x0: usize, x1: usize, x2: usize): void {
  const u = outgoing(t);
  const j = row * <usize>from;
  if (t === 0) sendScalars(g, record, u + j, x0, x1, x2, row);
  else sendAll(g, record, u + j, degree(u, 1) + 3 * j, degree(u, 2) + 5 * j, x0, x1, x2);
}

function addMade(message: usize, x0: usize, x1: usize, x2: usize): void {
  addRows(message, x0, row);
  addRows(message + row, x1, 3 * row);
  addRows(message + 4 * row, x2, 5 * row);
}

function addRows(from: usize, to: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 32) {
    addTo(to + k, v128.load(from + k));
    addTo(to + k + 16, v128.load(from + k, 16));
  }
}

/** Makes filters those of the opposite edge, couplings alike: paths of harmonics of degree 1 change their sign. */
function reverse(g: usize, t: i32): void {
  negate(g + row);
  if (t === 0) return;
  negate(g + 3 * row);
  negate(g + 6 * row);
  negate(g + 8 * row);
}

function negate(p: usize): void {
  for (let k: usize = 0; k < row; k += 16) v128.store(p + k, f32x4.neg(v128.load(p + k)));
}

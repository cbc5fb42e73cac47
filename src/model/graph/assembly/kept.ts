/** What known atoms say among themselves: they stay where they are, so it is the same whatever other atoms are around. */

import { embed, mix } from './forward';
import { gemm } from './gemm';
import { RECORD } from './geometry';
import {
  BATCH,
  block,
  channels,
  features,
  filters,
  Job,
  Kept,
  lMax,
  Model,
  nodes,
  Pairs,
  pathsOf,
  RADIAL,
  radials,
  records,
  row,
} from './layout';
import { exchange, integer, measurePairs, reverse, sendAll, sendAlong, updateAll } from './pairs';

/**
 * Keeps the features of the known atoms with the messages of the first layer and after it, and the messages of the
 * second. Sums of later graphs begin with those of the first layer, for the other atoms come after the known ones.
 *
 * @param job of the known atoms alone, in their order
 */
export function prepare(model: Model, job: Job): void {
  const pairs = changetype<Pairs>(job.pairs);
  const kept = changetype<Kept>(job.keep);
  const count = <usize>integer(pairs.starts, pairs.most);
  const bytes = <usize>((1 + lMax) * (1 + lMax) * nodes) * row;
  measurePairs(model, pairs);
  memory.copy(kept.records, records, RECORD * count);
  memory.copy(kept.radials, radials, (<usize>model.radial * count) << 2);
  embed(model, job);
  sendAll();
  mix(model, 0);
  exchange(model, pairs, 0);
  memory.copy(kept.sums, features(0), bytes);
  if (model.layers < 2) return;
  updateAll(model, job, 0);
  memory.copy(kept.features, features(1), bytes);
  mix(model, 1);
  for (let i = 0; i < pairs.most; i++) {
    const end = integer(pairs.starts, i + 1);
    for (let e = integer(pairs.starts, i); e < end; e += BATCH) {
      keepMessages(model, pairs, kept.messages, i, e, min(BATCH, end - e));
    }
  }
}

/** Messages of the second layer along `count` pairs of lower atom i, in both directions. */
function keepMessages(model: Model, pairs: Pairs, messages: usize, i: i32, first: i32, count: i32): void {
  const paths = pathsOf(model, 1);
  const from = radials + ((<usize>(model.radial * first)) << 2);
  gemm(filters, from, block(model, model.parameters, 1, RADIAL), count, model.radial, paths * channels, false);
  for (let k = 0; k < count; k++) {
    const g = filters + row * <usize>(paths * k);
    const record = records + RECORD * <usize>(first + k);
    const message = messages + 18 * row * <usize>(first + k);
    memory.fill(message, 0, 18 * row);
    keepMessage(g, record, integer(pairs.uppers, first + k), message);
    reverse(g, 1);
    keepMessage(g, record, i, message + 9 * row);
  }
}

function keepMessage(g: usize, record: usize, from: i32, message: usize): void {
  sendAlong(1, g, record, from, message, message + row, message + 4 * row);
}

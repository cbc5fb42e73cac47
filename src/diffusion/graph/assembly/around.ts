/**
 * Predictions for atoms among known ones: these stay where they are, so what they say among themselves is the same in
 * all graphs around them, and is kept.
 *
 * Other atoms come after the known ones. In the first layer, sums at known atoms so begin with those that are kept; in
 * the second, messages of known atoms that hear no other ones are kept, and added where they stand in the order of
 * neighbors. Sums are those of forward.ts to the bit. Atoms of the same number in several graphs are taken side by
 * side: they share filters, and kept messages come into the cache once.
 */

import { embed, measure, measureEdge, mix, project, send, updateInPlace } from './forward';
import { gemm } from './gemm';
import { RECORD } from './geometry';
import {
  Around,
  BATCH,
  beyond,
  block,
  channels,
  degree,
  features,
  filters,
  integer,
  Job,
  Kept,
  lMax,
  Model,
  member,
  mine,
  narrow,
  nodes,
  pathsOf,
  RADIAL,
  radials,
  records,
  row,
  share,
} from './layout';
import { meet } from './meeting';
import { filterOf, flush, line, makeRoom, nodesSend, receives, sendAlong, sends } from './waiting';

/** Runs the network; `arrangeInPlace` has been called. */
export function predictAround(model: Model, job: Job): void {
  const around = changetype<Around>(job.around);
  const kept = changetype<Kept>(around.kept);
  for (let e = share(job.edges, member); e < share(job.edges, member + 1); e++) measureEdge(model, e, job.vectors);
  embed(model, job);
  for (let t = 0; t < model.layers; t++) {
    meet(job);
    narrow(job, t);
    mix(model, t);
    nodesSend();
    const senders = nodes;
    meet(job);
    narrow(job, t + 1);
    if (t === 0) fetch(around, kept, kept.sums, 0);
    else if (t === 1) fetch(around, kept, kept.features, senders);
    for (let i = 0; i < around.most; i++) {
      if (t > 0 && i < kept.atoms) hearKnown(model, around, kept, t, i);
      hearOthers(model, job, around, t, i);
    }
    flush(model, t);
    updateInPlace(model, job, t);
  }
  project(model, job);
}

/** Copies kept features of known atoms to the nodes from `first` on. */
function fetch(around: Around, kept: Kept, from: usize, first: i32): void {
  const allKnown = row * <usize>kept.atoms;
  for (let p = max(first, mine); p < beyond; p++) {
    const i = integer(around.numbers, p);
    if (i >= kept.atoms) continue;
    for (let l = 0; l <= lMax; l++) {
      const bytes = row * <usize>(2 * l + 1);
      const at = from + (l === 0 ? 0 : l === 1 ? allKnown : 4 * allKnown);
      memory.copy(degree(features(0), l) + bytes * <usize>p, at + bytes * <usize>i, bytes);
    }
  }
}

/** Messages from known atoms to known atom i in each graph. */
function hearKnown(model: Model, around: Around, kept: Kept, t: i32, i: i32): void {
  const end = integer(kept.offsets, i + 1);
  for (let e = integer(kept.offsets, i); e < end; e++) {
    const j = integer(kept.senders, e);
    const record = kept.records + RECORD * <usize>e;
    makeRoom(model, t, around.graphs);
    let g: usize = 0;
    for (let k = 0; k < around.graphs; k++) {
      const begin = integer(around.begins, k);
      const to = integer(around.places, begin + i);
      if (!receives(to)) continue;
      const from = integer(around.places, begin + j);
      if (!sends(from)) line(to, from, record, 0, false, kept.messages + 9 * row * <usize>e);
      else {
        if (!g) g = filterOf(model, t, kept.radials + ((<usize>(model.radial * e)) << 2));
        line(to, from, record, g, false, 0);
      }
    }
  }
}

/** Messages to atom i in each graph along the edges of other atoms. */
function hearOthers(model: Model, job: Job, around: Around, t: i32, i: i32): void {
  for (let k = 0; k < around.graphs; k++) {
    const begin = integer(around.begins, k);
    const own = begin + i;
    if (own >= integer(around.begins, k + 1)) continue;
    const to = integer(around.places, own);
    if (!receives(to)) continue;
    const end = integer(job.offsets, own + 1);
    for (let e = integer(job.offsets, own); e < end; e++) {
      makeRoom(model, t, 1);
      const g = filterOf(model, t, radials + ((<usize>(model.radial * e)) << 2));
      line(to, integer(around.places, integer(job.senders, e)), records + RECORD * <usize>e, g, false, 0);
    }
  }
}

/** Writes what is kept of a graph of known atoms. */
export function prepare(model: Model, job: Job): void {
  const kept = changetype<Kept>(job.keep);
  const bytes = row * <usize>(9 * nodes);
  measure(model, job);
  memory.copy(kept.records, records, RECORD * <usize>job.edges);
  memory.copy(kept.radials, radials, (<usize>(model.radial * job.edges)) << 2);
  embed(model, job);
  send(model, job, 0);
  memory.copy(kept.sums, features(0), bytes);
  updateInPlace(model, job, 0);
  memory.copy(kept.features, features(1), bytes);
  mix(model, 1);
  const paths = pathsOf(model, 1);
  const matrix = block(model, model.parameters, 1, RADIAL);
  for (let first = 0; first < job.edges; first += BATCH) {
    const size = min(BATCH, job.edges - first);
    const from = radials + ((<usize>(model.radial * first)) << 2);
    gemm(filters, from, matrix, size, model.radial, paths * channels, false);
    for (let k = 0; k < size; k++) {
      const e = first + k;
      const message = kept.messages + 9 * row * <usize>e;
      const g = filters + row * <usize>(paths * k);
      memory.fill(message, 0, 9 * row);
      sendAlong(1, g, records + RECORD * <usize>e, integer(job.senders, e), message, message + row, message + 4 * row);
    }
  }
}

/**
 * Predictions by pairs of atoms: the two directions of a pair share distance, couplings and filters.
 *
 * Pairs are taken by their lower atom, then by their upper one, so that each atom adds up its messages in the order of
 * its neighbors: sums are those of forward.ts to the bit.
 */

import { embed, measureEdge, mix, project, updateInPlace } from './forward';
import { RECORD } from './geometry';
import { integer, Job, Model, member, narrow, Pairs, radials, records, share } from './layout';
import { meet } from './meeting';
import { filterOf, flush, line, makeRoom, nodesSend, receives } from './waiting';

/** Runs the network; `arrangeInPlace` has been called. */
export function predict(model: Model, job: Job): void {
  const pairs = changetype<Pairs>(job.pairs);
  measurePairs(model, pairs);
  embed(model, job);
  for (let t = 0; t < model.layers; t++) {
    meet(job);
    narrow(job, t);
    mix(model, t);
    nodesSend();
    meet(job);
    narrow(job, t + 1);
    for (let i = 0; i < pairs.atoms; i++) exchange(model, pairs, t, i);
    flush(model, t);
    updateInPlace(model, job, t);
  }
  project(model, job);
}

/** Couplings and radial functions of the pairs of which an atom is a node. */
function measurePairs(model: Model, pairs: Pairs): void {
  for (let i = share(pairs.atoms, member); i < share(pairs.atoms, member + 1); i++) {
    const apart = integer(pairs.places, i) < 0;
    const end = integer(pairs.starts, i + 1);
    for (let e = integer(pairs.starts, i); e < end; e++) {
      if (apart && integer(pairs.places, integer(pairs.uppers, e)) < 0) continue;
      measureEdge(model, e, pairs.vectors);
    }
  }
}

/** Messages of layer t along the pairs of lower atom i, to the nodes of this thread. */
function exchange(model: Model, pairs: Pairs, t: i32, i: i32): void {
  const p = integer(pairs.places, i);
  const end = integer(pairs.starts, i + 1);
  for (let e = integer(pairs.starts, i); e < end; e++) {
    const q = integer(pairs.places, integer(pairs.uppers, e));
    if (!receives(p) && !receives(q)) continue;
    makeRoom(model, t, 2);
    const record = records + RECORD * <usize>e;
    const g = filterOf(model, t, radials + ((<usize>(model.radial * e)) << 2));
    if (receives(p)) line(p, q, record, g, false, 0);
    if (receives(q)) line(q, p, record, g, true, 0);
  }
}

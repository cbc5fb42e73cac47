/**
 * The equivariant graph network of ../network.ts, forward and backward, fused.
 *
 * Why it exists: training takes some 10⁹ multiply-adds a cell of 512 atoms and step, in thousands of steps;
 * TensorFlow.js moves each intermediate of every edge (edges × 9 × channels) through memory several times.
 *
 * Predictions go by pairs of atoms (pairs.ts) or around known atoms (around.ts); training, whose gradients need every
 * intermediate result, and predictions of odd graphs go by single edges (forward.ts). All give the same bits.
 *
 * Layout: node-major, channels innermost, so that four channels of one atom are one register. Filters are made for 16
 * edges at a time (gemm.ts) and never stored whole: the backward pass makes them again.
 */

import { predictAround, prepare } from './around';
import { backward, measureLoss } from './backward';
import { forward } from './forward';
import { arrange, arrangeInPlace, Job, join, Model, member } from './layout';
import { waitFor } from './meeting';
import { predict } from './pairs';

/** Rounds of graphs handed to threads. Written by the host. */
@unmanaged
class Queue {
  /** Number of the round; changes when there is new work. */
  round: i32;
  /** Parts of the round, `team` a graph, claimed, and done. */
  count: i32;
  ticket: i32;
  done: i32;
  stop: i32;
  /** Workers that may still claim a part: the host changes nothing before it is 0. */
  active: i32;
  model: usize;
  jobs: usize;
  /** Threads that share a graph; no more than there are, or they would wait for ever. */
  team: i32;
  /** Workers that have started. */
  workers: i32;
}

/** Kinds of jobs, by what they keep; those without gradient keep two layers. */
const IN_PLACE: i32 = 0;
const WITH_GRADIENT: i32 = 2;

/** Bytes that a job needs of a kind. */
export function scratchBytes(model: usize, nodes: i32, edges: i32, kind: i32, threads: i32): usize {
  join(threads, 0);
  if (kind === IN_PLACE) return arrangeInPlace(changetype<Model>(model), 0, nodes, edges);
  return arrange(changetype<Model>(model), 0, nodes, edges, kind === WITH_GRADIENT);
}

/** Bᵀ (columns × rows) of B, for the matrices of Model.transposed. */
export { transpose } from './gemm';

/** Does the parts of a round until none is left; a worker then waits for the next, and ends when told to. */
export function work(address: usize, _scratch: usize, worker: i32): void {
  const queue = changetype<Queue>(address);
  let round = 0;
  if (worker) atomic.add<i32>(address + offsetof<Queue>('workers'), 1);
  while (true) {
    if (worker) {
      waitFor(address, round + 1);
      if (atomic.load<i32>(address + offsetof<Queue>('stop'))) return;
      round = atomic.load<i32>(address);
      atomic.add<i32>(address + offsetof<Queue>('active'), 1);
    }
    while (true) {
      const ticket = atomic.add<i32>(address + offsetof<Queue>('ticket'), 1);
      if (ticket >= atomic.load<i32>(address + offsetof<Queue>('count'))) break;
      join(queue.team, ticket % queue.team);
      perform(queue.model, queue.jobs + offsetof<Job>() * <usize>(ticket / queue.team));
      atomic.add<i32>(address + offsetof<Queue>('done'), 1);
      atomic.notify(address + offsetof<Queue>('done'), -1);
    }
    if (!worker) break;
    atomic.sub<i32>(address + offsetof<Queue>('active'), 1);
    atomic.notify(address + offsetof<Queue>('active'), -1);
  }
  waitFor(address + offsetof<Queue>('done'), atomic.load<i32>(address + offsetof<Queue>('count')));
}

function perform(modelAt: usize, jobAt: usize): void {
  const model = changetype<Model>(modelAt);
  const job = changetype<Job>(jobAt);
  // Only predictions in place can be shared.
  if (!job.pairs && !job.around) {
    if (member) return;
    join(1, 0);
  }
  if (job.pairs || job.around || job.keep) arrangeInPlace(model, job.scratch, job.nodes, job.edges);
  else arrange(model, job.scratch, job.nodes, job.edges, job.gradient !== 0);
  if (job.pairs) predict(model, job);
  else if (job.around) predictAround(model, job);
  else if (job.keep) prepare(model, job);
  else forward(model, job);
  if (job.target) measureLoss(job);
  if (job.gradient) backward(model, job);
}

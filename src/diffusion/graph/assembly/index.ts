/**
 * The equivariant graph network of ../network.ts, forward and backward, fused.
 *
 * Why it exists: training takes some 10⁹ multiply-adds a cell of 512 atoms and step, in thousands of steps; TensorFlow.js
 * moves each intermediate of every edge (edges × 9 × channels) through memory several times.
 *
 * Predictions go by pairs of atoms (pairs.ts) or around known atoms (around.ts); training, whose gradients need every
 * intermediate result, and predictions of odd graphs go by single edges (forward.ts). All give the same vectors to the bit.
 *
 * Layout: node-major, channels innermost, so that four channels of one atom are one register. Filters are made for 16
 * edges at a time (gemm.ts) and never stored whole: the backward pass makes them again.
 */

import { predictAround, prepare } from './around';
import { backward, measureLoss } from './backward';
import { forward } from './forward';
import { arrange, arrangeInPlace, Job, Model } from './layout';
import { predict } from './pairs';

/** Rounds of graphs handed to threads. Written by the host. */
@unmanaged
class Queue {
  /** Number of the round; changes when there is new work. */
  round: i32;
  /** Graphs of the round, claimed, and done. */
  count: i32;
  ticket: i32;
  done: i32;
  stop: i32;
  /** Workers that may still claim a graph: the host changes nothing before it is 0. */
  active: i32;
  model: usize;
  jobs: usize;
}

/** Looks before a thread sleeps. */
const SPINS = 20000;

/** Bytes that a job needs. */
export function scratchBytes(model: usize, nodes: i32, edges: i32, gradient: bool): usize {
  return arrange(changetype<Model>(model), 0, nodes, edges, gradient);
}

/** Bytes that a job needs which overwrites features from layer to layer. */
export function inPlaceScratchBytes(model: usize, nodes: i32, edges: i32): usize {
  return arrangeInPlace(changetype<Model>(model), 0, nodes, edges);
}

/** Bᵀ (columns × rows) of B, for the matrices of Model.transposed. */
export { transpose } from './gemm';

/** Does the graphs of a round until none is left; a worker then waits for the next, and ends when told to. */
export function work(address: usize, _scratch: usize, worker: i32): void {
  const queue = changetype<Queue>(address);
  let round = 0;
  while (true) {
    if (worker) {
      waitForRound(address, round);
      if (atomic.load<i32>(address + offsetof<Queue>('stop'))) return;
      round = atomic.load<i32>(address);
      atomic.add<i32>(address + offsetof<Queue>('active'), 1);
    }
    while (true) {
      const ticket = atomic.add<i32>(address + offsetof<Queue>('ticket'), 1);
      if (ticket >= atomic.load<i32>(address + offsetof<Queue>('count'))) break;
      perform(queue.model, queue.jobs + offsetof<Job>() * <usize>ticket);
      atomic.add<i32>(address + offsetof<Queue>('done'), 1);
      atomic.notify(address + offsetof<Queue>('done'), -1);
    }
    if (!worker) break;
    atomic.sub<i32>(address + offsetof<Queue>('active'), 1);
    atomic.notify(address + offsetof<Queue>('active'), -1);
  }
  waitForDone(address);
}

function waitForRound(address: usize, round: i32): void {
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i32>(address) !== round) return;
  while (atomic.load<i32>(address) === round && !atomic.load<i32>(address + offsetof<Queue>('stop'))) {
    atomic.wait<i32>(address, round, -1);
  }
}

function waitForDone(address: usize): void {
  const doneAt = address + offsetof<Queue>('done');
  const count = atomic.load<i32>(address + offsetof<Queue>('count'));
  while (true) {
    const done = atomic.load<i32>(doneAt);
    if (done >= count) return;
    atomic.wait<i32>(doneAt, done, -1);
  }
}

function perform(modelAt: usize, jobAt: usize): void {
  const model = changetype<Model>(modelAt);
  const job = changetype<Job>(jobAt);
  if (job.pairs || job.around || job.keep) {
    arrangeInPlace(model, job.scratch, job.nodes, job.edges);
    if (job.pairs) predict(model, job);
    else if (job.around) predictAround(model, job);
    else prepare(model, job);
    return;
  }
  arrange(model, job.scratch, job.nodes, job.edges, job.gradient !== 0);
  forward(model, job);
  if (!job.target) return;
  measureLoss(job);
  if (job.gradient) backward(model, job);
}

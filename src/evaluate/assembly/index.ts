/** The nearest library motif of many queries, on any number of threads. */

import {
  arrange,
  fingerprint,
  fingerprintOf,
  Job,
  labelOf,
  n,
  RESULT,
  radiusOf,
  recordBytes,
  State,
  shape,
  stateBytes,
  TIES,
  tieOf,
} from './layout';
import { count, look, place, searchBytes, setBest } from './search';

/** Library motifs with the most similar sorted distances, from which the first limit comes. */
const SHORTLIST: i32 = 96;

/** Those of them from which the very first limit comes. */
const FIRST: i32 = 12;

/** Library motifs on which the choice of leading rows is tried. */
const TRIALS: i32 = 40;

/** Library motifs looked at by a whole block of queries before the next: they stay in the first-level cache. */
const TILE: i32 = 16;

/** Rounding of a squared distance in single precision, as a part of the query's squared norm. */
const SLACK: f32 = 1e-5;

/** Bytes of the record of a motif of that many atoms. */
export function sizeOfRecord(atoms: i32): usize {
  shape(atoms);
  return recordBytes;
}

/** Bytes of memory for one thread. */
export function sizeOfScratch(atoms: i32, block: i32): usize {
  shape(atoms);
  return searchBytes() + stateBytes * <usize>block + 8 * <usize>SHORTLIST;
}

/** Does blocks of queries until none is left. */
export function work(address: usize, scratch: usize): void {
  const job = changetype<Job>(address);
  atomic.add<i32>(address + offsetof<Job>('begun'), 1);
  atomic.notify(address + offsetof<Job>('begun'), -1);
  shape(job.n);
  place(scratch, job.reflections !== 0);
  const states = scratch + searchBytes();
  const shortlist = states + stateBytes * <usize>job.block;
  const blocks = (job.queries + job.block - 1) / job.block;
  while (true) {
    const block = atomic.add<i32>(address + offsetof<Job>('ticket'), 1);
    if (block >= blocks) return;
    const first = block * job.block;
    searchBlock(job, first, min(job.block, job.queries - first), states, shortlist);
    atomic.add<i32>(address + offsetof<Job>('done'), 1);
    atomic.notify(address + offsetof<Job>('done'), -1);
  }
}

function searchBlock(job: Job, first: i32, size: i32, states: usize, shortlist: usize): void {
  for (let q = 0; q < size; q++) {
    const state = states + stateBytes * <usize>q;
    changetype<State>(state).record = job.records + recordBytes * <usize>(first + q);
    begin(job, state, shortlist);
  }
  for (let tile = 0; tile < job.motifs; tile += TILE) {
    const end = min(tile + TILE, job.motifs);
    for (let q = 0; q < size; q++) {
      const state = states + stateBytes * <usize>q;
      for (let m = tile; m < end; m++) look(state, m, job.library + recordBytes * <usize>m);
    }
  }
  for (let q = 0; q < size; q++) {
    const state = states + stateBytes * <usize>q;
    const result = job.results + RESULT * <usize>(first + q);
    const ties = changetype<State>(state).ties;
    store<f64>(result, changetype<State>(state).best);
    store<i32>(result, ties, 8);
    for (let t = 0; t < min(ties, TIES); t++) store<i32>(result + 4 * <usize>t, load<i32>(tieOf(state, t)), 12);
  }
}

/** A first limit from the shortlist, and with it the order of rows. */
function begin(job: Job, address: usize, shortlist: usize): void {
  const state = changetype<State>(address);
  const size = listLikely(job, state.record, shortlist);
  for (let k = 0; k < n; k++) store<i32>(labelOf(address, k), k);
  arrange(address);
  let norm: f32 = 0;
  for (let k = 0; k < n; k++) {
    const r = load<f32>(radiusOf(address, k));
    norm += r * r;
  }
  state.share = job.share;
  state.slack = SLACK * norm + f32.MIN_NORMAL_VALUE;
  state.found = 0;
  state.ties = 0;
  // A limit that nothing meets costs little: almost all is dismissed at once.
  for (let guess = <f64>norm * 1e-3 + 1e-12; !state.found; guess *= 1.4) {
    setBest(state, guess);
    lookThrough(job, address, shortlist, min(size, FIRST));
  }
  leadWith(job, address);
  lookThrough(job, address, shortlist, size);
}

function lookThrough(job: Job, address: usize, shortlist: usize, size: i32): void {
  for (let k = 0; k < size; k++) {
    const m = load<i32>(shortlist + 8 * <usize>k);
    look(address, m, job.library + recordBytes * <usize>m);
  }
}

/** The library motifs whose sorted distances are most like the query's, most alike first. */
function listLikely(job: Job, record: usize, shortlist: usize): i32 {
  let size = 0;
  for (let m = 0; m < job.motifs; m++) {
    const unlike = difference(record, job.library + recordBytes * <usize>m);
    let at = size;
    if (size === SHORTLIST) {
      if (unlike >= load<f32>(shortlist + 8 * <usize>(size - 1), 4)) continue;
      at--;
    } else size++;
    for (; at > 0; at--) {
      const entry = shortlist + 8 * <usize>at;
      if (load<f32>(entry - 4) <= unlike) break;
      store<u64>(entry, load<u64>(entry - 8));
    }
    store<i32>(shortlist + 8 * <usize>at, m);
    store<f32>(shortlist + 8 * <usize>at, unlike, 4);
  }
  return size;
}

function difference(a: usize, b: usize): f32 {
  const x = fingerprintOf(a);
  const y = fingerprintOf(b);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < fingerprint; at += 16) {
    const d = f32x4.sub(v128.load(x + at), v128.load(y + at));
    sum = f32x4.add(sum, f32x4.mul(d, d));
  }
  const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
  return low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/**
 * Puts the most telling rows first: the pair that fewest pairs of labels answer within the limit on a sample of the
 * library, then the row that leaves fewest triples.
 */
function leadWith(job: Job, address: usize): void {
  let fewest = i32.MAX_VALUE;
  let first = 0;
  let second = 1;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      order(address, i, j, -1);
      const answers = sample(job, address, 2, fewest);
      if (answers >= fewest) continue;
      fewest = answers;
      first = i;
      second = j;
    }
  }
  let third = -1;
  fewest = i32.MAX_VALUE;
  for (let k = 0; k < n && n > 3; k++) {
    if (k === first || k === second) continue;
    order(address, first, second, k);
    const answers = sample(job, address, 3, fewest);
    if (answers >= fewest) continue;
    fewest = answers;
    third = k;
  }
  order(address, first, second, third);
}

function sample(job: Job, address: usize, depth: i32, enough: i32): i32 {
  const step = max(1, job.motifs / TRIALS);
  let answers = 0;
  for (let m = 0; m < job.motifs && answers < enough; m += step) {
    answers += count(address, job.library + recordBytes * <usize>m, depth);
  }
  return answers;
}

/** The given rows first (−1: none), the others in their order. */
function order(address: usize, first: i32, second: i32, third: i32): void {
  store<i32>(labelOf(address, 0), first);
  store<i32>(labelOf(address, 1), second);
  if (third >= 0) store<i32>(labelOf(address, 2), third);
  let k = third >= 0 ? 3 : 2;
  for (let label = 0; label < n; label++) {
    if (label !== first && label !== second && label !== third) store<i32>(labelOf(address, k++), label);
  }
  arrange(address);
}

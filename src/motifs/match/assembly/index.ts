/** The nearest library motif of many queries, on any number of threads. */

import {
  alikeOf,
  arrange,
  Job,
  labelOf,
  n,
  RESULT,
  recordBytes,
  State,
  screenBytes,
  shape,
  squaredNorm,
  stateBytes,
  TIES,
  tieOf,
} from './layout';
import { count, follow, place, screenFour, searchBytes, setBest, TILE } from './search';
import { add, splat, square, sub } from './vectors';

/** Library motifs with the most similar sorted distances, from which the first limit comes. */
const SHORTLIST: i32 = 48;

/** Those of them from which the very first limit comes. */
const FIRST: i32 = 12;

/** Rows whose choice is tried. */
const LEADING: i32 = 3;

/** Fours of library motifs on which the choice of leading rows is tried. */
const TRIALS: i32 = 6;

/** Rounding of a squared distance in single precision, as a part of the query's squared norm. */
const SLACK: f32 = 2e-5;

/** Bytes of the record of a motif of that many atoms. */
export function sizeOfRecord(atoms: i32): usize {
  shape(atoms);
  return recordBytes;
}

/** Bytes of the screen of four motifs of that many atoms. */
export function sizeOfScreen(atoms: i32): usize {
  shape(atoms);
  return screenBytes;
}

/** Bytes of memory for one thread. */
export function sizeOfScratch(atoms: i32, block: i32, motifs: i32): usize {
  shape(atoms);
  return searchBytes() + (stateBytes + flagBytes(motifs)) * <usize>block + 8 * <usize>SHORTLIST + 16;
}

/** Bytes of a bit for each library motif. */
function flagBytes(motifs: i32): usize {
  return (<usize>(motifs + 127) >> 7) << 4;
}

/** Does blocks of queries until none is left. */
export function work(address: usize, scratch: usize): void {
  const job = changetype<Job>(address);
  atomic.add<i32>(address + offsetof<Job>('begun'), 1);
  atomic.notify(address + offsetof<Job>('begun'), -1);
  shape(job.n);
  place(scratch, job.reflections !== 0, job.blocks !== 0);
  const states = scratch + searchBytes();
  const flags = states + stateBytes * <usize>job.block;
  const shortlist = flags + flagBytes(job.motifs) * <usize>job.block;
  for (let q = 0; q < job.block; q++) {
    changetype<State>(states + stateBytes * <usize>q).seen = flags + flagBytes(job.motifs) * <usize>q;
  }
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
    const query = first + q;
    changetype<State>(state).record = job.records + recordBytes * <usize>query;
    changetype<State>(state).screen = job.screens + screenBytes * <usize>(query >> 2) + 4 * <usize>(query & 3);
    begin(job, state, shortlist);
  }
  for (let tile = 0; tile < job.motifs; tile += TILE) {
    const end = min(tile + TILE, job.motifs);
    for (let q = 0; q < size; q++) {
      const state = states + stateBytes * <usize>q;
      for (let m = tile; m < end; m += 4) screenAll(job, state, m, unseen(state, m));
      follow(state);
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

/** Screens those of four motifs that are set in `lanes`. */
function screenAll(job: Job, state: usize, motif: i32, lanes: u32): void {
  const missing = max(0, motif + 4 - job.motifs);
  screenFour(state, motif, screenAt(job, motif), job.library + recordBytes * <usize>motif, lanes & (15 >> missing));
}

/** Those of four motifs that the shortlist did not hold. */
function unseen(address: usize, motif: i32): u32 {
  return ~(load<u32>(changetype<State>(address).seen + ((<usize>motif >> 5) << 2)) >> (motif & 31)) & 15;
}

function screenAt(job: Job, motif: i32): usize {
  return job.libraryScreens + screenBytes * <usize>(motif >> 2);
}

/** A first limit from the shortlist, and with it the order of rows. */
function begin(job: Job, address: usize, shortlist: usize): void {
  const state = changetype<State>(address);
  const size = listLikely(job, state.screen, shortlist);
  for (let k = 0; k < n; k++) store<i32>(labelOf(address, k), k);
  for (let k = 0; k < n; k++) arrange(address, k);
  const norm = squaredNorm(state.record);
  state.share = job.share;
  state.slack = SLACK * norm + f32.MIN_NORMAL_VALUE;
  state.found = 0;
  state.ties = 0;
  // A limit that nothing meets costs little: almost all is dismissed at once.
  for (let guess = <f64>norm * 1e-3 + 1e-12; !state.found; guess *= 1.6) {
    setBest(state, guess);
    lookThrough(job, address, shortlist, min(size, FIRST));
  }
  leadWith(job, address);
  lookThrough(job, address, shortlist, size);
  memory.fill(state.seen, 0, flagBytes(job.motifs));
  for (let k = 0; k < size; k++) {
    const m = load<i32>(shortlist + 8 * <usize>k);
    const at = state.seen + ((<usize>m >> 5) << 2);
    store<u32>(at, load<u32>(at) | (1 << (m & 31)));
  }
}

function lookThrough(job: Job, address: usize, shortlist: usize, size: i32): void {
  for (let k = 0; k < size; k++) {
    const m = load<i32>(shortlist + 8 * <usize>k);
    screenAll(job, address, m & ~3, 1 << (m & 3));
    if ((k & 3) === 3) follow(address);
  }
  follow(address);
}

/** The library motifs whose distances and singular values are most like the query's, most alike first. */
function listLikely(job: Job, screen: usize, shortlist: usize): i32 {
  let size = 0;
  for (let m = 0; m < job.motifs; m += 4) {
    const unlike = difference(screen, screenAt(job, m));
    const worst = size < SHORTLIST ? f32.MAX_VALUE : load<f32>(shortlist + 8 * <usize>(size - 1), 4);
    let open = i32x4.bitmask(f32x4.lt(unlike, splat(worst))) & (15 >> max(0, m + 4 - job.motifs));
    if (!open) continue;
    v128.store(shortlist + 8 * <usize>SHORTLIST, unlike);
    for (; open; open &= open - 1) {
      const lane = <i32>ctz(open);
      size = enter(shortlist, size, m + lane, load<f32>(shortlist + 8 * <usize>SHORTLIST + 4 * <usize>lane));
    }
  }
  return size;
}

function enter(shortlist: usize, size: i32, motif: i32, unlike: f32): i32 {
  let at = size;
  if (size === SHORTLIST) {
    at--;
    if (unlike >= load<f32>(shortlist + 8 * <usize>at, 4)) return size;
  } else size++;
  for (; at > 0; at--) {
    const entry = shortlist + 8 * <usize>at;
    if (load<f32>(entry - 4) <= unlike) break;
    store<u64>(entry, load<u64>(entry - 8));
  }
  store<i32>(shortlist + 8 * <usize>at, motif);
  store<f32>(shortlist + 8 * <usize>at, unlike, 4);
  return size;
}

/** Of four motifs: the sum of squares over the last lines of the screens. */
function difference(a: usize, b: usize): v128 {
  let sum = splat(0);
  a = alikeOf(a);
  b = alikeOf(b);
  for (const end = b + 16 * <usize>(4 + 2 * n); b < end; a += 16, b += 16) {
    sum = add(sum, square(sub(v128.load32_splat(a), v128.load(b))));
  }
  return sum;
}

/**
 * Puts the most telling rows first: the one with fewest placements within the limit on a sample of the library, then the
 * one that leaves fewest behind it. The others stay in descending order of r.
 */
function leadWith(job: Job, address: usize): void {
  for (let place = 0; place < min(LEADING, n - 1); place++) {
    let fewest = i32.MAX_VALUE;
    let telling = place;
    for (let k = place; k < n; k++) {
      move(address, k, place);
      arrange(address, place);
      const answers = sample(job, address, place + 1, fewest);
      move(address, place, k);
      if (answers >= fewest) continue;
      fewest = answers;
      telling = k;
    }
    move(address, telling, place);
    arrange(address, place);
  }
  for (let place = LEADING; place < n; place++) arrange(address, place);
}

/** Takes the label at one place of the order to another; those between move up. */
function move(address: usize, from: i32, to: i32): void {
  const label = load<i32>(labelOf(address, from));
  const step = from < to ? 1 : -1;
  for (let k = from; k !== to; k += step) store<i32>(labelOf(address, k), load<i32>(labelOf(address, k + step)));
  store<i32>(labelOf(address, to), label);
}

function sample(job: Job, address: usize, depth: i32, enough: i32): i32 {
  const step = max(4, (job.motifs / TRIALS) & ~3);
  let answers = 0;
  for (let m = 0; m < job.motifs && answers < enough; m += step) {
    const lanes = 15 >> max(0, m + 4 - job.motifs);
    answers += count(address, screenAt(job, m), job.library + recordBytes * <usize>m, lanes, depth);
  }
  return answers;
}

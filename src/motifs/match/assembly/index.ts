/** The nearest library motif of many queries, on any number of threads. */

import {
  arrange,
  frame,
  Job,
  LIKELY,
  likelyOf,
  move,
  n,
  recordBytes,
  State,
  screenBytes,
  shape,
  singularOf,
  squaredNorm,
  stateBytes,
} from './layout';
import { countListed, dropListed, follow, place, screenFour, searchBytes, setBest, TILE } from './search';
import { add, splat, square, sub } from './vectors';

/** Rounding of a squared distance in single precision, as a part of the query's squared norm. */
const SLACK: f32 = 2e-5;

/** Rows whose order is chosen; the others stay in descending order of r. */
const LEADING: i32 = 2;

/** Fours of library motifs on which the choice of the leading rows is tried. */
const TRIALS: i32 = 6;

/** Bytes of memory for one thread. */
export function sizeOfScratch(atoms: i32, block: i32): usize {
  shape(atoms);
  return searchBytes() + stateBytes * <usize>block;
}

/** Does blocks of queries until none is left. */
export function work(address: usize, scratch: usize): void {
  const job = changetype<Job>(address);
  atomic.add<i32>(address + offsetof<Job>('begun'), 1);
  atomic.notify(address + offsetof<Job>('begun'), -1);
  shape(job.n);
  place(scratch, job.reflections !== 0, job.blocks !== 0);
  const blocks = (job.queries + job.block - 1) / job.block;
  while (true) {
    const block = atomic.add<i32>(address + offsetof<Job>('ticket'), 1);
    if (block >= blocks) return;
    const first = block * job.block;
    searchBlock(job, first, min(job.block, job.queries - first), scratch + searchBytes());
    atomic.add<i32>(address + offsetof<Job>('done'), 1);
    atomic.notify(address + offsetof<Job>('done'), -1);
  }
}

function searchBlock(job: Job, first: i32, size: i32, states: usize): void {
  for (let q = 0; q < size; q++) {
    const query = first + q;
    const state = changetype<State>(states + stateBytes * <usize>q);
    state.record = job.records + recordBytes * <usize>query;
    state.screen = job.screens + screenBytes * <usize>(query >> 2) + 4 * <usize>(query & 3);
    state.result = job.results + 4 * <usize>((n + 1) * query);
    begin(job, state);
  }
  for (let tile = 0; tile < job.motifs; tile += TILE) {
    const end = min(tile + TILE, job.motifs);
    for (let q = 0; q < size; q++) {
      const state = states + stateBytes * <usize>q;
      for (let m = tile; m < end; m += 4) screenLanes(job, state, m, lanesFrom(job, m));
      follow(state);
    }
  }
}

/** Screens those of four motifs that are set in `lanes`. */
function screenLanes(job: Job, state: usize, motif: i32, lanes: u32): void {
  screenFour(state, motif, screenAt(job, motif), job.library + recordBytes * <usize>motif, lanes);
}

/** The lanes of four motifs that the library has. */
function lanesFrom(job: Job, motif: i32): u32 {
  return 15 >> max(0, motif + 4 - job.motifs);
}

function screenAt(job: Job, motif: i32): usize {
  return job.libraryScreens + screenBytes * <usize>(motif >> 2);
}

/** A first limit from the motifs most alike, and with it the row that leads. */
function begin(job: Job, state: State): void {
  const address = changetype<usize>(state);
  listLikely(job, address, state.screen);
  const norm = squaredNorm(state.record);
  state.slack = SLACK * norm + f32.MIN_NORMAL_VALUE;
  store<i32>(state.result, -1);
  arrange(address);
  for (let depth = 1; depth < n; depth++) frame(address, depth);
  // A limit that nothing meets costs little: almost all is dismissed at once.
  for (let guess = <f64>norm * 1e-3 + 1e-12; load<i32>(state.result) < 0; guess *= 1.6) {
    setBest(state, guess);
    for (let k = 0; k < LIKELY; k++) {
      const motif = load<i32>(likelyOf(address, k));
      if (motif >= 0) screenLanes(job, address, motif & ~3, 1 << (motif & 3));
      if ((k & 3) === 3) follow(address);
    }
  }
  for (let place = 0; place < min(LEADING, n - 1); place++) move(address, mostTelling(job, address, place), place);
  for (let depth = 1; depth < n; depth++) frame(address, depth);
}

/** The place of the row which, next in order, leaves fewest placements within the limit on a sample of the library. */
function mostTelling(job: Job, address: usize, place: i32): i32 {
  let fewest = i32.MAX_VALUE;
  let telling = place;
  for (let k = place; k < n; k++) {
    move(address, k, place);
    if (place > 0) frame(address, place);
    if (place === 0 || k === place) listSample(job, address);
    const answers = countListed(address, place);
    move(address, place, k);
    if (answers < fewest) telling = k;
    fewest = min(fewest, answers);
  }
  dropListed();
  return telling;
}

function listSample(job: Job, address: usize): void {
  const step = max(4, (job.motifs / TRIALS) & ~3);
  dropListed();
  for (let m = 0; m < min(job.motifs, TRIALS * step); m += step) screenLanes(job, address, m, lanesFrom(job, m));
}

/** Lists the most alike motif in each lane of every fourth four, −1 for none. */
function listLikely(job: Job, address: usize, screen: usize): void {
  for (let first = 0; first < LIKELY; first += 4) {
    let least = splat(f32.MAX_VALUE);
    let motifs = i32x4.splat(-1);
    for (let m = first; m < job.motifs; m += LIKELY) {
      const unlike = difference(screen, screenAt(job, m));
      const here = i32x4.add(i32x4.splat(m), i32x4(0, 1, 2, 3));
      const closer = v128.and(f32x4.lt(unlike, least), i32x4.lt_s(here, i32x4.splat(job.motifs)));
      least = v128.bitselect(unlike, least, closer);
      motifs = v128.bitselect(here, motifs, closer);
    }
    v128.store(likelyOf(address, first), motifs);
  }
}

/** Of four motifs: the sum of squares over the last lines of the screens. */
function difference(a: usize, b: usize): v128 {
  let sum = splat(0);
  a = singularOf(a, n);
  b = singularOf(b, n);
  for (const end = b + 16 * <usize>(4 + 2 * n); b < end; a += 16, b += 16) {
    sum = add(sum, square(sub(v128.load32_splat(a), v128.load(b))));
  }
  return sum;
}

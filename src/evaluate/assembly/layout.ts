/** Where everything lies in the memory; ../nearestKernel.ts writes jobs and records in the same order. */

/** Bytes of a query's result: its squared distance, the number of ties, and these. */
export const RESULT: usize = 48;

/** Motifs tied with the nearest that are remembered. */
export const TIES: i32 = 8;

/** A whole search, shared by all threads. */
@unmanaged
export class Job {
  n: i32;
  /** 1: mirror images count as equal. */
  reflections: i32;
  motifs: i32;
  queries: i32;
  /** Queries in a block, the unit of work. */
  block: i32;
  /** Blocks claimed. */
  ticket: i32;
  /** Blocks done. */
  done: i32;
  /** Not looked at: nothing needs stopping. */
  stop: i32;
  /** Threads that have begun. */
  begun: i32;
  /** Part of the best squared distance that a motif must stay below to be looked at: 1 for an exact search. */
  share: f32;
  /** Records of the library, and of the queries. */
  library: usize;
  records: usize;
  /** Per query: its least squared distance, how many motifs tie (more than TIES: too many), and which. */
  results: usize;
}

/** One query as the search sees it; followed by what `tieOf` and so on lead to. */
@unmanaged
export class State {
  record: usize;
  /** Least squared distance found, or the guess that stands for it. */
  best: f64;
  /** 0 while `best` is a guess. */
  found: i32;
  ties: i32;
  /** What is not below is dismissed. */
  limit: f32;
  /** Distances from the center, inner product and area of the two leading rows. */
  r0: f32;
  r1: f32;
  dot: f32;
  area: f32;
  slack: f32;
  share: f32;
}

const TIED: usize = 64;
const STATE: usize = TIED + 4 * <usize>TIES;

// The shape of the motifs, and this thread's memory; set by `shape`.
export let n: i32 = 0;
/** n, rounded up to whole pairs of vectors. */
export let width: i32 = 0;
/** The same in bytes of single-precision numbers. */
export let span: usize = 0;
/** Lanes that hold no row. */
export let pads: u32 = 0;
/** Bytes of a record, a state, and distances as a fingerprint. */
export let recordBytes: usize = 0;
export let stateBytes: usize = 0;
export let fingerprint: usize = 0;

export function shape(atoms: i32): void {
  n = atoms;
  width = (n + 7) & ~7;
  span = (<usize>width) << 2;
  pads = ~((1 << n) - 1);
  fingerprint = (<usize>(((n * (n + 1)) / 2 + 3) & ~3)) << 2;
  recordBytes = span * (5 + 2 * <usize>n) + fingerprint + 16 * <usize>n;
  stateBytes = STATE + 16 * <usize>(n * n) + 4 * span + span * <usize>n;
}

// A record: five lines of `span` bytes (x, y, z, r, r²; rows in descending order of r), n lines of inner products, n of
// areas, the points again as (x, y, z, 0), and the sorted distances of ../features.ts.
export function dotsOf(record: usize, row: i32): usize {
  return record + span * (5 + <usize>row);
}

export function areasOf(record: usize, row: i32): usize {
  return record + span * <usize>(5 + n + row);
}

export function fingerprintOf(record: usize): usize {
  return record + recordBytes - fingerprint;
}

export function pointOf(record: usize, row: i32): usize {
  return record + span * (5 + 2 * <usize>n) + 16 * <usize>row;
}

// A state: ties, then for each depth the query's rows (x, y, z, 0) in a frame whose z axis goes through the row of that
// depth, then in search order the labels of the rows in the record, and their r; then line k of the distances of the
// rows from k on, descending.
export function tieOf(state: usize, k: i32): usize {
  return state + TIED + 4 * <usize>k;
}

export function framedOf(state: usize, depth: i32): usize {
  return state + STATE + 16 * <usize>(n * depth);
}

export function labelOf(state: usize, k: i32): usize {
  return framedOf(state, n) + 4 * <usize>k;
}

export function radiusOf(state: usize, k: i32): usize {
  return framedOf(state, n) + span + 4 * <usize>k;
}

export function restOf(state: usize, k: i32): usize {
  return framedOf(state, n) + span * (2 + <usize>k);
}

/** Puts the query's rows in the order given by its labels. */
export function arrange(address: usize): void {
  const state = changetype<State>(address);
  const record = state.record;
  let later: u32 = 0;
  for (let k = n - 1; k >= 0; k--) {
    const label = load<i32>(labelOf(address, k));
    const at = (<usize>label) << 2;
    store<f32>(radiusOf(address, k), load<f32>(record + 3 * span + at));
    later |= 1 << label;
    // Rows of a record are in descending order, so their labels sort them.
    let line = restOf(address, k);
    for (let l: u32 = later; l; l &= l - 1, line += 4) {
      store<f32>(line, load<f32>(record + 3 * span + ((<usize>ctz(l)) << 2)));
    }
    frame(address, k);
  }
  const first = load<i32>(labelOf(address, 0));
  const second: usize = (<usize>load<i32>(labelOf(address, 1))) << 2;
  state.r0 = load<f32>(radiusOf(address, 0));
  state.r1 = load<f32>(radiusOf(address, 1));
  state.dot = load<f32>(dotsOf(record, first) + second);
  state.area = load<f32>(areasOf(record, first) + second);
}

/** The rows up to `depth` in a frame whose z axis goes through the last of them. */
function frame(address: usize, depth: i32): void {
  const record = changetype<State>(address).record;
  const last = pointOf(record, load<i32>(labelOf(address, depth)));
  const r = <f64>load<f32>(radiusOf(address, depth));
  const x = r > 0 ? <f64>load<f32>(last) / r : 0;
  const y = r > 0 ? <f64>load<f32>(last, 4) / r : 0;
  const z = r > 0 ? <f64>load<f32>(last, 8) / r : 1;
  // Right-handed, for the sign of the determinant may count: Duff et al., JCGT 6, 1 (2017).
  const sign: f64 = z >= 0 ? 1 : -1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  for (let k = 0; k <= depth; k++) {
    const point = pointOf(record, load<i32>(labelOf(address, k)));
    const u = <f64>load<f32>(point);
    const v = <f64>load<f32>(point, 4);
    const w = <f64>load<f32>(point, 8);
    const to = framedOf(address, depth) + 16 * <usize>k;
    store<f32>(to, <f32>((1 + sign * x * x * a) * u + sign * b * v - sign * x * w));
    store<f32>(to, <f32>(b * u + (sign + y * y * a) * v - y * w), 4);
    store<f32>(to, <f32>(x * u + y * v + z * w), 8);
  }
}

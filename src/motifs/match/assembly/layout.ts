/** Where everything lies in the memory; ../nearestKernel.ts writes jobs and records in the same order. */

/** A whole search, shared by all threads. */
@unmanaged
export class Job {
  n: i32;
  /** 1: mirror images count as equal. */
  reflections: i32;
  /** 1: rows have species, and are matched only with like ones. */
  blocks: i32;
  motifs: i32;
  queries: i32;
  /** Queries in a block, the unit of work. */
  block: i32;
  /** Blocks claimed, and done. */
  ticket: i32;
  done: i32;
  /** Not looked at: nothing needs stopping. */
  stop: i32;
  /** Threads that have begun. */
  begun: i32;
  /** Records and screens of the library, and of the queries. */
  library: usize;
  libraryScreens: usize;
  records: usize;
  screens: usize;
  /** Per query: its nearest motif, and which row of that goes on each of its own; rows as in the records. */
  results: usize;
}

/** One query as the search sees it; followed by what `framedOf` leads to. */
@unmanaged
export class State {
  record: usize;
  /** Its lane of its screen. */
  screen: usize;
  result: usize;
  /** Least squared distance found, or the guess that stands for it while the result is −1. */
  best: f64;
  /** What is not below is dismissed. */
  limit: f32;
  slack: f32;
}

/** Motifs from which the first limit comes. */
export const LIKELY: i32 = 16;

const STATE: usize = 32;

// The shape of the motifs; set by `shape`.
export let n: i32 = 0;
/** n, rounded up to whole pairs of vectors. */
export let width: i32 = 0;
/** The same in bytes of single-precision numbers. */
export let span: usize = 0;
/** Lanes that hold no row. */
export let pads: u32 = 0;
/** Bytes of a record, a screen, and a state. */
export let recordBytes: usize = 0;
export let screenBytes: usize = 0;
export let stateBytes: usize = 0;

export function shape(atoms: i32): void {
  n = atoms;
  width = (n + 7) & ~7;
  span = (<usize>width) << 2;
  pads = ~((1 << n) - 1);
  recordBytes = span * 5 + 16 * <usize>(n + 1);
  screenBytes = 16 * <usize>(9 + 8 * n);
  stateBytes = STATE + 16 * <usize>((n + 1) * n) + 2 * span + 4 * <usize>LIKELY;
}

// A record: five lines of `span` bytes (x, y, z, r, r²; rows about their centroid, in descending order of r), then the
// points again as (x, y, z, species), and as row n √n times the centroid, with ‖X‖² as a fourth number.
export function pointOf(record: usize, row: i32): usize {
  return record + span * 5 + 16 * <usize>row;
}

export function squaredNorm(record: usize): f32 {
  return load<f32>(pointOf(record, n), 12);
}

// A screen: what the first tests need of four motifs, one a lane; of each √n times the length of its centroid, n
// distances r, three singular values of its rows, ‖X‖² (as distance n + 3); by row n inner products and n areas with √n
// times the centroid, and n times the three singular values of the other rows. Last, as those of row n, what makes
// motifs alike: the length and the singular values again, the rows' parts along and across the centroid, each sorted.
export function distanceOf(screen: usize, row: i32): usize {
  return screen + 16 * <usize>(1 + row);
}

export function dotOf(screen: usize, row: i32): usize {
  return screen + 16 * <usize>(5 + n + row);
}

export function areaOf(screen: usize, row: i32): usize {
  return screen + 16 * <usize>(5 + 2 * n + row);
}

export function singularOf(screen: usize, row: i32): usize {
  return screen + 16 * <usize>(5 + 3 * n + 3 * row);
}

// A state holds for each depth the centroid and the query's rows up to there (x, y, z, 0) in a frame whose z axis goes
// through the last of them; then in search order the labels of the rows in the record, and their r;
// then the motifs of the first limit.
export function framedOf(state: usize, depth: i32): usize {
  return state + STATE + 16 * <usize>((n + 1) * depth);
}

export function labelOf(state: usize, k: i32): usize {
  return framedOf(state, n) + 4 * <usize>k;
}

export function radiusOf(state: usize, k: i32): usize {
  return framedOf(state, n) + span + 4 * <usize>k;
}

export function likelyOf(state: usize, k: i32): usize {
  return framedOf(state, n) + 2 * span + 4 * <usize>k;
}

/** Takes all rows in descending order of r. */
export function arrange(address: usize): void {
  const line = changetype<State>(address).record + 3 * span;
  for (let k = 0; k < n; k++) {
    store<i32>(labelOf(address, k), k);
    store<f32>(radiusOf(address, k), load<f32>(line + ((<usize>k) << 2)));
  }
}

/** Takes the row at one place of the order to another; those between move up. */
export function move(address: usize, from: i32, to: i32): void {
  const label = load<i32>(labelOf(address, from));
  const radius = load<f32>(radiusOf(address, from));
  const step = from < to ? 1 : -1;
  for (let k = from; k !== to; k += step) {
    store<i32>(labelOf(address, k), load<i32>(labelOf(address, k + step)));
    store<f32>(radiusOf(address, k), load<f32>(radiusOf(address, k + step)));
  }
  store<i32>(labelOf(address, to), label);
  store<f32>(radiusOf(address, to), radius);
}

export function frame(address: usize, depth: i32): void {
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
  for (let k = -1; k <= depth; k++) {
    const point = pointOf(record, k < 0 ? n : load<i32>(labelOf(address, k)));
    const u = <f64>load<f32>(point);
    const v = <f64>load<f32>(point, 4);
    const w = <f64>load<f32>(point, 8);
    const to = framedOf(address, depth) + 16 * <usize>(k + 1);
    store<f32>(to, <f32>((1 + sign * x * x * a) * u + sign * b * v - sign * x * w));
    store<f32>(to, <f32>(b * u + (sign + y * y * a) * v - y * w), 4);
    store<f32>(to, <f32>(x * u + y * v + z * w), 8);
  }
}

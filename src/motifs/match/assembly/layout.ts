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
  /** Screens of the library, and of the queries. */
  libraryScreens: usize;
  screens: usize;
  /** Per query: its least squared distance, how many motifs tie (more than TIES: too many), and which. */
  results: usize;
  /** 1: rows have species, and are matched only with like ones. */
  blocks: i32;
}

/** One query as the search sees it; followed by what `tieOf` and so on lead to. */
@unmanaged
export class State {
  record: usize;
  /** Its lane of its screen. */
  screen: usize;
  /** A bit for each library motif: 1 if it was in the shortlist. */
  seen: usize;
  /** Least squared distance found, or the guess that stands for it. */
  best: f64;
  /** 0 while `best` is a guess. */
  found: i32;
  ties: i32;
  /** What is not below is dismissed. */
  limit: f32;
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
  stateBytes = STATE + 16 * <usize>((n + 1) * n) + span * <usize>(n + 2);
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
// distances r, three singular values of its rows, ‖X‖²; by row n inner products and n areas with √n times the centroid,
// and n times the three singular values of the other rows. Last, from `alikeOf` on, what makes motifs alike: the length
// and the singular values again, the rows' parts along the centroid, sorted, and across it, sorted.
export function distanceOf(screen: usize, row: i32): usize {
  return screen + 16 * <usize>(1 + row);
}

export function normOf(screen: usize): usize {
  return screen + 16 * <usize>(4 + n);
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

export function alikeOf(screen: usize): usize {
  return screen + 16 * <usize>(5 + 6 * n);
}

// A state: ties, then for each depth the centroid and the query's rows (x, y, z, 0) in a frame whose z axis goes
// through the row of that depth, then in search order the labels of the rows in the record, and their r; then line k of
// the distances of the rows from k on, descending.
export function tieOf(state: usize, k: i32): usize {
  return state + TIED + 4 * <usize>k;
}

export function framedOf(state: usize, depth: i32): usize {
  return state + STATE + 16 * <usize>((n + 1) * depth);
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

/** What children of row `place` need of the order of rows up to there. */
export function arrange(address: usize, place: i32): void {
  const line = changetype<State>(address).record + 3 * span;
  let used: u32 = pads;
  for (let k = 0; k <= place; k++) used |= 1 << load<i32>(labelOf(address, k));
  store<f32>(radiusOf(address, place), load<f32>(line + ((<usize>load<i32>(labelOf(address, place))) << 2)));
  // Rows of a record are in descending order, so their labels sort them.
  let to = restOf(address, place + 1);
  for (let free = ~used; free; free &= free - 1, to += 4) store<f32>(to, load<f32>(line + ((<usize>ctz(free)) << 2)));
  frame(address, place);
}

/** The centroid and the rows up to `depth` in a frame whose z axis goes through the last of them. */
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

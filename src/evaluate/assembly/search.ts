/**
 * Can this motif be nearer than the limit? The branch and bound of ../match.ts in single precision, the labels of a row
 * in lanes. Every test allows for rounding, so that what it dismisses is dismissed in exact arithmetic as well.
 *
 * Of the 56 pairs of labels of a real motif of 8 atoms, 3 pass the test of the leading rows against held-out motifs, 9
 * against bad generated ones and 23 against random ones; a node behind them costs some 50 ns, the pairs 130 ns.
 */

import { placementCost } from './cost';
import {
  areasOf,
  dotsOf,
  framedOf,
  labelOf,
  n,
  pads,
  pointOf,
  radiusOf,
  restOf,
  State,
  span,
  TIES,
  tieOf,
  width,
} from './layout';
import { add, along, cross, dot, lane0, lane1, lane2, mul, splat, square, squares, sub } from './vectors';

/** Rounding of single precision, with room for the some hundred operations behind a test. */
const ROUNDING: f32 = 3e-5;

// This thread's memory, see `place`.
/** Labels of the rows placed. */
let path: usize = 0;
/** What the rows after the next cost at least, for each of its labels. */
let rests: usize = 0;
/** What the rest costs at least, by the nearer and the farther label of the leading rows. */
let nearer: usize = 0;
let farther: usize = 0;

/** Count of nodes at `stop`, where the search goes no deeper. */
let reached: i32 = 0;
let stop: i32 = 0;
let reflections: bool = true;

export function searchBytes(): usize {
  return span * 4;
}

export function place(address: usize, mirrored: bool): void {
  reflections = mirrored;
  stop = n;
  nearer = address;
  farther = nearer + span;
  path = farther + span;
  rests = path + span;
}

/** Placements of `depth` rows on a motif that no test dismisses, depth 2 or more but below n. */
export function count(address: usize, record: usize, depth: i32): i32 {
  reached = 0;
  stop = depth;
  look(address, -1, record);
  stop = n;
  return reached;
}

/**
 * A squared distance that surely exceeds `best` in spite of rounding. Motifs within it have a norm of at most that of
 * the query plus the distance, so their rounding is bounded by these two.
 */
function limitFor(state: State, best: f64): f64 {
  return best * (1 + 1e-5) + <f64>state.slack;
}

export function setBest(state: State, best: f64): void {
  state.best = best;
  state.limit = state.share * <f32>limitFor(state, best);
}

/** Looks at one motif: lowers the best of the query if it is nearer. */
export function look(address: usize, motif: i32, record: usize): void {
  const state = changetype<State>(address);
  const q0 = state.r0 * state.r0;
  const q1 = state.r1 * state.r1;
  const inner = splat(2 * state.dot);
  const area = splat(2 * state.area);
  const half = splat(0.5);
  const zero = splat(0);
  const common = restOfPairs(address, record) + q0 + q1;
  for (let k = 0; k < n - 1; k++) {
    const at = (<usize>k) << 2;
    const qk = load<f32>(record + 4 * span + at);
    const least = splat(common + qk + load<f32>(nearer + at));
    const rounding = splat(ROUNDING * (q0 + q1 + qk) * (q0 + q1 + qk));
    // The labels k and l of the leading rows, and l and k.
    const straight = add(rounding, splat(q0 * qk));
    const crossed = add(rounding, splat(q1 * qk));
    for (let l = k + 1; l < n; l += 4) {
      const here = (<usize>l) << 2;
      const q = v128.load(record + 4 * span + here);
      const needed = mul(half, add(least, add(q, v128.load(farther + here))));
      const products = add(
        mul(inner, v128.load(dotsOf(record, k) + here)),
        mul(area, v128.load(areasOf(record, k) + here)),
      );
      const enough = sub(square(needed), products);
      const a = f32x4.pmin(needed, sub(enough, add(straight, mul(splat(q1), q))));
      const b = f32x4.pmin(needed, sub(enough, add(crossed, mul(splat(q0), q))));
      const lanes = (1 << (n - l)) - 1;
      const first = ~i32x4.bitmask(f32x4.gt(a, zero)) & lanes & 15;
      const second = ~i32x4.bitmask(f32x4.gt(b, zero)) & lanes & 15;
      if (first | second) followPairs(address, motif, record, k, l, first | (second << 4));
    }
  }
}

/** Goes on with the pairs of labels (k, l + c) for the lower four bits of `open`, and (l + c, k) for the upper. */
function followPairs(address: usize, motif: i32, record: usize, k: i32, l: i32, open: u32): void {
  if (stop === 2) {
    reached += <i32>popcnt(open);
    return;
  }
  const state = changetype<State>(address);
  const qk = load<f32>(record + 4 * span + ((<usize>k) << 2));
  const norms = state.r0 * state.r0 + state.r1 * state.r1 + qk;
  for (; open; open &= open - 1) {
    const bit = <i32>ctz(open);
    const other = l + (bit & 3);
    store<i32>(path, bit < 4 ? k : other);
    store<i32>(path, bit < 4 ? other : k, 4);
    const q = load<f32>(record + 4 * span + ((<usize>other) << 2));
    expand(address, motif, record, 2, pads | (1 << k) | (1 << other), norms + q);
  }
}

/** Places row `depth` on every free label that may lead below the limit. */
function expand(address: usize, motif: i32, record: usize, depth: i32, used: u32, norms: f32): void {
  if (depth === n) {
    finish(address, motif, record);
    return;
  }
  for (let open = children(address, record, depth, used, norms); open; open &= open - 1) {
    const label = <i32>ctz(open);
    if (depth + 1 === stop && stop < n) {
      reached++;
      continue;
    }
    store<i32>(path + ((<usize>depth) << 2), label);
    const r = load<f32>(radiusOf(address, depth));
    const q = r * r + load<f32>(record + 4 * span + ((<usize>label) << 2));
    expand(address, motif, record, depth + 1, used | (1 << label), norms + q);
  }
}

/**
 * Labels of row `depth` that no test dismisses; the test is that of ../singularSum.ts.
 *
 * In the frame of that row, (0, 0, r), only the third line of the covariance H depends on the label: h₁, h₂, h₃ + r y.
 * Two vectors at once: in a loop over single ones, V8 keeps the constants in memory, a tenth of all time.
 */
function children(address: usize, record: usize, depth: i32, used: u32, norms: f32): u32 {
  let first = splat(0);
  let second = first;
  let third = first;
  const framed = framedOf(address, depth);
  for (let i = 0; i < depth; i++) {
    const row = framed + 16 * <usize>i;
    const point = v128.load(pointOf(record, load<i32>(path + ((<usize>i) << 2))));
    first = add(first, mul(v128.load32_splat(row), point));
    second = add(second, mul(v128.load32_splat(row, 4), point));
    third = add(third, mul(v128.load32_splat(row, 8), point));
  }
  const normal = cross(first, second);
  const ab = add(dot(first, first), dot(second, second));
  const nn = dot(normal, normal);
  const radius = load<f32>(radiusOf(address, depth));
  const r = splat(radius);
  const base = norms + radius * radius;
  const most: f32 = <f32>0.5 * (base + load<f32>(record + 4 * span));
  const rounding = splat(ROUNDING * most * most * most * most);
  const least = splat(base + restOfChildren(address, record, depth, used));
  let open: u32 = 0;
  for (let lane: i32 = 0; lane < width; lane += 8) {
    const here = (<usize>lane) << 2;
    const at = record + here;
    const s0 = needed4(least, at + 4 * span, rests + here);
    const s1 = needed4(least, at + 4 * span + 16, rests + here + 16);
    const x0 = shifted(lane0(third), r, at);
    const x1 = shifted(lane0(third), r, at + 16);
    const y0 = shifted(lane1(third), r, at + span);
    const y1 = shifted(lane1(third), r, at + span + 16);
    const z0 = shifted(lane2(third), r, at + 2 * span);
    const z1 = shifted(lane2(third), r, at + 2 * span + 16);
    const a0 = along(first, x0, y0, z0);
    const a1 = along(first, x1, y1, z1);
    const b0 = along(second, x0, y0, z0);
    const b1 = along(second, x1, y1, z1);
    const n0 = along(normal, x0, y0, z0);
    const n1 = along(normal, x1, y1, z1);
    const low = tooLittle(s0, a0, b0, n0, squares(x0, y0, z0), ab, nn, rounding);
    const high = tooLittle(s1, a1, b1, n1, squares(x1, y1, z1), ab, nn, rounding);
    open |= (~(i32x4.bitmask(low) | (i32x4.bitmask(high) << 4)) & 255) << lane;
  }
  return open & ~used;
}

/** The sum of singular values that four labels must reach. */
function needed4(least: v128, norms: usize, rest: usize): v128 {
  return mul(splat(0.5), add(least, add(v128.load(norms), v128.load(rest))));
}

/** A component of h₃ + r y. */
function shifted(c: v128, r: v128, at: usize): v128 {
  return add(c, mul(r, v128.load(at)));
}

/** Lanes where the sum of singular values does not reach s: a, b, n are h₃ + r y times h₁, h₂, h₁ × h₂, c its square. */
function tooLittle(s: v128, a: v128, b: v128, n: v128, c: v128, ab: v128, nn: v128, rounding: v128): v128 {
  const determinant = reflections ? f32x4.abs(n) : n;
  const cofactors = sub(add(nn, mul(ab, c)), add(square(a), square(b)));
  const gap = sub(square(s), add(ab, c));
  const linear = add(mul(splat(2), mul(s, determinant)), cofactors);
  const value = sub(square(gap), add(mul(splat(4), linear), rounding));
  return f32x4.gt(f32x4.pmin(f32x4.pmin(s, gap), value), splat(0));
}

/**
 * Σ (r − r')² of the rows behind the leading pair and the labels left by it, both descending, less the limit: returns
 * what all pairs have in common, and lists what the nearer and the farther label of a pair add. In that order, rows are
 * shifted by one between the two labels and by two behind them; from one label to the next only one row changes over.
 */
function restOfPairs(address: usize, record: usize): f32 {
  let line = restOf(address, 2);
  let radii = record + 3 * span;
  let near: f32 = 0;
  let far: f32 = 0;
  let common: f32 = 0;
  let last: f32 = 0;
  let r = load<f32>(radii);
  store<f32>(nearer, 0);
  store<f32>(farther, 0);
  for (let k = 1; k < n; k++, line += 4) {
    radii += 4;
    const next = load<f32>(radii);
    // The row behind the pair that stands on label k − 1 unless the nearer label comes before.
    const row = load<f32>(line);
    if (k > 1) {
      common += (last - next) * (last - next);
      far += (next - r) * (last + last - r - next);
    }
    near += (next - r) * (row + row - r - next);
    const at = (<usize>k) << 2;
    store<f32>(nearer + at, near);
    store<f32>(farther + at, far);
    last = row;
    r = next;
  }
  return common - changetype<State>(address).limit;
}

/**
 * The same sum over the rows after `depth` and the labels that each free label leaves, less the limit: returns what all
 * have in common, that of the first, and lists what each has more. From one label to the next only one row changes over.
 */
function restOfChildren(address: usize, record: usize, depth: i32, used: u32): f32 {
  let line = restOf(address, depth + 1);
  const radii = record + 3 * span;
  let free = ~used;
  let at = (<usize>ctz(free)) << 2;
  let r = load<f32>(radii + at);
  let more: f32 = 0;
  let common = -changetype<State>(address).limit;
  store<f32>(rests + at, more);
  for (free &= free - 1; free; free &= free - 1, line += 4) {
    at = (<usize>ctz(free)) << 2;
    const next = load<f32>(radii + at);
    const a = load<f32>(line);
    common += (a - next) * (a - next);
    more += (next - r) * (a + a - r - next);
    store<f32>(rests + at, more);
    r = next;
  }
  return common;
}

/** A complete placement: its squared distance in double precision, and whether it is the least or ties with it. */
function finish(address: usize, motif: i32, record: usize): void {
  const state = changetype<State>(address);
  const cost = placementCost(state.record, labelOf(address, 0), record, path, reflections);
  if (cost >= (state.found ? limitFor(state, state.best) : state.best)) return;
  if (!state.found || cost < state.best) {
    if (!state.found || limitFor(state, cost) < state.best) state.ties = 0;
    state.found = 1;
    setBest(state, cost);
  }
  remember(address, motif);
}

/** Among more than TIES motifs within the slack of each other only the caller can decide. */
function remember(address: usize, motif: i32): void {
  const state = changetype<State>(address);
  if (state.ties > TIES) return;
  for (let t = 0; t < state.ties; t++) if (load<i32>(tieOf(address, t)) === motif) return;
  if (state.ties < TIES) store<i32>(tieOf(address, state.ties), motif);
  state.ties++;
}

/**
 * Can this motif be nearer than the limit? The branch and bound of ../search.ts in single precision, the labels of a
 * row in lanes. Every test allows for rounding, so that what it dismisses is dismissed in exact arithmetic as well.
 *
 * Rows are taken about their centroid, and √n times the centroid c is one more row, whose label is known from the
 * start: ‖X − QX'π‖² = n |c − Qc'|² + Σ |x − Qx'|² over the rows about it. What is not placed yet adds to the sum of
 * singular values at most Σ r r' in sorted order and, by von Neumann's inequality, Σ σ σ' of its singular values.
 */

import { placementCost } from './cost';
import {
  areaOf,
  distanceOf,
  dotOf,
  framedOf,
  labelOf,
  n,
  pads,
  pointOf,
  radiusOf,
  recordBytes,
  State,
  singularOf,
  span,
  squaredNorm,
  width,
} from './layout';
import { add, along, cross, dot, lane0, lane1, lane2, mul, splat, square, squares, sub } from './vectors';

/** Rounding of single precision, with room for the some hundred operations behind a test. */
const ROUNDING: f32 = 3e-5;

/** The same for the ten operations of the first test, as a part of (‖X‖² + ‖X'‖²)². */
const SCREEN_ROUNDING: f32 = 2e-6;

/** Nodes whose children are found before any is gone on with. */
const CHUNK: i32 = 32;

/** Motifs whose first placements are listed before they are gone on with. */
export const TILE: i32 = 16;

// This thread's memory, see `place`.
/** What the rows after the next add at most, for each of its labels. */
let rests: usize = 0;
/** Children of the nodes of a chunk. */
let masks: usize = 0;
/** The nodes of each depth. */
let lists: usize = 0;
let listBytes: usize = 0;
/** Bytes of a node: its record, squared norms of what is placed, labels used, motif, and labels of the rows placed. */
let nodeBytes: usize = 0;
/** End of the nodes that `screenFour` has listed. */
let listed: usize = 0;

let reflections: bool = true;
/** Whether rows have species, and labels must be like them. */
let blocks: bool = false;

function sizes(): void {
  nodeBytes = 16 + ((<usize>((n + 3) & ~3)) << 2);
  listBytes = nodeBytes * <usize>(max(CHUNK, TILE) * n);
}

export function searchBytes(): usize {
  sizes();
  return span + 4 * <usize>CHUNK + listBytes * <usize>n;
}

export function place(address: usize, mirrored: bool, bySpecies: bool): void {
  reflections = mirrored;
  blocks = bySpecies;
  sizes();
  rests = address;
  masks = rests + span;
  lists = masks + 4 * <usize>CHUNK;
  listed = listOf(1);
}

function listOf(depth: i32): usize {
  return lists + listBytes * <usize>(depth - 1);
}

/**
 * Sets the least squared distance, and a limit that surely exceeds it in spite of rounding. Motifs within it have a
 * norm of at most that of the query plus the distance, so their rounding is bounded by these two.
 */
export function setBest(state: State, best: f64): void {
  state.best = best;
  state.limit = <f32>(best * (1 + 1e-5) + <f64>state.slack);
}

/**
 * Lists the placements of the first row on the motifs from `motif` on that are set in `lanes`; TILE motifs at most are
 * listed before `follow`.
 *
 * For each label of the first row, four motifs at once: the centroids and that row have s² = ‖H‖² + 2 ‖cof H‖, which
 * inner products and areas give without H.
 */
export function screenFour(address: usize, motif: i32, screen: usize, record: usize, lanes: u32): void {
  const state = changetype<State>(address);
  const first = load<i32>(labelOf(address, 0));
  const size = load<f32>(state.screen);
  const radius = load<f32>(radiusOf(address, 0));
  const own = squaredNorm(state.record);
  const q1 = splat(radius * radius);
  const inner = splat(2 * load<f32>(dotOf(state.screen, first)));
  const area = splat(2 * load<f32>(areaOf(state.screen, first)));
  const x = v128.load32_splat(singularOf(state.screen, first));
  const y = v128.load32_splat(singularOf(state.screen, first), 16);
  const z = v128.load32_splat(singularOf(state.screen, first), 32);
  const zero = splat(0);
  const norms = add(splat(own), v128.load(distanceOf(screen, n + 3)));
  const total = mul(splat(0.5), sub(norms, splat(state.limit)));
  const c = mul(splat(size), v128.load(screen));
  const placed = add(square(c), mul(splat(SCREEN_ROUNDING), square(norms)));
  // Radii of the other rows, descending whatever their order in the search.
  const radii = state.record + 3 * span;
  const skipped = radii + ((<usize>first) << 2);
  let line = radii;
  let r = v128.load(distanceOf(screen, 0));
  let radial = splat(0);
  for (let k = 1; k < n; k++, line += 4) {
    if (line === skipped) line += 4;
    radial = add(radial, mul(v128.load32_splat(line), v128.load(distanceOf(screen, k))));
  }
  line = radii;
  for (let k = 0; k < n; k++) {
    if (line === skipped) line += 4;
    const at = singularOf(screen, k);
    const singular = add(mul(x, v128.load(at)), add(mul(y, v128.load(at, 16)), mul(z, v128.load(at, 32))));
    const needed = sub(total, f32x4.pmin(radial, singular));
    const products = add(
      add(placed, mul(q1, square(r))),
      add(mul(inner, v128.load(dotOf(screen, k))), mul(area, v128.load(areaOf(screen, k)))),
    );
    const dismissed = f32x4.gt(f32x4.pmin(needed, sub(square(needed), products)), zero);
    const open = ~i32x4.bitmask(dismissed) & lanes;
    if (open) list(address, radius, motif, screen, record, k, open);
    if (k + 1 === n) break;
    const next = v128.load(distanceOf(screen, k + 1));
    radial = add(radial, mul(v128.load32_splat(line), sub(r, next)));
    r = next;
    line += 4;
  }
}

/** Lists the first row, at that distance, on label k of the motifs in `open`. */
function list(address: usize, radius: f32, motif: i32, screen: usize, record: usize, k: i32, open: u32): void {
  const state = changetype<State>(address);
  const size = load<f32>(state.screen);
  const norms = size * size + radius * radius;
  for (; open; open &= open - 1) {
    const lane = <usize>ctz(open);
    if (blocks && !(like(address, record + recordBytes * lane, 0) & (1 << k))) continue;
    const c = load<f32>(screen + (lane << 2));
    const r = load<f32>(distanceOf(screen, k) + (lane << 2));
    store<usize>(listed, record + recordBytes * lane);
    store<f32>(listed, norms + c * c + r * r, 4);
    store<u32>(listed, pads | (1 << k), 8);
    store<i32>(listed, motif + <i32>lane, 12);
    store<i32>(listed, k, 16);
    listed += nodeBytes;
  }
}

/** How many placements are listed, or may follow these at the next row. */
export function countListed(address: usize, depth: i32): i32 {
  let count = 0;
  for (let node = listOf(1); node < listed; node += nodeBytes) {
    count += depth === 0 ? <i32>1 : <i32>popcnt(children(address, node, 1));
  }
  return count;
}

export function dropListed(): void {
  listed = listOf(1);
}

/** Searches what is listed: lowers the best of the query if a motif is nearer. */
export function follow(address: usize): void {
  const end = listed;
  listed = listOf(1);
  if (end > listed) expand(address, 1, end);
}

/**
 * Places row `depth` of the nodes listed for that depth, up to `end`, and goes on with those that may lead below the
 * limit. In chunks, so that no test waits for what the one before comes to: its branches can seldom be foretold.
 */
function expand(address: usize, depth: i32, end: usize): void {
  const from = listOf(depth);
  if (depth === n) {
    for (let node = from; node < end; node += nodeBytes) finish(address, node);
    return;
  }
  for (let chunk = from; chunk < end; chunk += nodeBytes * <usize>CHUNK) {
    const last = min(end, chunk + nodeBytes * <usize>CHUNK);
    let mask = masks;
    for (let node = chunk; node < last; node += nodeBytes, mask += 4) {
      store<u32>(mask, children(address, node, depth));
    }
    const next = listChildren(address, depth, chunk, last);
    if (next > listOf(depth + 1)) expand(address, depth + 1, next);
  }
}

/** Lists the children of a chunk, as the masks say; returns the end of the list. */
function listChildren(address: usize, depth: i32, chunk: usize, last: usize): usize {
  const radius = load<f32>(radiusOf(address, depth));
  const label: usize = 16 + ((<usize>depth) << 2);
  let to = listOf(depth + 1);
  let mask = masks;
  for (let node = chunk; node < last; node += nodeBytes, mask += 4) {
    let open = load<u32>(mask);
    if (!open) continue;
    const squared = load<usize>(node) + 4 * span;
    const norms = load<f32>(node, 4) + radius * radius;
    const used = load<u32>(node, 8);
    for (; open; open &= open - 1) {
      const l = ctz(open);
      for (let at: usize = 0; at < label; at += 16) v128.store(to + at, v128.load(node + at));
      store<f32>(to, norms + load<f32>(squared + ((<usize>l) << 2)), 4);
      store<u32>(to, used | (1 << l), 8);
      store<u32>(to + label, l);
      to += nodeBytes;
    }
  }
  return to;
}

/**
 * Labels of row `depth` of a node that no test dismisses; the test is that of ../singularSum.ts.
 *
 * In the frame of that row, (0, 0, r), only the third line of the covariance H depends on the label: h₁, h₂, h₃ + r y.
 * Two vectors at once: in a loop over single ones, V8 keeps the constants in memory, a tenth of all time.
 */
function children(address: usize, node: usize, depth: i32): u32 {
  const state = changetype<State>(address);
  const record = load<usize>(node);
  const used = load<u32>(node, 8);
  const common = restOfChildren(address, record, depth, used);
  let row = framedOf(address, depth);
  const centroid = v128.load(pointOf(record, n));
  let first = mul(v128.load32_splat(row), centroid);
  let second = mul(v128.load32_splat(row, 4), centroid);
  let third = mul(v128.load32_splat(row, 8), centroid);
  for (let i = 0; i < depth; i++) {
    row += 16;
    const point = v128.load(pointOf(record, load<i32>(node + ((<usize>i) << 2), 16)));
    first = add(first, mul(v128.load32_splat(row), point));
    second = add(second, mul(v128.load32_splat(row, 4), point));
    third = add(third, mul(v128.load32_splat(row, 8), point));
  }
  const normal = cross(first, second);
  const ab = add(dot(first, first), dot(second, second));
  const nn = dot(normal, normal);
  const radius = load<f32>(radiusOf(address, depth));
  const r = splat(radius);
  const most: f32 = <f32>0.5 * (load<f32>(node, 4) + radius * radius + load<f32>(record + 4 * span));
  const rounding = splat(ROUNDING * most * most * most * most);
  const norms = squaredNorm(state.record) + squaredNorm(record);
  const total = splat(0.5 * (norms - state.limit) - common);
  let open: u32 = 0;
  for (let lane: i32 = 0; lane < width; lane += 8) {
    const here = (<usize>lane) << 2;
    const at = record + here;
    const s0 = sub(total, v128.load(rests + here));
    const s1 = sub(total, v128.load(rests + here, 16));
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
  if (blocks) open &= like(address, record, depth);
  return open & ~used;
}

/** Labels of a record whose species is that of row `depth`. */
function like(address: usize, record: usize, depth: i32): u32 {
  const species = load<f32>(pointOf(changetype<State>(address).record, load<i32>(labelOf(address, depth))), 12);
  let labels: u32 = 0;
  for (let l = 0; l < n; l++) if (load<f32>(pointOf(record, l), 12) === species) labels |= 1 << l;
  return labels;
}

/** A component of h₃ + r y. */
function shifted(c: v128, r: v128, at: usize): v128 {
  return add(c, mul(r, v128.load(at)));
}

/** Lanes where the sum of singular values is below s: a, b, n are h₃ + r y times h₁, h₂, h₁ × h₂, c its square. */
function tooLittle(s: v128, a: v128, b: v128, n: v128, c: v128, ab: v128, nn: v128, rounding: v128): v128 {
  const determinant = reflections ? f32x4.abs(n) : n;
  const cofactors = sub(add(nn, mul(ab, c)), add(square(a), square(b)));
  const gap = sub(square(s), add(ab, c));
  const linear = add(mul(splat(2), mul(s, determinant)), cofactors);
  const value = sub(square(gap), add(mul(splat(4), linear), rounding));
  return f32x4.gt(f32x4.pmin(f32x4.pmin(s, gap), value), splat(0));
}

/**
 * The most that the rows after `depth` add to the sum of singular values if a label is taken: Σ r r' with the labels
 * that it leaves, both descending. Returns that for the first free label, and lists what each has more: from one label
 * to the next only one row changes over.
 */
function restOfChildren(address: usize, record: usize, depth: i32, used: u32): f32 {
  let line = radiusOf(address, depth + 1);
  const radii = record + 3 * span;
  let free = ~used;
  let at = (<usize>ctz(free)) << 2;
  let r = load<f32>(radii + at);
  let more: f32 = 0;
  let common: f32 = 0;
  store<f32>(rests + at, more);
  for (free &= free - 1; free; free &= free - 1, line += 4) {
    at = (<usize>ctz(free)) << 2;
    const next = load<f32>(radii + at);
    const a = load<f32>(line);
    common += a * next;
    more += a * (r - next);
    store<f32>(rests + at, more);
    r = next;
  }
  return common;
}

/** A complete placement: kept if it is the nearest, or as near as a motif after it in the library. */
function finish(address: usize, node: usize): void {
  const state = changetype<State>(address);
  const cost = placementCost(state.record, labelOf(address, 0), load<usize>(node), node + 16, reflections);
  const motif = load<i32>(node, 12);
  if (cost > state.best || (cost === state.best && motif >= load<i32>(state.result))) return;
  setBest(state, cost);
  store<i32>(state.result, motif);
  for (let k = 0; k < n; k++) {
    const row = <usize>load<i32>(labelOf(address, k));
    store<i32>(state.result + (row << 2), load<i32>(node + ((<usize>k) << 2), 16), 4);
  }
}

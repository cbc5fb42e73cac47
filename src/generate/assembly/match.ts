/** The points of a question matched with the atoms of the motif in hand; double precision, as ../nearest.ts does it. */

import { Fit } from './layout';
import { line, n, products, squares, turn } from './motif';

/** The best match: the atom of each point, and whether it is of the inverted motif. */
export let labels: usize = 0;
export let inverted: bool = false;

let trial: usize = 0;
let left: usize = 0;
let columns: usize = 0;
// The two ordered pairs of atoms most like the two points.
let i0: i32 = 0;
let j0: i32 = 0;
let i1: i32 = 0;
let j1: i32 = 0;

/** Sums of squares are added in another order while screening: what is so little larger may be equal. */
const ROUNDING: f64 = 1 + 1e-12;

/** Takes its memory from that address on; gives where it goes on. */
export function place(room: usize): usize {
  labels = room;
  trial = labels + 4 * <usize>n;
  left = trial + 4 * <usize>n;
  columns = (left + 4 * <usize>n + 15) & ~15;
  return columns + line;
}

/** Least sum of squares of the matches as they lie, Å², if it is below `limit`; then `labels` are its. Else `limit`. */
export function match(fit: Fit, k: i32, limit: f64): f64 {
  findLikePairs(fit);
  const least = matchPair(fit, k, turn(i0, j0), limit);
  return matchPair(fit, k, turn(i1, j1), least);
}

function matchPair(fit: Fit, k: i32, motif: usize, limit: f64): f64 {
  const promising = screen(fit, motif, limit * ROUNDING);
  let least = limit;
  if (promising & 1) least = matchClosest(fit, k, motif, 1, least);
  if (promising & 2) least = matchClosest(fit, k, motif, -1, least);
  return least;
}

/** Finds the two ordered pairs of the motif most like the two points, in their three Gram entries. */
function findLikePairs(fit: Fit): void {
  const target = f64x2.splat(fit.bb);
  const cross = f64x2.splat(fit.ab);
  const two = f64x2.splat(2);
  for (let c: usize = 0; c < line; c += 16) {
    const difference = f64x2.sub(v128.load(squares + c), target);
    v128.store(columns + c, f64x2.mul(difference, difference));
  }
  let least = Infinity;
  let second = Infinity;
  for (let i = 0; i < n; i++) {
    const row = load<f64>(squares + ((<usize>i) << 3)) - fit.aa;
    const ii = row * row;
    if (ii >= second) continue;
    const base = products + <usize>i * line;
    for (let c: usize = 0; c < line; c += 16) {
      const difference = f64x2.sub(v128.load(base + c), cross);
      const twice = f64x2.mul(two, f64x2.mul(difference, difference));
      const misfits = f64x2.add(f64x2.add(f64x2.splat(ii), v128.load(columns + c)), twice);
      const better = i64x2.bitmask(f64x2.lt(misfits, f64x2.splat(second)));
      if (!better) continue;
      for (let lane = 0; lane < 2; lane++) {
        const j = <i32>(c >> 3) + lane;
        const misfit = lane ? f64x2.extract_lane(misfits, 1) : f64x2.extract_lane(misfits, 0);
        if ((i === j) !== <bool>fit.single || !(misfit < second)) continue;
        if (misfit < least) {
          second = least;
          least = misfit;
          i1 = i0;
          j1 = j0;
          i0 = i;
          j0 = j;
        } else {
          second = misfit;
          i1 = i;
          j1 = j;
        }
      }
    }
  }
}

/**
 * Whether a match may cost less than `limit`: bit 0 of the motif, bit 1 of the inverted one, whose axes are −1, −2, +3.
 * No point costs less than it is from the closest atom of all, whichever others have taken.
 */
function screen(fit: Fit, motif: usize, limit: f64): i32 {
  const end = motif + 24 * <usize>n;
  let sum = f64x2.splat(0);
  let other = sum;
  let at = fit.screen;
  for (let pair = fit.pairs; pair > 0; pair--, at += 48) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    const z = v128.load(at, 32);
    const minusZ = f64x2.neg(z);
    let least = f64x2.splat(Infinity);
    let otherLeast = least;
    for (let atom = motif; atom < end; atom += 24) {
      const dx = f64x2.sub(x, v128.load64_splat(atom));
      const dy = f64x2.sub(y, v128.load64_splat(atom, 8));
      const height = v128.load64_splat(atom, 16);
      const across = f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy));
      const dz = f64x2.sub(z, height);
      const otherDz = f64x2.sub(minusZ, height);
      least = f64x2.pmin(least, f64x2.add(across, f64x2.mul(dz, dz)));
      otherLeast = f64x2.pmin(otherLeast, f64x2.add(across, f64x2.mul(otherDz, otherDz)));
    }
    if (pair === 1) {
      least = v128.and(least, v128.load(fit.last));
      otherLeast = v128.and(otherLeast, v128.load(fit.last));
    }
    sum = f64x2.add(sum, least);
    other = f64x2.add(other, otherLeast);
    if (total(sum) >= limit && total(other) >= limit) return 0;
  }
  return (total(sum) < limit ? 1 : 0) | (total(other) < limit ? 2 : 0);
}

function total(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** Matches each point with the closest atom left; keeps that and gives its sum of squares if it is below `limit`. */
function matchClosest(fit: Fit, k: i32, motif: usize, sign: f64, limit: f64): f64 {
  for (let i = 0; i < n; i++) store<i32>(left + 4 * <usize>i, i);
  let remaining = n;
  let sum: f64 = 0;
  for (let p = 0; p < k; p++) {
    if (!(sum < limit)) return limit;
    const point = fit.framed + 24 * <usize>p;
    const x = load<f64>(point);
    const y = load<f64>(point, 8);
    const z = sign * load<f64>(point, 16);
    let closest = left;
    let least = Infinity;
    const end = left + 4 * <usize>remaining;
    for (let entry = left; entry < end; entry += 4) {
      const atom = motif + 24 * <usize>load<i32>(entry);
      const dx = x - load<f64>(atom);
      const dy = y - load<f64>(atom, 8);
      const dz = z - load<f64>(atom, 16);
      const square = dx * dx + dy * dy + dz * dz;
      if (square < least) {
        least = square;
        closest = entry;
      }
    }
    store<i32>(trial + 4 * <usize>p, load<i32>(closest));
    remaining--;
    store<i32>(closest, load<i32>(left + 4 * <usize>remaining));
    sum += least;
  }
  if (!(sum < limit)) return limit;
  memory.copy(labels, trial, 4 * <usize>k);
  inverted = sign < 0;
  return sum;
}

/** The points of a question matched with the atoms of the motif in hand; double precision, as ../nearest.ts does it. */

import { Fit } from './layout';
import { line, n, products, squares, turn } from './motif';

/** The best match: the atom of each point, and whether it is of the inverted motif. */
export let labels: usize = 0;
export let inverted: bool = false;

let trial: usize = 0;
let left: usize = 0;
let columns: usize = 0;
/** Squared distances, by pairs of points as they are screened: to each atom, then to each atom inverted. */
let distances: usize = 0;
/** The two ordered pairs (i, j) of atoms most like the two points, as numbers i lineLength + j. */
let first: i32 = 0;
let next: i32 = 0;
/** Numbers in a line of products. */
let lineLength: i32 = 0;
/** The bits that such a number takes. */
let lastBits: u64 = 0;

/** Sums of squares are added in another order while screening: what is so little larger may be equal. */
const ROUNDING: f64 = 1 + 1e-12;

/** Takes its memory from that address on; gives where it goes on. */
export function place(room: usize): usize {
  lineLength = <i32>(line >> 3);
  lastBits = ~(<u64>0) >> clz<u64>(n * lineLength - 1);
  labels = room;
  trial = labels + 4 * <usize>n;
  left = trial + 4 * <usize>n;
  columns = (left + 4 * <usize>n + 15) & ~15;
  distances = columns + line;
  return distances + 32 * <usize>(n * ((n + 1) >> 1));
}

/** Least sum of squares of the matches as they lie, Å², if it is below `limit`; then `labels` are its. Else `limit`. */
export function match(fit: Fit, k: i32, limit: f64): f64 {
  if (fit.single) findLikeAtoms(fit);
  else findLikePairs(fit);
  const least = matchPair(fit, k, turn(first / lineLength, first % lineLength), limit);
  return matchPair(fit, k, turn(next / lineLength, next % lineLength), least);
}

function matchPair(fit: Fit, k: i32, motif: usize, limit: f64): f64 {
  const promising = screen(fit, motif, limit * ROUNDING);
  let least = limit;
  if (promising & 1) least = matchClosest(fit, k, false, least);
  if (promising & 2) least = matchClosest(fit, k, true, least);
  return least;
}

/**
 * Finds the two ordered pairs of the motif most like the two points, in their three Gram entries.
 *
 * Without a branch, which would go the wrong way half the time: the last bits of each misfit are the number of its pair,
 * and the least two of each lane come out of comparisons alone. Misfits that differ by 1e-13 of themselves may change
 * places.
 */
function findLikePairs(fit: Fit): void {
  const bb = f64x2.splat(fit.bb);
  const ab = f64x2.splat(fit.ab);
  const high = i64x2.splat(~lastBits);
  for (let c: usize = 0; c < line; c += 16) {
    const difference = f64x2.sub(v128.load(squares + c), bb);
    v128.store(columns + c, f64x2.mul(difference, difference));
  }
  let least = f64x2.splat(f64.MAX_VALUE);
  let second = least;
  let number = i64x2(0, 1);
  for (let i: usize = 0; i < <usize>n; i++) {
    const difference = load<f64>(squares + 8 * i) - fit.aa;
    const ii = f64x2.splat(difference * difference);
    const base = products + i * line;
    for (let c: usize = 0; c < line; c += 16) {
      const difference = f64x2.sub(v128.load(base + c), ab);
      const square = f64x2.mul(difference, difference);
      const misfit = f64x2.add(f64x2.add(ii, v128.load(columns + c)), f64x2.add(square, square));
      const numbered = v128.or(v128.and(misfit, high), number);
      second = f64x2.pmin(second, f64x2.pmax(least, numbered));
      least = f64x2.pmin(least, numbered);
      number = i64x2.add(number, i64x2.splat(2));
    }
  }
  const a = f64x2.extract_lane(least, 0);
  const b = f64x2.extract_lane(least, 1);
  const others = Math.min(f64x2.extract_lane(second, 0), f64x2.extract_lane(second, 1));
  first = pairOf(Math.min(a, b));
  next = pairOf(Math.min(Math.max(a, b), others));
}

function pairOf(misfit: f64): i32 {
  return <i32>(reinterpret<u64>(misfit) & lastBits);
}

/** The same for one point and single atoms. */
function findLikeAtoms(fit: Fit): void {
  let least = Infinity;
  let second = Infinity;
  for (let i = 0; i < n; i++) {
    const misfit = Math.abs(load<f64>(squares + 8 * <usize>i) - fit.aa);
    if (misfit < least) {
      second = least;
      least = misfit;
      next = first;
      first = i * lineLength + i;
    } else if (misfit < second) {
      second = misfit;
      next = i * lineLength + i;
    }
  }
}

/**
 * Whether a match may cost less than `limit`: bit 0 of the motif, bit 1 of the inverted one, whose axes are −1, −2, +3.
 * No point costs less than it is from the closest atom of all, whichever others have taken.
 */
function screen(fit: Fit, motif: usize, limit: f64): i32 {
  const end = motif + 24 * <usize>n;
  const span: usize = 16 * <usize>n;
  let sum = f64x2.splat(0);
  let otherSum = sum;
  let at = fit.screen;
  let to = distances;
  for (let pair = fit.pairs; pair > 0; pair--, at += 48) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    const z = v128.load(at, 32);
    const minusZ = f64x2.neg(z);
    let least = f64x2.splat(Infinity);
    let otherLeast = least;
    for (let atom = motif; atom < end; atom += 24, to += 16) {
      const dx = f64x2.sub(x, v128.load64_splat(atom));
      const dy = f64x2.sub(y, v128.load64_splat(atom, 8));
      const height = v128.load64_splat(atom, 16);
      const across = f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy));
      const dz = f64x2.sub(z, height);
      const otherDz = f64x2.sub(minusZ, height);
      const square = f64x2.add(across, f64x2.mul(dz, dz));
      const other = f64x2.add(across, f64x2.mul(otherDz, otherDz));
      v128.store(to, square);
      v128.store(to + span, other);
      least = f64x2.pmin(least, square);
      otherLeast = f64x2.pmin(otherLeast, other);
    }
    to += span;
    if (pair === 1) {
      least = v128.and(least, v128.load(fit.last));
      otherLeast = v128.and(otherLeast, v128.load(fit.last));
    }
    sum = f64x2.add(sum, least);
    otherSum = f64x2.add(otherSum, otherLeast);
    if (total(sum) >= limit && total(otherSum) >= limit) return 0;
  }
  return (total(sum) < limit ? 1 : 0) | (total(otherSum) < limit ? 2 : 0);
}

function total(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** Matches each point with the closest atom left; keeps that and gives its sum of squares if it is below `limit`. */
function matchClosest(fit: Fit, k: i32, mirrored: bool, limit: f64): f64 {
  const squares = distances + (mirrored ? 16 * <usize>n : 0);
  for (let i = 0; i < n; i++) store<i32>(left + 4 * <usize>i, i);
  let remaining = n;
  let sum: f64 = 0;
  for (let p = 0; p < k; p++) {
    if (!(sum < limit)) return limit;
    const slot = load<i32>(fit.slots + 4 * <usize>p);
    const line = squares + 32 * <usize>(n * (slot >> 1)) + 8 * <usize>(slot & 1);
    let closest = left;
    let least = Infinity;
    const end = left + 4 * <usize>remaining;
    for (let entry = left; entry < end; entry += 4) {
      const square = load<f64>(line + 16 * <usize>load<i32>(entry));
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
  inverted = mirrored;
  return sum;
}

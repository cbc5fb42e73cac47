/** The soft repulsion of atoms without a bond, from lists of atoms close by. Constants as in ../keating.ts. */

import { lookAt, squaredLengths } from './displacements';
import { GROUP, PAIR, rowOf, search, word } from './layout';
import { add, mul, splat, sub, total } from './vectors';

const RANGE: f32 = 3.2;
/** Atoms of a region that may come to repel each other while it relaxes are at most this far apart, Å. */
const REGION_RANGE: f32 = 3.6;

let pairs: i32 = 0;
/** Number of the list of pairs. */
let label: i32 = 0;

/** Whether a slot of atom i holds that image of atom j. */
export function bonded(i: i32, j: i32, image: i32): bool {
  for (let s = 4 * i; s < 4 * i + 4; s++) {
    if (word(search.neighbors, s) === j && word(search.images, s) === image) return true;
  }
  return false;
}

/** First group of the list of an atom. */
export function listOf(i: i32): usize {
  return search.groups + GROUP * <usize>(i * search.room);
}

/** Where it ends. */
export function listEnd(i: i32): usize {
  return listOf(i) + GROUP * <usize>word(search.counts, i);
}

/** Squared distances of atom i from the four of a group, Å². */
function squares(i: i32, group: usize): v128 {
  lookAt(i, group, group + 32);
  return squaredLengths();
}

/** Displacement of the image of an entry, as (x, y, z, 0), Å. */
function shiftOf(entry: usize): v128 {
  return f32x4(load<f32>(entry, 32), load<f32>(entry, 48), load<f32>(entry, 64), 0);
}

/** Bits of the lanes that are below a limit. */
function below(values: v128, limit: f32): i32 {
  return i32x4.bitmask(f32x4.lt(values, splat(limit)));
}

/** Half of the energy of the repulsions of an atom, eV. */
export function repulsionsOf(i: i32): f32 {
  let energy: f32 = 0;
  const end = listEnd(i);
  for (let group = listOf(i); group < end; group += GROUP) {
    const square = squares(i, group);
    for (let lanes = below(square, RANGE * RANGE); lanes; lanes &= lanes - 1) {
      const entry = group + ((<usize>ctz(lanes)) << 2);
      if (bonded(i, load<i32>(entry), load<i32>(entry, 16))) continue;
      const overlap = RANGE - sqrt<f32>(distanceSquared(i, entry));
      energy += 0.5 * overlap * overlap * overlap;
    }
  }
  return energy;
}

function distanceSquared(i: i32, entry: usize): f32 {
  const to = v128.load(rowOf(search.positions, load<i32>(entry)));
  const gap = add(sub(to, v128.load(rowOf(search.positions, i))), shiftOf(entry));
  return f32x4.extract_lane(total(mul(gap, gap)), 0);
}

/** Finds the pairs of the region's movable atoms that may come to repel each other. */
export function listPairs(): void {
  const region = search.region;
  const movable = search.movable;
  const moving = search.moving;
  label++;
  for (let m = 0; m < movable; m++) store<i32>(moving + ((<usize>word(region, m)) << 2), label);
  pairs = 0;
  for (let m = 0; m < movable; m++) {
    const i = word(region, m);
    const end = listEnd(i);
    for (let group = listOf(i); group < end; group += GROUP) {
      for (let lanes = below(squares(i, group), REGION_RANGE * REGION_RANGE); lanes; lanes &= lanes - 1) {
        const entry = group + ((<usize>ctz(lanes)) << 2);
        const j = load<i32>(entry);
        if (j === i || (j < i && word(moving, j) === label) || bonded(i, j, load<i32>(entry, 16))) continue;
        addPair(i, j, entry);
      }
    }
  }
}

function addPair(i: i32, j: i32, entry: usize): void {
  const pair = search.pairs + PAIR * <usize>pairs;
  pairs++;
  store<i32>(pair, i);
  store<i32>(pair, j, 4);
  v128.store(pair, shiftOf(entry), 16);
}

/** Energy of the pairs listed, eV; their gradients are added to the rows of their atoms. */
export function pairGradients(): f64 {
  const positions = search.positions;
  const gradient = search.gradient;
  let energy: f64 = 0;
  const end = search.pairs + PAIR * <usize>pairs;
  for (let pair = search.pairs; pair < end; pair += PAIR) {
    const i = (<usize>load<i32>(pair)) << 4;
    const j = (<usize>load<i32>(pair, 4)) << 4;
    const gap = add(sub(v128.load(positions + j), v128.load(positions + i)), v128.load(pair, 16));
    const square = f32x4.extract_lane(total(mul(gap, gap)), 0);
    if (square >= RANGE * RANGE) continue;
    const r = sqrt<f32>(square);
    const overlap = RANGE - r;
    energy += <f64>(overlap * overlap * overlap);
    const pull = mul(gap, splat((-3 * overlap * overlap) / max<f32>(r, 1e-6)));
    v128.store(gradient + j, add(v128.load(gradient + j), pull));
    v128.store(gradient + i, sub(v128.load(gradient + i), pull));
  }
  return energy;
}

/**
 * Down to a minimum of the region's energy by L-BFGS with the step limited and the energy never rising, as in
 * structures/potential/minimize.ts: Liu & Nocedal, Math. Program. 45, 503 (1989), doi:10.1007/BF01589116.
 */

import { sum4 } from '../../../../src/model/engines/assembly/math';
import { MEMORY, search } from './layout';
import { gather, regionGradient, scatter } from './region';
import { listPairs } from './repulsions';
import { add, mul, splat, total } from './vectors';

/** Step along the force without knowledge of the curvature, Å²/eV. */
const FIRST_STEP: f32 = 0.03;
/** Longest way of an atom in one step, Å. */
const LARGEST_STEP: f32 = 0.3;
/** Sufficient decrease of Armijo's rule. */
const DECREASE: f64 = 1e-4;
/** Relative rounding of an energy in single precision. */
const ROUNDING: f64 = 1e-6;
/** Cosine between a step and the change of the gradient below which there is no curvature to learn. */
const FLAT: f64 = 1e-6;
/** Energy still to be gained is at most about this times the squared gradient, Å²/eV. */
const GAIN: f64 = 0.2;

let reached: f64 = 0;
let held: i32 = 0;
let newest: i32 = 0;
/** Bytes of a vector that are in use. */
let used: usize = 0;

// The vectors of a descent; the steps remembered and the changes of the gradient along them follow.
let at: usize = 0;
let gradient: usize = 0;
let trial: usize = 0;
let after: usize = 0;
let direction: usize = 0;
let numbers: usize = 0;

function vector(k: i32): usize {
  return search.vectors + search.vectorBytes * <usize>k;
}

function stepOf(row: i32): usize {
  return vector(5 + row);
}

function changeOf(row: i32): usize {
  return vector(5 + MEMORY + row);
}

/** Product of a remembered step and change. */
function productOf(row: i32): f64 {
  return load<f64>(numbers + ((<usize>row) << 3));
}

function dot(a: usize, b: usize): f64 {
  let parts = splat(0);
  for (let c: usize = 0; c < used; c += 16) parts = add(parts, mul(v128.load(a + c), v128.load(b + c)));
  return sum4(parts);
}

/** a + factor · b into `to`. */
function combine(a: usize, factor: f64, b: usize, to: usize): void {
  const by = splat(<f32>factor);
  for (let c: usize = 0; c < used; c += 16) v128.store(to + c, add(v128.load(a + c), mul(by, v128.load(b + c))));
}

function scale(a: usize, factor: f64): void {
  const by = splat(<f32>factor);
  for (let c: usize = 0; c < used; c += 16) v128.store(a + c, mul(v128.load(a + c), by));
}

/** Length of the longest row. */
function longest(a: usize): f32 {
  let most = splat(0);
  for (let c: usize = 0; c < used; c += 16) {
    const row = v128.load(a + c);
    most = f32x4.pmax(most, total(mul(row, row)));
  }
  return sqrt<f32>(f32x4.extract_lane(most, 0));
}

/** Energy at a vector of positions; sets its gradient. */
function measure(positions: usize, slope: usize): f64 {
  scatter(positions, search.positions);
  const energy = regionGradient();
  gather(search.gradient, slope);
  return energy;
}

/**
 * Lets the region's movable atoms down; how much energy that changes, eV. Breaks off after `patience` steps or more
 * once it cannot come below `limit`, and gives a change above it then.
 */
export function descend(steps: i32, patience: i32, tolerance: f32, limit: f64): f64 {
  begin();
  listPairs();
  gather(search.positions, at);
  const start = measure(at, gradient);
  let energy = start;
  for (let step = 1; step <= steps && longest(gradient) > tolerance; step++) {
    if (!advance(energy)) break;
    energy = reached;
    if (step >= patience && energy - start - GAIN * dot(gradient, gradient) > limit) break;
  }
  scatter(at, search.positions);
  if (energy - start > limit) return energy - start;
  // Atoms may have come within reach of each other meanwhile.
  listPairs();
  return regionGradient() - start;
}

function begin(): void {
  used = (<usize>search.movable) << 4;
  held = 0;
  at = vector(0);
  gradient = vector(1);
  trial = vector(2);
  after = vector(3);
  direction = vector(4);
  numbers = vector(5 + 2 * MEMORY);
}

/** One step down, to the energy `reached`; whether there is one. */
function advance(energy: f64): bool {
  let slope = aim();
  const rounding = ROUNDING * abs(energy);
  while (true) {
    let length: f64 = 1;
    for (let halving = 0; halving < 12; halving++) {
      combine(at, length, direction, trial);
      const there = measure(trial, after);
      if (there <= energy + DECREASE * length * slope + rounding) {
        remember();
        reached = there;
        return true;
      }
      const share = (-0.5 * length * slope) / (there - energy - length * slope);
      length *= min(0.5, max(0.1, share));
    }
    // The way down was none: forget the curvature, or be content with rounding's bottom.
    if (held === 0) return false;
    held = 0;
    slope = aim();
  }
}

/** Sets the step; its product with the gradient, below 0. */
function aim(): f64 {
  combine(gradient, -2, gradient, direction);
  for (let age = 0; age < held; age++) {
    const row = rowAt(age);
    const weight = dot(stepOf(row), direction) / productOf(row);
    store<f64>(numbers + ((<usize>(MEMORY + row)) << 3), weight);
    combine(direction, -weight, changeOf(row), direction);
  }
  const change = changeOf(newest);
  scale(direction, held ? productOf(newest) / dot(change, change) : FIRST_STEP);
  for (let age = held - 1; age >= 0; age--) {
    const row = rowAt(age);
    const weight = productOf(MEMORY + row) - dot(changeOf(row), direction) / productOf(row);
    combine(direction, weight, stepOf(row), direction);
  }
  const slope = dot(direction, gradient);
  if (!(slope < 0) && held) {
    held = 0;
    return aim();
  }
  const way = longest(direction);
  if (!(way > LARGEST_STEP)) return slope;
  const cut: f64 = LARGEST_STEP / way;
  scale(direction, cut);
  return cut * slope;
}

function rowAt(age: i32): i32 {
  return (newest - age + MEMORY) % MEMORY;
}

/** Goes to the trial, and remembers the step unless it brings no curvature. */
function remember(): void {
  const row = (newest + 1) % MEMORY;
  const step = stepOf(row);
  const change = changeOf(row);
  combine(trial, -1, at, step);
  combine(after, -1, gradient, change);
  const product = dot(step, change);
  // Without curvature along the step the matrix would not stay positive.
  if (product > FLAT * sqrt<f64>(dot(step, step) * dot(change, change))) {
    store<f64>(numbers + ((<usize>row) << 3), product);
    newest = row;
    held = min(held + 1, MEMORY);
  }
  swap();
}

function swap(): void {
  const place = at;
  at = trial;
  trial = place;
  const slope = gradient;
  gradient = after;
  after = slope;
}

/** Bond switches, tried until one is accepted: the search of ../bondSwitching.ts in single precision. */

import { back, bondedAt, squareAlong, switchBonds, undo } from './bondNetwork';
import { bondEnergy, halfBond } from './bonds';
import { descend } from './descent';
import { begin, GROUP, search, word } from './layout';
import { integer, logUniform } from './random';
import { enclose, gather, grow, mark, regionGradient, scatter, see } from './region';
import { listEnd, listOf, listPairs, repulsionsOf } from './repulsions';
import { total } from './vectors';

/**
 * A switch that raises the energy of its four atoms by more than UNRELAXED eV, with nothing moved, is tried with the
 * probability exp(−excess / SPREAD) only. About 1 in 20 is tried, and 1 in 40 of these accepted, at kT = 0.4 eV. A
 * search for low energy, then, and no sampler of an ensemble: a switch and its reverse are not refused alike.
 */
const UNRELAXED: f32 = 15;
const SPREAD: f32 = 5;
/** What the second stage gains at most, eV. */
const SLACK: f32 = 1;
/** Most steps of either stage. */
const STEPS: i32 = 20;

/** Tries switches at kT, eV, until one is accepted; how many were tried. */
export function run(address: usize, trials: i32, kT: f32): i32 {
  begin(address);
  search.accepted = 0;
  for (let tried = 1; tried <= trials; tried++) {
    if (!trial(kT)) continue;
    search.accepted = 1;
    return tried;
  }
  return trials;
}

/** Energy of the region so many bonds around four atoms, eV; sets its movable atoms' rows of the gradient. */
export function measureRegion(address: usize, a: i32, b: i32, c: i32, d: i32, shells: i32): f64 {
  begin(address);
  enclose(a, b, c, d);
  for (let shell = 0; shell < shells; shell++) grow();
  listPairs();
  return regionGradient();
}

/** Brings the energies of all atoms that the latest region may have changed up to date; the change of their sum, eV. */
export function refreshRegion(address: usize): f64 {
  begin(address);
  mark();
  let change: f64 = 0;
  for (let m = 0; m < search.centers; m++) change += refreshOnce(word(search.region, m));
  for (let m = 0; m < search.movable; m++) {
    const end = listEnd(word(search.region, m));
    for (let group = listOf(word(search.region, m)); group < end; group += GROUP) {
      for (let lane: usize = 0; lane < 16; lane += 4) change += refreshOnce(load<i32>(group + lane));
    }
  }
  return change;
}

/** Brings the energy of an atom up to date; its change, eV. */
export function refresh(address: usize, i: i32): f64 {
  begin(address);
  const before = energyOf(i);
  const after = bondsOf(i) + repulsionsOf(i);
  store<f32>(search.energies + ((<usize>i) << 2), after);
  return <f64>after - <f64>before;
}

function refreshOnce(i: i32): f64 {
  return see(i) ? refresh(changetype<usize>(search), i) : 0;
}

function trial(kT: f32): bool {
  const b = integer(search.atoms);
  const turn = integer(4);
  const toA = 4 * b + turn;
  const toC = 4 * b + ((turn + 1 + integer(3)) & 3);
  const c = bondedAt(toC);
  const toD = 4 * c + ((back(toC) + 1 + integer(3)) & 3);
  const a = bondedAt(toA);
  const d = bondedAt(toD);
  const limit = UNRELAXED - SPREAD * logUniform() + energyOf(a) + energyOf(b) + energyOf(c) + energyOf(d);
  // Most are refused by the lengths of the new bonds alone, each of which counts by halves at its two ends.
  const halves = halfBond(squareAlong(toC, -1, toA)) + halfBond(squareAlong(toC, 1, toD));
  if (halves + halves > limit || !switchBonds(toA, toC, toD)) return false;
  const energy = switchedEnergy(a, b, c, d, limit);
  if (energy > limit) {
    undo();
    return false;
  }
  search.relaxed++;
  const rise = energy - energyOf(a) - energyOf(b) - energyOf(c) - energyOf(d);
  if (relax(a, b, c, d, rise, -kT * logUniform())) {
    search.toA = toA;
    search.toC = toC;
    search.toD = toD;
    return true;
  }
  scatter(search.saved, search.positions);
  undo();
  return false;
}

function energyOf(i: i32): f32 {
  return load<f32>(search.energies + ((<usize>i) << 2));
}

/** Energy of four atoms, eV, or anything above the limit if it is above. */
function switchedEnergy(a: i32, b: i32, c: i32, d: i32, limit: f32): f32 {
  // Bonds first: they decide nearly all, and repulsions cost more.
  let energy = bondsOf(b) + bondsOf(c);
  if (energy > limit) return energy;
  energy += bondsOf(a) + bondsOf(d);
  if (energy > limit) return energy;
  return energy + repulsionsOf(a) + repulsionsOf(b) + repulsionsOf(c) + repulsionsOf(d);
}

function bondsOf(i: i32): f32 {
  return f32x4.extract_lane(total(bondEnergy(i)), 0);
}

/**
 * Relaxes a switch: first the atoms within one bond of it, then, if that promises well, those within three. Whether its
 * energy comes to rise by less than the allowance; if not, the positions saved are to be put back.
 */
function relax(a: i32, b: i32, c: i32, d: i32, rise: f32, allowance: f32): bool {
  enclose(a, b, c, d);
  grow();
  gather(search.positions, search.saved);
  let left = <f64>(allowance - rise);
  const first = descend(STEPS, 2, 0.1, left + SLACK);
  if (first > left + SLACK) return false;
  left -= first;
  const before = search.movable;
  grow();
  grow();
  gather(search.positions, search.saved, before);
  return descend(STEPS, 3, 0.05, left) < left;
}

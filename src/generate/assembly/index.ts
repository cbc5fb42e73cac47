/**
 * The quick fit under `nearestMotifInfills` for many questions at once: which motifs lie best on each set of points.
 *
 * The same as ../nearest.ts, number for number, in a fifth of the time: the two points are compared with pairs of atoms
 * two at a time, and most matches are dismissed by the first two points, the most telling ones.
 */

import { cofactors, determinant, largestRoot, setQuartic, square } from '../../motifs/match/assembly/overlap';
import { Fit, Job, QUESTION, Question } from './layout';
import { inverted, labels, match, place } from './match';
import { positions, product, shape, squares, take } from './motif';

/** Bytes of room for motifs of so many atoms. */
export function sizeOfRoom(atoms: i32): usize {
  return place(shape(atoms, 64)) - 64;
}

/** Fills the heaps of all questions, and refines what is in them. */
export function rank(address: usize): void {
  const job = changetype<Job>(address);
  place(shape(job.n, job.room));
  const stride: usize = 24 * <usize>job.n;
  const end = job.list + QUESTION * <usize>job.questions;
  for (let at = job.list; at < end; at += QUESTION) clear(changetype<Question>(at), job.kept);
  for (let m = 0; m < job.motifs; m++) {
    take(job.positions + stride * <usize>m);
    for (let at = job.list; at < end; at += QUESTION) measure(changetype<Question>(at), m, job.kept);
  }
  for (let at = job.list; at < end; at += QUESTION) {
    const question = changetype<Question>(at);
    for (let entry = 0; entry < job.kept; entry++) {
      const m = load<i32>(question.indices + 4 * <usize>entry);
      // Misfits beyond the range of numbers leave entries empty.
      if (m >= job.motifs) continue;
      take(job.positions + stride * <usize>m);
      store<f64>(question.refined + 8 * <usize>entry, refine(question));
    }
  }
}

function clear(question: Question, kept: i32): void {
  for (let entry = 0; entry < kept; entry++) {
    store<f64>(question.misfits + 8 * <usize>entry, Infinity);
    store<f64>(question.refined + 8 * <usize>entry, Infinity);
    store<i32>(question.indices + 4 * <usize>entry, i32.MAX_VALUE);
  }
}

/** Measures the motif in hand, number m: what is worse than enough others need not be known to the end. */
function measure(question: Question, m: i32, kept: i32): void {
  const limit = load<f64>(question.misfits);
  let least = match(changetype<Fit>(question.first), question.k, limit);
  if (question.fits > 1) least = match(changetype<Fit>(question.second), question.k, least);
  if (least < limit) enter(question, least, m, kept);
}

/** Puts a motif in the place of the worst: of equals, that of the largest number. */
function enter(question: Question, misfit: f64, m: i32, kept: i32): void {
  const misfits = question.misfits;
  const indices = question.indices;
  let at = 0;
  for (let child = 1; child < kept; child = 2 * at + 1) {
    if (child + 1 < kept && isWorse(question, child + 1, child)) child++;
    const value = load<f64>(misfits + 8 * <usize>child);
    if (value < misfit || (value === misfit && load<i32>(indices + 4 * <usize>child) < m)) break;
    store<f64>(misfits + 8 * <usize>at, value);
    store<i32>(indices + 4 * <usize>at, load<i32>(indices + 4 * <usize>child));
    at = child;
  }
  store<f64>(misfits + 8 * <usize>at, misfit);
  store<i32>(indices + 4 * <usize>at, m);
}

function isWorse(question: Question, a: i32, b: i32): bool {
  const p = load<f64>(question.misfits + 8 * <usize>a);
  const q = load<f64>(question.misfits + 8 * <usize>b);
  if (p !== q) return p > q;
  return load<i32>(question.indices + 4 * <usize>a) > load<i32>(question.indices + 4 * <usize>b);
}

/** Least sum of squares of the best matches of the motif in hand after their best rotation, Å². */
function refine(question: Question): f64 {
  let least = rotated(question, changetype<Fit>(question.first));
  if (question.fits > 1) least = Math.min(least, rotated(question, changetype<Fit>(question.second)));
  return least;
}

function rotated(question: Question, fit: Fit): f64 {
  const k = question.k;
  match(fit, k, Infinity);
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  let e: f64 = 0;
  let f: f64 = 0;
  let g: f64 = 0;
  let h: f64 = 0;
  let l: f64 = 0;
  let norms: f64 = 0;
  for (let p = 0; p < k; p++) {
    const label = load<i32>(labels + 4 * <usize>p);
    const point = question.points + 24 * <usize>p;
    const atom = positions + 24 * <usize>label;
    const x = load<f64>(point);
    const y = load<f64>(point, 8);
    const z = load<f64>(point, 16);
    const u = load<f64>(atom);
    const v = load<f64>(atom, 8);
    const w = load<f64>(atom, 16);
    a += x * u;
    b += x * v;
    c += x * w;
    d += y * u;
    e += y * v;
    f += y * w;
    g += z * u;
    h += z * v;
    l += z * w;
    norms += product(question.points, p, p) + load<f64>(squares + 8 * <usize>label);
  }
  return norms - 2 * overlap(a, b, c, d, e, f, g, h, l, inverted ? -1 : 1);
}

/** The largest Σ xᵢ · Q yᵢ of a rotation Q, of the covariance times a sign; see motifs/singularSum.ts. */
function overlap(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, k: f64, l: f64, sign: f64): f64 {
  setQuartic(a, b, c, d, e, f, g, k, l);
  // One singular value alone, where the root is a double one.
  if (cofactors <= 1e-20 * square * square) return Math.sqrt(square + 2 * Math.sqrt(cofactors));
  return largestRoot(sign * determinant, Math.sqrt(3 * square));
}

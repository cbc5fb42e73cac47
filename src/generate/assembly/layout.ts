/** Where everything lies in the memory; ../nearestKernel.ts writes it word for word in this order. */

/** All of it: which motifs are measured against which questions. */
@unmanaged
export class Job {
  /** Atoms in a motif. */
  n: i32;
  motifs: i32;
  questions: i32;
  /** Motifs that a question keeps. */
  kept: i32;
  /** M×n×3, Å. */
  positions: usize;
  /** The questions, one after another. */
  list: usize;
  /** Room for the motif in hand. */
  room: usize;
}

/** A set of points to be found in the motifs. */
@unmanaged
export class Question {
  /** Points, and ways to lay motifs on them. */
  k: i32;
  fits: i32;
  /** k×3, Å. */
  points: usize;
  first: usize;
  second: usize;
  /** The best motifs, a heap with the worst on top: sums of squares, Å², and which motifs. */
  misfits: usize;
  indices: usize;
  /** The same after the best rotation. */
  refined: usize;
}

export const QUESTION: usize = offsetof<Question>();

/** Two points that are laid on pairs of atoms. */
@unmanaged
export class Fit {
  /** Their Gram entries, Å². */
  aa: f64;
  bb: f64;
  ab: f64;
  /** 1 if they are one and the same. */
  single: i32;
  /** Pairs of points in `screen`. */
  pairs: i32;
  /** The points in the axes of the two by pairs (x x, y y, z z), Å, the most telling ones first; the last may be one alone. */
  screen: usize;
  /** All bits where the last pair holds a point. */
  last: usize;
  /** Where each point is among them, k. */
  slots: usize;
}

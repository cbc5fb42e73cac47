import { InputError, requireKnownOptions, requirePositive } from '../../core';
import { motifCount } from '../../motifs/motifCount';
import { type BondOptions, bondCutoff } from './bonds';
import { angleBetween } from './geometry';

/** Distance of each neighbor from the central atom, Å: M × n in the order of `positions` (M × n × 3, Å). */
export function neighborDistances(positions: Float64Array, n: number): Float64Array {
  const rows = motifCount(positions, n) * n;
  return Float64Array.from({ length: rows }, (_, i) => norm(positions, 3 * i));
}

/** Distances between the neighbors of each motif, Å: M × n(n−1)/2, pairs i < j row-major. */
export function pairDistances(positions: Float64Array, n: number): Float64Array {
  const motifs = motifCount(positions, n);
  const result = new Float64Array((motifs * n * (n - 1)) / 2);
  let p = 0;
  for (let m = 0; m < motifs; m++) {
    for (let i = m * n; i < (m + 1) * n; i++) {
      for (let j = i + 1; j < (m + 1) * n; j++) result[p++] = separation(positions, 3 * i, 3 * j);
    }
  }
  return result;
}

/** Shortest distance between any two atoms of each motif, the central atom included, Å: length M. */
export function shortestDistances(positions: Float64Array, n: number): Float64Array {
  const motifs = motifCount(positions, n);
  const result = new Float64Array(motifs).fill(Number.POSITIVE_INFINITY);
  for (let m = 0; m < motifs; m++) {
    for (let i = m * n; i < (m + 1) * n; i++) {
      result[m] = Math.min(result[m], norm(positions, 3 * i));
      for (let j = i + 1; j < (m + 1) * n; j++) result[m] = Math.min(result[m], separation(positions, 3 * i, 3 * j));
    }
  }
  return result;
}

/** Options of {@link motifAngles}. */
export interface MotifAngleOptions extends BondOptions {
  /** Angles at the central atom only (default), or at every atom of the motif that has two bonds inside it. */
  vertices?: 'center' | 'all';
}

/**
 * Bond angles in motifs (M × n × 3, Å), radians: of every two bonds (closer than the cutoff) that share an atom.
 *
 * With `vertices: 'all'` the angles at the neighbors follow those at the center, motif by motif; bonds to atoms
 * outside the motif are not seen.
 */
export function motifAngles(positions: Float64Array, n: number, options: MotifAngleOptions = {}): Float64Array {
  requireKnownOptions(options, ['vertices', 'cutoff']);
  const motifs = motifCount(positions, n);
  const cutoff = options.cutoff === Number.POSITIVE_INFINITY ? options.cutoff : bondCutoff(options);
  const angles: number[] = [];
  const points = new Float64Array(3 * (n + 1));
  const bonds = new Float64Array(3 * n);
  for (let m = 0; m < motifs; m++) {
    points.set(positions.subarray(3 * n * m, 3 * n * (m + 1)), 3);
    const vertices = options.vertices === 'all' ? n + 1 : 1;
    for (let vertex = 0; vertex < vertices; vertex++) {
      const count = bondsAt(points, vertex, cutoff, bonds);
      for (let j = 0; j < count; j++) {
        for (let k = j + 1; k < count; k++) angles.push(angleBetween(bonds, 3 * j, bonds, 3 * k));
      }
    }
  }
  return Float64Array.from(angles);
}

/** Coordination number of each motif's central atom: neighbors closer than the bond cutoff, length M. */
export function motifCoordination(positions: Float64Array, n: number, options: BondOptions = {}): Int32Array {
  requireKnownOptions(options, ['cutoff']);
  const cutoff = bondCutoff(options);
  const distances = neighborDistances(positions, n);
  const result = new Int32Array(distances.length / n);
  distances.forEach((r, i) => {
    if (r < cutoff) result[Math.floor(i / n)]++;
  });
  return result;
}

/** Options of {@link validity}; the defaults are silicon's. */
export interface ValidityOptions {
  /** No two atoms of a motif may be closer, Å; default 2.0. */
  minDistance?: number;
  /** Bond cutoff for the coordination, Å; default 2.85. */
  bonded?: number;
  /** Smallest and largest coordination allowed; default [3, 5]. */
  coordination?: [number, number];
}

/** Which motifs could be real. */
export interface Validity {
  /** 1 for each valid motif, 0 for others, length M. */
  valid: Uint8Array;
  /** Fraction of motifs that are valid. */
  fraction: number;
  /** Fraction with two atoms closer than `minDistance`. */
  tooClose: number;
  /** Fraction whose coordination lies outside the allowed range. */
  miscoordinated: number;
}

/** Checks motifs (M × n × 3, Å) for atoms that overlap and for a coordination that silicon does not have. */
export function validity(positions: Float64Array, n: number, options: ValidityOptions = {}): Validity {
  requireKnownOptions(options, ['minDistance', 'bonded', 'coordination']);
  const minDistance = requirePositive(options.minDistance ?? 2.0, 'option minDistance');
  const [fewest, most] = options.coordination ?? [3, 5];
  if (!(fewest <= most)) {
    throw new InputError('option coordination', `[${fewest}, ${most}]`, 'smallest, then largest');
  }
  const shortest = shortestDistances(positions, n);
  const coordination = motifCoordination(positions, n, { cutoff: options.bonded });
  const motifs = shortest.length;
  if (motifs === 0) throw new InputError('positions', 'no motifs', 'at least one motif');
  const valid = new Uint8Array(motifs);
  let tooClose = 0;
  let miscoordinated = 0;
  for (let m = 0; m < motifs; m++) {
    const overlaps = shortest[m] < minDistance;
    const outside = coordination[m] < fewest || coordination[m] > most;
    if (overlaps) tooClose++;
    if (outside) miscoordinated++;
    valid[m] = overlaps || outside ? 0 : 1;
  }
  const fraction = valid.reduce((sum, v) => sum + v, 0) / motifs;
  return { valid, fraction, tooClose: tooClose / motifs, miscoordinated: miscoordinated / motifs };
}

/** Writes the bond vectors from a vertex to the other points into `bonds`; returns how many there are. */
function bondsAt(points: Float64Array, vertex: number, cutoff: number, bonds: Float64Array): number {
  let count = 0;
  for (let j = 0; j < points.length / 3; j++) {
    if (j === vertex || separation(points, 3 * vertex, 3 * j) >= cutoff) continue;
    for (let c = 0; c < 3; c++) bonds[3 * count + c] = points[3 * j + c] - points[3 * vertex + c];
    count++;
  }
  return count;
}

function norm(x: Float64Array, i: number): number {
  return Math.sqrt(x[i] * x[i] + x[i + 1] * x[i + 1] + x[i + 2] * x[i + 2]);
}

function separation(x: Float64Array, i: number, j: number): number {
  const dx = x[i] - x[j];
  const dy = x[i + 1] - x[j + 1];
  const dz = x[i + 2] - x[j + 2];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

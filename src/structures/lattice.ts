import { InputError } from '../core/errors';
import type { Structure } from './structure';

/** Below this ratio of volume to product of lengths, periodic cell vectors count as linearly dependent. */
const FLAT = 1e-12;

/**
 * Three independent row vectors that span space: the cell vectors along periodic directions, unit vectors normal to
 * them (and to each other) along free ones. 9 numbers, Å.
 *
 * @throws InputError if the periodic cell vectors are not finite or span no length, area or volume.
 */
export function spanningBasis(structure: Pick<Structure, 'lattice' | 'pbc'>): Float64Array {
  const { lattice, pbc } = structure;
  const periodic = [0, 1, 2].filter((k) => pbc[k]);
  const free = [0, 1, 2].filter((k) => !pbc[k]);
  for (const k of periodic) {
    for (let c = 0; c < 3; c++) {
      if (!Number.isFinite(lattice[3 * k + c])) fail(structure, 'finite numbers');
    }
  }
  const basis = new Float64Array(9);
  for (const k of periodic) basis.set(lattice.subarray(3 * k, 3 * k + 3), 3 * k);
  if (free.length === 3) return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  if (free.length === 2) setNormals(basis, periodic[0], free);
  if (free.length === 1) {
    const normal = cross(row(basis, periodic[0]), row(basis, periodic[1]));
    basis.set(scaled(normal, 1 / (length(normal) || 1)), 3 * free[0]);
  }
  let lengths = 1;
  for (const k of periodic) lengths *= length(row(basis, k));
  if (!(Math.abs(determinant(basis)) > FLAT * lengths)) {
    const span = ['a length', 'an area', 'a volume'][periodic.length - 1];
    fail(structure, `periodic cell vectors that span ${span} above 0`);
  }
  return basis;
}

/**
 * Cell vectors made short, and what they are in terms of those given: row k of `basis` = row k of `transform` · given.
 */
export interface ReducedBasis {
  basis: Float64Array;
  transform: Float64Array;
}

/**
 * Equivalent cell vectors of which no two periodic ones can be combined to a shorter one, so that whatever vectors
 * describe a crystal, few images are within reach. Vectors that are short already come back as given.
 */
export function reduceBasis(given: Float64Array, pbc: readonly boolean[]): ReducedBasis {
  const basis = given.slice();
  const transform = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  let changed = true;
  while (changed) {
    changed = false;
    for (const [long, short] of [
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 1],
    ]) {
      if (!pbc[long] || !pbc[short]) continue;
      const projection = dot(row(basis, long), row(basis, short)) / dot(row(basis, short), row(basis, short));
      // Exactly halfway both choices are as long: without this margin they would alternate for ever.
      const times = Math.abs(projection) > 0.5 + 1e-9 ? Math.round(projection) : 0;
      if (times === 0) continue;
      changed = true;
      for (const m of [basis, transform]) for (let c = 0; c < 3; c++) m[3 * long + c] -= times * m[3 * short + c];
    }
  }
  return { basis, transform };
}

/** Volume of the cell, Å³; 0 if there is none. */
export function cellVolume(structure: Pick<Structure, 'lattice'>): number {
  return Math.abs(determinant(structure.lattice));
}

/** Determinant of a 3×3 row-major matrix. */
export function determinant(m: Float64Array): number {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

/** Inverse of a 3×3 row-major matrix that has one. Column k is the reciprocal vector of row k, without 2π. */
export function inverse(m: Float64Array): Float64Array {
  const [a, b, c] = [row(m, 0), row(m, 1), row(m, 2)];
  const scale = 1 / determinant(m);
  const result = new Float64Array(9);
  [cross(b, c), cross(c, a), cross(a, b)].forEach((v, k) => {
    for (let i = 0; i < 3; i++) result[3 * i + k] = v[i] * scale;
  });
  return result;
}

/** Row vectors times a 3×3 row-major matrix. */
export function times(rows: Float64Array, m: Float64Array): Float64Array {
  return rows.map((_, k) => {
    const [i, c] = [k - (k % 3), k % 3];
    return rows[i] * m[c] + rows[i + 1] * m[3 + c] + rows[i + 2] * m[6 + c];
  });
}

function setNormals(basis: Float64Array, periodic: number, free: number[]): void {
  const axis = row(basis, periodic);
  const smallest = [0, 1, 2].reduce((best, k) => (Math.abs(axis[k]) < Math.abs(axis[best]) ? k : best), 0);
  const helper = [0, 0, 0];
  helper[smallest] = 1;
  const first = cross(axis, helper);
  const second = cross(axis, first);
  basis.set(scaled(first, 1 / (length(first) || 1)), 3 * free[0]);
  basis.set(scaled(second, 1 / (length(second) || 1)), 3 * free[1]);
}

function fail({ lattice, pbc }: Pick<Structure, 'lattice' | 'pbc'>, expected: string): never {
  const flags = pbc.map((p) => (p ? 'T' : 'F')).join(' ');
  throw new InputError('lattice', `${Array.from(lattice).join(' ')} with pbc ${flags}`, expected);
}

function row(m: Float64Array, k: number): number[] {
  return [m[3 * k], m[3 * k + 1], m[3 * k + 2]];
}

function cross(a: number[], b: number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: number[], b: number[]): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function length(a: number[]): number {
  return Math.hypot(a[0], a[1], a[2]);
}

function scaled(a: number[], factor: number): number[] {
  return a.map((x) => x * factor);
}

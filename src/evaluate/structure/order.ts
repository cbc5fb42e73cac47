import { requireInteger, requirePositive } from '../../core';
import { motifCount } from '../../motifs/motifCount';
import { neighborList, type Structure } from '../../structures';
import { angleBetween } from './geometry';
import { listWithAtLeast, structureList } from './neighborhoods';

/** Which neighbors an order parameter is taken over: those within a cutoff (Å), or a number of nearest ones. */
export type NeighborRule = { cutoff: number } | { nearest: number };

/**
 * Tetrahedral order parameter of each atom, q = 1 − ⅜ Σ_{j<k} (cos ψ_jk + ⅓)² over its four nearest neighbors: 1 in
 * diamond, 0 on average for independent random directions.
 *
 * Errington & Debenedetti, Nature 409, 318 (2001), doi:10.1038/35053024 (normalization after Chau & Hardwick, Mol.
 * Phys. 93, 511 (1998)). Throws {@link InputError} if an atom has fewer than four neighbors.
 */
export function tetrahedralOrder(structures: Structure | Structure[]): Float64Array {
  const values: number[] = [];
  for (const structure of structureList(structures)) {
    forEachNeighborhood(structure, { nearest: 4 }, (vectors) => values.push(tetrahedralOf(vectors)));
  }
  return Float64Array.from(values);
}

/** Tetrahedral order parameter of each motif (M × n × 3, Å, n ≥ 4) over the four neighbors nearest to its center. */
export function motifTetrahedralOrder(positions: Float64Array, n: number): Float64Array {
  requireInteger(n, 'option n', 4);
  const motifs = motifCount(positions, n);
  return Float64Array.from({ length: motifs }, (_, m) =>
    tetrahedralOf(nearest(positions.subarray(3 * n * m, 3 * n * (m + 1)), 4)),
  );
}

/**
 * Steinhardt bond-order parameter q_l of each atom: q_l² = 4π/(2l+1) Σ_m |⟨Y_lm⟩|², the mean over its bonds.
 *
 * Computed as q_l² = ⟨P_l(cos ψ_jk)⟩ over all pairs j, k of bonds (j = k included), equal by the addition theorem.
 * Steinhardt, Nelson & Ronchetti, Phys. Rev. B 28, 784 (1983), doi:10.1103/PhysRevB.28.784. An atom without neighbors
 * has 0. Throws {@link InputError} for a bad l or neighbor rule.
 */
export function steinhardt(structures: Structure | Structure[], l: number, neighbors: NeighborRule): Float64Array {
  requireInteger(l, 'option l');
  const values: number[] = [];
  for (const structure of structureList(structures)) {
    forEachNeighborhood(structure, neighbors, (vectors) => values.push(steinhardtOf(vectors, l)));
  }
  return Float64Array.from(values);
}

/** Calls `visit` with the neighbor vectors of each atom in turn. */
function forEachNeighborhood(structure: Structure, rule: NeighborRule, visit: (vectors: Float64Array) => void): void {
  if ('cutoff' in rule) {
    const { offsets, vectors } = neighborList(structure, requirePositive(rule.cutoff, 'option cutoff'));
    for (let i = 0; i + 1 < offsets.length; i++) visit(vectors.subarray(3 * offsets[i], 3 * offsets[i + 1]));
    return;
  }
  const count = requireInteger(rule.nearest, 'option nearest', 1);
  const { offsets, vectors } = listWithAtLeast(structure, count, 'structure');
  for (let i = 0; i + 1 < offsets.length; i++) {
    visit(nearest(vectors.subarray(3 * offsets[i], 3 * offsets[i + 1]), count));
  }
}

/** The `count` shortest of the vectors, shortest first. */
function nearest(vectors: Float64Array, count: number): Float64Array {
  const order = Array.from({ length: vectors.length / 3 }, (_, j) => j).sort(
    (a, b) => square(vectors, a) - square(vectors, b),
  );
  const result = new Float64Array(3 * count);
  for (let k = 0; k < count; k++) result.set(vectors.subarray(3 * order[k], 3 * order[k] + 3), 3 * k);
  return result;
}

function square(vectors: Float64Array, j: number): number {
  return vectors[3 * j] ** 2 + vectors[3 * j + 1] ** 2 + vectors[3 * j + 2] ** 2;
}

function tetrahedralOf(vectors: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < 4; j++) {
    for (let k = j + 1; k < 4; k++) sum += (Math.cos(angleBetween(vectors, 3 * j, vectors, 3 * k)) + 1 / 3) ** 2;
  }
  return 1 - (3 / 8) * sum;
}

function steinhardtOf(vectors: Float64Array, l: number): number {
  const count = vectors.length / 3;
  if (count === 0) return 0;
  let sum = count;
  for (let j = 0; j < count; j++) {
    for (let k = j + 1; k < count; k++) sum += 2 * legendre(l, Math.cos(angleBetween(vectors, 3 * j, vectors, 3 * k)));
  }
  // The mean is a sum of squares; only rounding can make it negative.
  return Math.sqrt(Math.max(0, sum)) / count;
}

/** Legendre polynomial P_l(x) by Bonnet's recursion. */
function legendre(l: number, x: number): number {
  let previous = 0;
  let current = 1;
  for (let k = 1; k <= l; k++) [previous, current] = [current, ((2 * k - 1) * x * current - (k - 1) * previous) / k];
  return current;
}

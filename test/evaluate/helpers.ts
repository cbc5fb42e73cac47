import { expect } from 'vitest';
import { createRng } from '../../src/core';
import { type Coverage, precisionRecall } from '../../src/evaluate/statistics/coverage';
import type { Structure } from '../../src/structures';
import { rotate } from '../motifs/points';

/** A cubic crystal of `repeat`³ cells of edge a, from fractional positions. */
export function crystal(basis: number[][], a: number, repeat: number, symbol = 'Si'): Structure {
  const positions: number[] = [];
  for (let x = 0; x < repeat; x++) {
    for (let y = 0; y < repeat; y++) {
      for (let z = 0; z < repeat; z++) {
        for (const [u, v, w] of basis) positions.push((x + u) * a, (y + v) * a, (z + w) * a);
      }
    }
  }
  const edge = a * repeat;
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species: Array(positions.length / 3).fill(symbol),
    positions: Float64Array.from(positions),
    info: {},
    arrays: {},
  };
}

export const SC: number[][] = [[0, 0, 0]];
export const BCC: number[][] = [
  [0, 0, 0],
  [0.5, 0.5, 0.5],
];
export const FCC: number[][] = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];
export const DIAMOND: number[][] = [...FCC, ...FCC.map((p) => p.map((x) => x + 0.25))];

/** Atoms that are not periodic, from flat positions. */
export function cluster(positions: ArrayLike<number>, symbol = 'Si'): Structure {
  return {
    lattice: new Float64Array(9),
    pbc: [false, false, false],
    species: Array(positions.length / 3).fill(symbol),
    positions: Float64Array.from(positions),
    info: {},
    arrays: {},
  };
}

/** M motifs of n points, normal with the given deviation (Å). */
export function randomMotifs(seed: number, motifs: number, n: number, deviation = 2): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: motifs * n * 3 }, () => deviation * rng.normal());
}

/** Gram vectors (row-major j ≥ i) of motifs, written out. */
export function gramsOf(positions: Float64Array, n: number): Float64Array {
  const out: number[] = [];
  for (let m = 0; m < positions.length / (3 * n); m++) {
    for (let i = m * n; i < (m + 1) * n; i++) {
      for (let j = i; j < (m + 1) * n; j++) {
        let dot = 0;
        for (let c = 0; c < 3; c++) dot += positions[3 * i + c] * positions[3 * j + c];
        out.push(dot);
      }
    }
  }
  return Float64Array.from(out);
}

/** Moves every atom by a normal displacement of the given deviation (Å). */
export function rattle(structure: Structure, deviation: number, seed: number): Structure {
  const rng = createRng(seed);
  return { ...structure, positions: structure.positions.map((x) => x + deviation * rng.normal()) };
}

/** The structure rotated as a whole, cell vectors and atoms alike. */
export function rotateStructure(structure: Structure, q: Float64Array): Structure {
  return { ...structure, lattice: rotate(structure.lattice, q), positions: rotate(structure.positions, q) };
}

/** Fails unless both have the same length and agree to `digits` decimals. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i], `entry ${i}`).toBeCloseTo(expected[i], digits);
}

/** Rows of independent normals around `shift`. */
export function cloud(seed: number, rows: number, dimension: number, shift = 0): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: rows * dimension }, () => shift + rng.normal());
}

/** Precision, recall, density and coverage, with what they are made of. */
export function coverageOf(
  real: Float64Array,
  generated: Float64Array,
  dimension: number,
  { k = 5 }: { k?: number } = {},
): Coverage & Record<'precision' | 'recall' | 'density' | 'coverage', number> {
  const found = precisionRecall(real, generated, dimension, { k });
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
  return {
    ...found,
    precision: mean(found.held.map((count) => Math.min(count, 1))),
    recall: mean(found.recalled),
    density: mean(found.held) / k,
    coverage: mean(found.covered),
  };
}

import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { extractEnvironments } from '../../src/motifs/environments';
import { gramVectors } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { randomRotation } from '../../src/motifs/randomRotation';
import { environmentPositions, selectEnvironments, selectStructures, symbolsOf } from '../../src/motifs/select';
import { readExtxyz } from '../../src/structures';
import { atomPositions } from '../../src/structures/selection';
import type { Structure } from '../../src/structures/structure';
import { crystal, DIAMOND, FCC, SC } from '../evaluate/helpers';
import { largestDifference, mirror, rotate } from './points';

function makeStructure(positions: ArrayLike<number>, lattice?: ArrayLike<number>): Structure {
  const periodic = lattice !== undefined;
  return {
    lattice: Float64Array.from(lattice ?? new Float64Array(9)),
    pbc: [periodic, periodic, periodic],
    species: new Array(positions.length / 3).fill('Si'),
    positions: Float64Array.from(positions),
    info: {},
    arrays: {},
  };
}

function readCell(k: number): Structure {
  const name = `a-si-512-${String(k).padStart(2, '0')}.extxyz`;
  return readExtxyz(path.join(__dirname, '../../data/a-si', name))[0];
}

/** Periodic boxes of random atoms: one triclinic, dense enough for eight neighbors in most places. */
function randomCell(seed: number): Structure {
  const rng = createRng(seed);
  const lattice = Float64Array.from([8, 0, 0, 1, 9, 0, -1, 0.5, 8.5], (c) => c + 0.3 * rng.normal());
  return makeStructure(rotate(Float64Array.from({ length: 90 }, rng.uniform), lattice), lattice);
}

describe('extractEnvironments', () => {
  it('finds in the cells what the talk fits: 10,227 training environments and the moments of their Gram entries', () => {
    const training = extractEnvironments(Array.from({ length: 20 }, (_, k) => readCell(k + 1)));
    expect(training.length).toBe(10_227);
    expect(training.length + training.skipped.length).toBe(20 * 512);
    const [diagonal, off]: number[][] = [[], []];
    for (let m = 0; m < training.length; m++) {
      const x = environmentPositions(training, m);
      for (let i = 0; i < 8; i++) {
        for (let j = i; j < 8; j++) {
          (i === j ? diagonal : off).push([0, 1, 2].reduce((sum, c) => sum + x[3 * i + c] * x[3 * j + c], 0));
        }
      }
    }
    const { normalization } = GramNormalizer.fit(gramVectors(training), 8);
    const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
    const square = (values: number[], about: number): number => mean(values.map((v) => (v - about) ** 2));
    expect(normalization.meanDiagonal).toBeCloseTo(mean(diagonal), 9);
    expect(normalization.meanOffDiagonal).toBeCloseTo(mean(off), 9);
    expect(normalization.deviationDiagonal ** 2).toBeCloseTo(square(diagonal, mean(diagonal)), 8);
    expect(normalization.deviationOffDiagonal ** 2).toBeCloseTo(square(off, mean(off)), 8);
  });

  it('takes the closest n, by minimum image in a large cell', () => {
    const cell = readCell(3);
    const environments = extractEnvironments([cell], { cutoff: 4, count: 6 });
    const side = cell.lattice[0];
    for (let m = 0; m < environments.length; m += 37) {
      const center = cell.positions.subarray(3 * environments.atoms[m], 3 * environments.atoms[m] + 3);
      const distances: number[] = [];
      for (let j = 0; j < 512; j++) {
        const d = [0, 1, 2].map((c) => cell.positions[3 * j + c] - center[c]);
        distances.push(Math.hypot(...d.map((x) => x - side * Math.round(x / side))));
      }
      distances.sort((a, b) => a - b);
      const x = environmentPositions(environments, m);
      const own = Array.from({ length: 6 }, (_, k) => Math.hypot(x[3 * k], x[3 * k + 1], x[3 * k + 2]));
      expect(largestDifference(own, distances.slice(1, 7))).toBeLessThan(1e-10);
    }
  });

  it('gives Gram vectors that no rotation, reflection, translation or choice of cell vectors changes', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = createRng(1000 + seed);
      const cell = randomCell(seed);
      const turn = randomRotation(rng);
      const shift = [rng.normal(), rng.normal(), rng.normal()].map((c) => 5 * c);
      const [a, b, c] = [0, 3, 6].map((k) => cell.lattice.subarray(k, k + 3));
      const sheared = [...a, ...b.map((x, k) => x + 2 * a[k]), ...c.map((x, k) => x - a[k] + b[k])];
      const versions = [
        makeStructure(rotate(cell.positions, turn), rotate(cell.lattice, turn)),
        makeStructure(mirror(cell.positions), mirror(cell.lattice)),
        makeStructure(
          cell.positions.map((x, k) => x + shift[k % 3]),
          cell.lattice,
        ),
        makeStructure(cell.positions, sheared),
      ];
      const options = { cutoff: 5, count: 8 };
      const reference = extractEnvironments([cell], options);
      const grams = gramVectors(reference);
      expect(reference.length).toBeGreaterThan(10);
      for (const version of versions) {
        const other = extractEnvironments([version], options);
        expect(other.atoms).toEqual(reference.atoms);
        expect(largestDifference(gramVectors(other), grams)).toBeLessThan(1e-12 * 25);
      }
    }
  });

  it('sorts each environment by distance and keeps structure and atom beside it', () => {
    const environments = extractEnvironments([randomCell(1), randomCell(2)], { cutoff: 5 });
    expect(new Set(environments.structures)).toEqual(new Set([0, 1]));
    const diagonal = gramVectors(environments).filter((_, k) => [0, 8, 15, 21, 26, 30, 33, 35].includes(k % 36));
    for (let m = 0; m < environments.length; m++) {
      for (let k = 1; k < 8; k++) expect(diagonal[8 * m + k]).toBeGreaterThanOrEqual(diagonal[8 * m + k - 1]);
    }
  });

  it('reports atoms with too few neighbors and never pads', () => {
    // A chain: the ends have one neighbor within 1.5 Å, the others two.
    const chain = makeStructure([0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0]);
    const environments = extractEnvironments([chain], { cutoff: 1.5, count: 2 });
    expect(Array.from(environments.atoms)).toEqual([1, 2]);
    expect(environments.skipped).toEqual([
      { structure: 0, atom: 0, neighbors: 1 },
      { structure: 0, atom: 3, neighbors: 1 },
    ]);
    expect(environments.positions.length).toBe(2 * 2 * 3);
    expect(extractEnvironments([], {}).length).toBe(0);
    expect(extractEnvironments([makeStructure([])], {}).length).toBe(0);
  });

  it('breaks ties in distance by dot products: of an octahedron, three at right angles and one opposite the third', () => {
    const octahedron = [2, 0, 0, -2, 0, 0, 0, 2, 0, 0, -2, 0, 0, 0, 2, 0, 0, -2];
    const rng = createRng(5);
    for (let k = 0; k < 20; k++) {
      const order = [0, 1, 2, 3, 4, 5];
      rng.shuffle(order);
      const positions = order.flatMap((i) => octahedron.slice(3 * i, 3 * i + 3));
      const turned = makeStructure(rotate(Float64Array.of(0, 0, 0, ...positions), randomRotation(rng)));
      const gram = gramVectors(extractEnvironments([turned], { cutoff: 2.5, count: 4 }));
      expect(largestDifference(gram, [4, 0, 0, 0, 4, 0, 0, 4, -4, 4])).toBeLessThan(1e-12);
    }
  });

  it('finds one motif in all of a perfect crystal, renumbered, turned and sheared', () => {
    const rng = createRng(3);
    const cases: [number[][], number, number][] = [
      [DIAMOND, 5.431, 8],
      [FCC, 3.61, 8],
      [FCC, 3.61, 15],
      [SC, 2.9, 4],
    ];
    for (const [sites, edge, count] of cases) {
      const cell = crystal(sites, edge, 3);
      const order = Array.from(cell.species.keys());
      rng.shuffle(order);
      const renumbered = { ...cell, positions: atomPositions(cell, order) };
      const turn = randomRotation(rng);
      const turned = makeStructure(rotate(renumbered.positions, turn), rotate(cell.lattice, turn));
      const [reference, ...others] = [cell, renumbered, turned].map((one) =>
        gramVectors(extractEnvironments([one], { cutoff: 6, count })),
      );
      const size = (count * (count + 1)) / 2;
      const one = reference.map((_, k) => reference[k % size]);
      for (const grams of [reference, ...others]) expect(largestDifference(grams, one)).toBeLessThan(1e-9);
    }
  });

  it('orders tied atoms of several elements by their symbols', () => {
    const cross = makeStructure([0, 0, 0, 2, 0, 0, 0, 2, 0, -2, 0, 0, 0, -2, 0]);
    for (const species of ['Si O Si O Si', 'Si Si O Si O'].map((text) => text.split(' '))) {
      const motifs = extractEnvironments([{ ...cross, species }], { cutoff: 2.5, count: 3 });
      expect(symbolsOf(motifs, 0)).toEqual(['Si', 'O', 'O', 'Si']);
      expect(largestDifference(gramVectors(motifs), [4, -4, 0, 4, 0, 4])).toBeLessThan(1e-12);
    }
  });

  it('breaks ties between images of one atom alike in every orientation and cell of diamond', () => {
    const primitive = [0, 2.715, 2.715, 2.715, 0, 2.715, 2.715, 2.715, 0];
    const sheared = [0, 2.715, 2.715, 2.715, 2.715, 5.43, 2.715, 2.715, 0];
    const basis = [0, 0, 0, 1.3575, 1.3575, 1.3575];
    const grams = (structure: Structure) => gramVectors(extractEnvironments([structure], { cutoff: 4, count: 8 }));
    const reference = grams(makeStructure(basis, primitive));
    const rng = createRng(8);
    for (let k = 0; k < 20; k++) {
      const turn = randomRotation(rng);
      for (const lattice of [primitive, sheared]) {
        const turned = makeStructure(rotate(basis, turn), rotate(lattice, turn));
        expect(largestDifference(grams(turned), reference)).toBeLessThan(1e-10);
      }
    }
  });

  it('refuses options out of range', () => {
    expect(() => extractEnvironments([], { cutoff: 0 })).toThrow('option cutoff: found 0');
    expect(() => extractEnvironments([], { count: 2.5 })).toThrow('option count: found 2.5');
    expect(() => extractEnvironments([], { cutof: 3 } as never)).toThrow('option cutof: found an unknown name');
  });

  it('refuses a structure by itself, which is no list', () => {
    expect(() => extractEnvironments(randomCell(1) as never)).toThrow('structures: found object, expected a list');
  });

  it('finds no environment of more neighbors than memory holds', () => {
    const { length, skipped } = extractEnvironments([randomCell(1)], { count: 1e9 });
    expect(length).toBe(0);
    expect(skipped).toHaveLength(randomCell(1).species.length);
  });
});

describe('parts of a set', () => {
  const set = extractEnvironments([randomCell(1), randomCell(2), randomCell(3)], { cutoff: 5, count: 8 });

  it('gives the positions of one environment as a view', () => {
    const view = environmentPositions(set, 4);
    expect(view.buffer).toBe(set.positions.buffer);
    expect(view).toEqual(set.positions.slice(96, 120));
    expect(() => environmentPositions(set, set.length)).toThrow(`environment: found ${set.length}`);
    expect(() => environmentPositions(set, 0.5)).toThrow('environment: found 0.5');
  });

  it('splits by structure without losing or repeating an environment', () => {
    const [first, rest] = [selectStructures(set, [1]), selectStructures(set, [0, 2])];
    expect(first.length + rest.length).toBe(set.length);
    expect(new Set(first.structures)).toEqual(new Set([1]));
    expect(first.skipped.length + rest.skipped.length).toBe(set.skipped.length);
    expect(first.positions).toEqual(extractEnvironments([randomCell(2)], { cutoff: 5, count: 8 }).positions);
  });

  it('takes chosen environments in the order asked for', () => {
    const two = selectEnvironments(set, [7, 2]);
    expect(two.positions.subarray(0, 24)).toEqual(environmentPositions(set, 7));
    expect(two.positions.subarray(24)).toEqual(environmentPositions(set, 2));
    expect(Array.from(two.atoms)).toEqual([set.atoms[7], set.atoms[2]]);
  });
});

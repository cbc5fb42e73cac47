import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { KeatingForces, type Region } from '../../../src/generate/networks/keating';
import type { Network } from '../../../src/generate/networks/network';
import { neighborList, type Structure } from '../../../src/structures';
import { diamond, switched } from './networks';

/** The energy written out: all bonds, angles and repulsions once. */
function written(structure: Structure, network: Network): number {
  const [alpha, beta, d] = [2.965, 0.285 * 2.965, 2.35];
  const { positions } = structure;
  let energy = 0;
  const bonded = new Set<string>();
  for (let i = 0; i < network.atoms; i++) {
    const bonds = [0, 1, 2, 3].map((b) => {
      const slot = 4 * i + b;
      const j = network.neighbors[slot];
      const vector = [0, 1, 2].map((c) => positions[3 * j + c] + network.shifts[3 * slot + c] - positions[3 * i + c]);
      bonded.add(`${i} ${vector.map((x) => x.toFixed(6))}`);
      return vector;
    });
    const dot = (u: number[], v: number[]): number => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    bonds.forEach((u, k) => {
      energy += (0.5 * ((3 / 16) * alpha * (dot(u, u) - d * d) ** 2)) / d ** 2;
      for (const v of bonds.slice(0, k)) energy += (((3 / 8) * beta) / d ** 2) * (dot(u, v) + d ** 2 / 3) ** 2;
    });
  }
  const { offsets, vectors, distances } = neighborList(structure, 3.2);
  for (let i = 0; i < network.atoms; i++) {
    for (let p = offsets[i]; p < offsets[i + 1]; p++) {
      const vector = Array.from(vectors.subarray(3 * p, 3 * p + 3), (x) => x.toFixed(6));
      if (!bonded.has(`${i} ${vector}`)) energy += 0.5 * (3.2 - distances[p]) ** 3;
    }
  }
  return energy;
}

/** An atom's surroundings, some movable. */
function regionAround(network: Network, atom: number, shells: number): Region {
  const atoms = new Int32Array(network.atoms);
  const mark = new Int32Array(network.atoms);
  atoms[0] = atom;
  mark[atom] = 1;
  const movable = network.surroundings(atoms, 1, shells, mark, 1);
  return { atoms, movable, centers: network.surroundings(atoms, movable, 1, mark, 1) };
}

describe('KeatingForces', () => {
  const { structure, network } = switched(15);
  const { positions } = structure;

  it('has the energy of the formula, and the sum over atoms', () => {
    const forces = new KeatingForces(structure, network);
    const energy = forces.whole(positions, new Float64Array(192));
    expect(energy).toBeCloseTo(written(structure, network), 8);
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += forces.atom(i, positions);
    expect(sum).toBeCloseTo(energy, 8);
  });

  it('is 0 for diamond with bonds of 2.35 Å', () => {
    const scale = 2.35 / (5.431 * Math.sqrt(3 / 16));
    const scaled = {
      ...diamond,
      lattice: diamond.lattice.map((x) => x * scale),
      positions: diamond.positions.map((x) => x * scale),
    };
    const { network: bonds } = switched(0);
    const forces = new KeatingForces(
      scaled,
      new (bonds.constructor as typeof Network)(scaled, bonds.neighbors, imagesOf(bonds)),
    );
    const gradient = new Float64Array(192);
    expect(forces.whole(scaled.positions, gradient)).toBeCloseTo(0, 10);
    for (const g of gradient) expect(g).toBeCloseTo(0, 8);
  });

  it('has the gradient of its energy, by central differences', () => {
    const forces = new KeatingForces(structure, network);
    const gradient = new Float64Array(192);
    forces.whole(positions, gradient);
    const at = positions.slice();
    for (let c = 0; c < 192; c += 7) {
      const h = 1e-5;
      at[c] = positions[c] + h;
      const up = forces.whole(at, new Float64Array(192));
      at[c] = positions[c] - h;
      const down = forces.whole(at, new Float64Array(192));
      at[c] = positions[c];
      expect(gradient[c]).toBeCloseTo((up - down) / (2 * h), 5);
    }
  });

  it('of a region changes by as much as the whole while its movable atoms move, with the same gradient', () => {
    const forces = new KeatingForces(structure, network);
    const region = regionAround(network, 3, 1);
    expect(region.movable).toBeLessThan(region.centers);
    const rng = createRng(2);
    const moved = positions.slice();
    for (let m = 0; m < region.movable; m++) {
      for (let c = 0; c < 3; c++) moved[3 * region.atoms[m] + c] += 0.05 * rng.normal();
    }
    const [whole, part] = [new Float64Array(192), new Float64Array(192).fill(7)];
    const before = forces.whole(positions, whole);
    forces.prepare(region, positions);
    const partBefore = forces.region(region, positions, part);
    const after = forces.whole(moved, whole);
    expect(forces.region(region, moved, part) - partBefore).toBeCloseTo(after - before, 9);
    for (let m = 0; m < region.movable; m++) {
      for (let c = 3 * region.atoms[m]; c < 3 * region.atoms[m] + 3; c++) expect(part[c]).toBeCloseTo(whole[c], 9);
    }
  });
});

function imagesOf(network: Network): Int32Array {
  return Int32Array.from(
    Array.from(network.images).flatMap((image) => {
      const c = Math.round(image / 1024 ** 2);
      const b = Math.round((image - c * 1024 ** 2) / 1024);
      return [image - c * 1024 ** 2 - b * 1024, b, c];
    }),
  );
}

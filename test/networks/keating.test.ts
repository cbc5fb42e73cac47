import { describe, expect, it } from 'vitest';
import { KeatingForces } from '../../data/make/networks/keating';
import type { Network } from '../../data/make/networks/network';
import { neighborList, type Structure } from '../../src/structures';
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

describe('KeatingForces', () => {
  const { structure, network } = switched(15);
  const { positions } = structure;

  it('has the energy of the formula', () => {
    const forces = new KeatingForces(structure, network);
    const energy = forces.whole(positions, new Float64Array(192));
    expect(energy).toBeCloseTo(written(structure, network), 8);
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

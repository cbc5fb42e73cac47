import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { atomGraph, speciesIndices } from '../../../src/diffusion/graph/network';
import { neighborList } from '../../../src/structures';
import { toyConfig, toyNoise, toyStructure } from './toy';

const config = toyConfig();

describe('atomGraph', () => {
  it('has the edges of the neighbor list, from receiver to sender', () => {
    const structure = toyStructure(createRng(2), 6);
    const noise = toyNoise(createRng(3), 6);
    const graph = atomGraph(config, structure, noise);
    const { offsets, indices, distances } = neighborList(structure, config.cutoff);
    expect(graph.offsets).toEqual(offsets);
    expect(graph.senders).toEqual(indices);
    expect(graph.senders.length).toBeGreaterThan(6);
    expect(graph.noise).toEqual(noise);
    for (let e = 0; e < indices.length; e++) {
      expect(Math.hypot(...graph.vectors.subarray(3 * e, 3 * e + 3))).toBeCloseTo(distances[e], 5);
    }
    // In the free cell a vector is the difference of positions.
    const free = { ...structure, pbc: [false, false, false] as [boolean, boolean, boolean] };
    const open = atomGraph(config, free, 0.1);
    for (let i = 0; i < 6; i++) {
      for (let e = open.offsets[i]; e < open.offsets[i + 1]; e++) {
        for (let k = 0; k < 3; k++) {
          const difference = structure.positions[3 * open.senders[e] + k] - structure.positions[3 * i + k];
          expect(open.vectors[3 * e + k]).toBeCloseTo(difference, 5);
        }
      }
    }
  });

  it('takes one noise level for all atoms', () => {
    const graph = atomGraph(config, toyStructure(createRng(1), 3), 0.25);
    expect(Array.from(graph.noise)).toEqual([0.25, 0.25, 0.25]);
  });

  it('counts species in the order of the configuration', () => {
    expect(Array.from(speciesIndices(config, ['O', 'Si', 'O']))).toEqual([1, 0, 1]);
  });

  it('names the atom whose element the configuration lacks', () => {
    const structure = { ...toyStructure(createRng(1), 3), species: ['Si', 'O', 'Ge'] };
    expect(() => atomGraph(config, structure, 0)).toThrow(InputError);
    expect(() => atomGraph(config, structure, 0)).toThrow('atom 2: found Ge, expected one of Si, O');
  });

  it('names noise of another length', () => {
    const structure = toyStructure(createRng(1), 3);
    expect(() => atomGraph(config, structure, new Float32Array(2))).toThrow(InputError);
    expect(() => atomGraph(config, structure, new Float32Array(2))).toThrow(/^noise: found 2 numbers, expected 3/);
  });
});

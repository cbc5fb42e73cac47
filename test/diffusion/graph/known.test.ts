import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../../src/core';
import { graphAround, knownAtoms, wholeGraph } from '../../../src/diffusion/graph/known';
import { atomGraph } from '../../../src/diffusion/graph/network';
import type { Structure } from '../../../src/structures';
import { holds, toyConfig, toyStructure } from './toy';

/** Up to ten known atoms and up to four others of one structure. */
function knownAndOthers(rng: Rng): { known: Structure; structure: Structure; noise: Float32Array } {
  const structure = toyStructure(rng, 4 + rng.integer(11), rng.uniform() < 0.6);
  const count = structure.species.length - rng.integer(5);
  const positions = structure.positions.slice(0, 3 * count);
  const noise = Float32Array.from(structure.species, (_, i) => (i < count ? 0 : 0.1 + rng.uniform()));
  return { known: { ...structure, species: structure.species.slice(0, count), positions }, structure, noise };
}

function withValue<T extends Float32Array | Float64Array>(values: T, k: number, value: number): T {
  return values.map((x, i) => (i === k ? value : x)) as T;
}

describe('graphAround', () => {
  it('is, with the edges among the known atoms, the graph of all, to the bit', () => {
    holds((rng) => {
      const config = toyConfig({ cutoff: 1 + 3 * rng.uniform() });
      const { known, structure, noise } = knownAndOthers(rng);
      const held = knownAtoms(config, known);
      const graph = graphAround(config, held, structure, noise);
      expect(wholeGraph(held.graph, graph)).toEqual(atomGraph(config, structure, noise));
    }, 100);
  });

  it('names atoms that are not where they are known to be, and other cells', () => {
    const config = toyConfig();
    const { known, structure, noise } = knownAndOthers(createRng(1));
    const run = (changes: Partial<Structure>, levels: Float32Array = noise): (() => unknown) => {
      const held = knownAtoms(config, known);
      return () => graphAround(config, held, { ...structure, ...changes }, levels);
    };
    expect(run({})).not.toThrow();
    expect(run({ positions: withValue(structure.positions, 4, 0.5) })).toThrow(/^atom 1: found another place/);
    expect(run({ species: ['H', ...structure.species.slice(1)] })).toThrow(/^atom 0: found another place, element/);
    expect(run({}, withValue(noise, 2, 0.1))).toThrow(/^atom 2: found another place, element or noise/);
    expect(run({ lattice: structure.lattice.map((x) => 2 * x + 1) })).toThrow(/^lattice: found/);
    const last = structure.positions.length - 1;
    const nowhere = withValue(structure.positions, last, NaN);
    expect(run({ positions: nowhere })).toThrow(`atom ${structure.species.length - 1}: found position NaN`);
    expect(run({}, noise.slice(1))).toThrow(InputError);
  });
});

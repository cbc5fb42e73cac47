import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { displaced } from '../../../src/diffusion/examples';
import { graphConfig, initialGraphParameters } from '../../../src/diffusion/graph/config';
import { FusedGraph } from '../../../src/diffusion/graph/fused';
import { graphAround, knownAtoms } from '../../../src/diffusion/graph/known';
import { type AtomGraph, atomGraph } from '../../../src/diffusion/graph/network';
import { atomCount, nearestAtoms, readCells, type Structure, withoutAtoms } from '../../../src/structures';
import { describeGraphEngine } from './laws';
import { CONDITIONS, toyConditions, toyConfig, toyGraph, toyParameters, toyStructure, toyTarget } from './toy';

const networks = fc.record({
  layers: fc.integer({ min: 1, max: 4 }),
  conditions: fc.constantFrom(undefined, CONDITIONS),
  // From atoms that stand alone to those that hear all others.
  cutoff: fc.constantFrom(0.8, 1.5, 3),
});

/** A structure and the first atoms of another one. */
function withOthers(held: Structure, others: Structure, count: number = atomCount(others)): Structure {
  return {
    ...held,
    species: [...held.species, ...others.species.slice(0, count)],
    positions: Float64Array.of(...held.positions, ...others.positions.subarray(0, 3 * count)),
  };
}

const graphs = fc.array(
  fc.record({
    atoms: fc.integer({ min: 0, max: 60 }),
    periodic: fc.boolean(),
    known: fc.constantFrom(0, 0.2, 0.5, 0.8, 0.9, 0.98, 1),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('fused engine', () => {
  describeGraphEngine((config) => new FusedGraph(config, 1));

  it('says what it runs on, in one line', () => {
    const engines = [1, 2].map((threads) => new FusedGraph(toyConfig(), threads));
    expect(engines.map(({ description }) => description)).toEqual([
      'WebAssembly engine: fused graph network, 128-bit SIMD',
      'WebAssembly engine: fused graph network, 128-bit SIMD, 2 threads',
    ]);
    for (const engine of engines) engine.dispose();
  });

  it('names wrong threads', () => {
    expect(() => new FusedGraph(toyConfig(), 0)).toThrow(/^option threads: found 0/);
  });

  it('gives the same bytes on any number of threads, in rounds of growing and shrinking size', () => {
    const config = toyConfig();
    const rng = createRng(1);
    const parameters = toyParameters(config, rng);
    const engines = [1, 2, 3].map((threads) => new FusedGraph(config, threads));
    for (const graphs of [1, 5, 2, 7, 1, 40, 3]) {
      const batch = Array.from({ length: graphs }, () => toyTarget(config, rng, 1 + rng.integer(60)));
      const [one, ...others] = engines.map((engine) => ({
        ...engine.lossAndGradient(parameters, batch),
        vectors: engine.predict(
          parameters,
          batch.map(({ graph }) => graph),
        ),
      }));
      for (const other of others) expect(other).toEqual(one);
    }
    for (const engine of engines) engine.dispose();
  });

  it('predicts to the bit what the loss sees, which computes every atom to the end', () => {
    const law = fc.property(networks, graphs, fc.integer(), (shape, sizes, seed) => {
      const config = toyConfig(shape);
      const rng = createRng(seed);
      const parameters = toyParameters(config, rng);
      const all = sizes.map(({ atoms, periodic, known }) => toyGraph(config, rng, atoms, periodic, known));
      const engine = new FusedGraph(config, 1);
      const predicted = engine.predict(parameters, all);
      const lossOff = (by: number): number => {
        const batch = all.map((graph, k) => ({
          graph,
          vectors: predicted[k].map((v) => v + by * Math.max(Math.abs(v), 1e-30)),
          weights: graph.noise.map((sigma) => (sigma === 0 ? 0 : 1)),
        }));
        return engine.lossAndGradient(parameters, batch).loss;
      };
      expect(lossOff(0)).toBe(0);
      expect(lossOff(2e-7) > 0).toBe(all.some(({ noise }) => noise.some((sigma) => sigma > 0)));
      engine.dispose();
    });
    fc.assert(law, { seed: 1, numRuns: 100 });
  });

  it('gives the same bytes around known atoms, kept or not, on any number of threads', () => {
    const sizes = fc.record({
      known: fc.integer({ min: 0, max: 60 }),
      others: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 }),
      periodic: fc.boolean(),
    });
    const law = fc.property(networks, sizes, fc.integer(), (shape, { known, others, periodic }, seed) => {
      const config = toyConfig(shape);
      const rng = createRng(seed);
      const parameters = toyParameters(config, rng);
      const held = toyStructure(rng, known, periodic);
      const conditions = toyConditions(config, rng);
      const around = knownAtoms(config, held, undefined, conditions);
      const structures = others.map((count) => withOthers(held, toyStructure(rng, count)));
      const noise = structures.map(({ species }) =>
        Float32Array.from(species, (_, i) => (i < known || rng.uniform() < 0.02 ? 0 : 0.1 + rng.uniform())),
      );
      const graphs = structures.map((structure, k) => graphAround(config, around, structure, noise[k], conditions));
      const engines = [1, 2].map((threads) => new FusedGraph(config, threads));
      const expected = engines[0].predict(
        parameters,
        structures.map((structure, k) => atomGraph(config, structure, noise[k], conditions)),
      );
      for (const engine of engines) {
        expect(engine.predict(parameters, graphs, around.graph)).toEqual(expected);
        expect(engine.predict(parameters, graphs.slice(0, 2), around.graph)).toEqual(expected.slice(0, 2));
      }
      // What was kept by other parameters is of no use.
      const changed = parameters.map((w) => 1.1 * w);
      const [one, other] = engines.map((engine) => engine.predict(changed, graphs, around.graph));
      engines[0].predict(changed, []);
      expect(other).toEqual(one);
      expect(engines[0].predict(changed, graphs, around.graph)).toEqual(one);
      for (const engine of engines) engine.dispose();
    });
    fc.assert(law, { seed: 1, numRuns: 60 });
  });

  it('gives the same bytes when threads share a graph, all or a part of it noisy, or a graph around known atoms', async () => {
    const [cell] = readCells();
    const config = graphConfig({ species: ['Si'], channels: 8, layers: 3 });
    const parameters = initialGraphParameters(config, 1);
    const engines = [1, 2, 3].map((threads) => new FusedGraph(config, threads));
    const part = new Float32Array(512).map((_, i) => (i % 5 === 0 ? 0.3 : 0));
    const graphs = [new Float32Array(512).fill(0.3), part].map((noise) => atomGraph(config, cell, noise));
    const held = withoutAtoms(cell, nearestAtoms(cell, 0, 20));
    const around = knownAtoms(config, held);
    const filled = withOthers(held, cell, 20);
    const other = graphAround(config, around, filled, new Float32Array(512).fill(0.3, 492));
    const results = engines.map((engine) => [
      ...graphs.flatMap((graph) => engine.predict(parameters, [graph])),
      ...engine.predict(parameters, [other], around.graph),
    ]);
    // Threads start while the event loop runs, and take part once they are up.
    for (let k = 0; k < 8; k++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const engine of engines) {
        expect(graphs.flatMap((graph) => engine.predict(parameters, [graph]))).toEqual(results[0].slice(0, 2));
        expect(engine.predict(parameters, [other], around.graph)).toEqual(results[0].slice(2));
      }
    }
    for (const engine of engines) engine.dispose();
  });

  it('gives the same bytes around the atoms of a real cell', () => {
    const [cell] = readCells();
    const config = graphConfig({ species: ['Si'] });
    const parameters = initialGraphParameters(config, 1);
    const engine = new FusedGraph(config, 1);
    const held = withoutAtoms(cell, [3, 100]);
    const around = knownAtoms(config, held);
    const rng = createRng(2);
    const structures = [1, 2].map(() =>
      withOthers(held, { ...cell, positions: cell.positions.map((x) => x + rng.normal()) }, 2),
    );
    const noise = new Float32Array(atomCount(cell)).fill(0.3, atomCount(held));
    const expected = engine.predict(
      parameters,
      structures.map((structure) => atomGraph(config, structure, noise)),
    );
    const graphs = structures.map((structure) => graphAround(config, around, structure, noise));
    expect(engine.predict(parameters, graphs, around.graph)).toEqual(expected);
    engine.dispose();
  });

  it('refuses more pairs than its memory holds, and computes others afterwards', () => {
    const config = graphConfig({ species: ['Si'] });
    const parameters = initialGraphParameters(config, 1);
    const engine = new FusedGraph(config, 1);
    const pairs = (count: number): AtomGraph => ({
      species: Int32Array.of(0),
      noise: Float32Array.of(1),
      offsets: Int32Array.of(0, count),
      senders: new Int32Array(count),
      vectors: new Float32Array(3 * count),
    });
    expect(() => engine.predict(parameters, [pairs(8e6)])).toThrow(/^structures: found \S+ bytes for atoms and pairs/);
    expect(engine.predict(parameters, [pairs(0)])[0]).toHaveLength(3);
    engine.dispose();
  });

  it('starts with vectors of ordinary size on a cell, however noisy', () => {
    const [cell] = readCells();
    const config = graphConfig({ species: ['Si'] });
    const parameters = initialGraphParameters(config, 1);
    const engine = new FusedGraph(config, 1);
    for (const sigma of [0.02, 0.3, 1]) {
      const noise = new Float32Array(atomCount(cell)).fill(sigma);
      const [vectors] = engine.predict(parameters, [displaced(config, cell, noise, createRng(1)).graph]);
      const size = Math.sqrt(vectors.reduce((sum, x) => sum + x * x, 0) / vectors.length);
      expect(size).toBeGreaterThan(0.01);
      expect(size).toBeLessThan(10);
    }
    engine.dispose();
  });
});

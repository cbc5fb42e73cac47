import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { FusedGraph } from '../../../src/diffusion/graph/fused';
import type { AtomGraph, GraphEngine, GraphTarget } from '../../../src/diffusion/graph/network';
import { loadTensorFlow } from '../../model/engines/tensorflowRuntime';
import type { CreateGraphEngine } from './laws';
import { referenceGraphEngine } from './reference';
import { CONDITIONS, toyConfig, toyParameters, toyTarget } from './toy';

/** Share of known atoms. */
const known = fc.constantFrom(0, 0.2, 0.8, 1);

const shapes = fc.record({
  channels: fc.constantFrom(8, 16),
  layers: fc.integer({ min: 1, max: 3 }),
  radial: fc.integer({ min: 1, max: 9 }),
  noiseLevels: fc.integer({ min: 2, max: 9 }),
  conditions: fc.constantFrom(undefined, CONDITIONS.slice(0, 1), CONDITIONS),
  species: fc.constantFrom<string[]>(['Si', 'O'], ['O', 'H', 'Si']),
  graphs: fc.array(fc.record({ atoms: fc.integer({ min: 0, max: 7 }), periodic: fc.boolean(), known }), {
    minLength: 1,
    maxLength: 3,
  }),
  seed: fc.integer(),
});

/** Two implementations give the same vectors, loss and gradient for random networks and batches. */
function expectAgreement(createA: CreateGraphEngine, createB: CreateGraphEngine, numRuns = 25): void {
  const law = fc.property(shapes, ({ graphs, seed, ...shape }) => {
    const config = toyConfig(shape);
    const rng = createRng(seed);
    const parameters = toyParameters(config, rng);
    const batch = graphs.map(({ atoms, periodic, known }) => toyTarget(config, rng, atoms, periodic, known));
    const [a, b] = [createA, createB].map((create) => results(create(config), parameters, batch));
    a.vectors.forEach((vectors, g) => {
      expect(difference(b.vectors[g], vectors), `vectors of graph ${g}`).toBeLessThan(1e-4);
    });
    expect(difference([b.loss], [a.loss]), 'loss').toBeLessThan(1e-4);
    expect(difference(b.gradient, a.gradient), 'gradient').toBeLessThan(1e-4);
  });
  fc.assert(law, { seed: 1, numRuns });
}

function results(
  engine: GraphEngine,
  parameters: Float32Array,
  batch: GraphTarget[],
): { vectors: Float32Array[]; loss: number; gradient: Float32Array } {
  const graphs = batch.map(({ graph }) => graph);
  try {
    return { vectors: engine.predict(parameters, graphs), ...engine.lossAndGradient(parameters, batch) };
  } finally {
    engine.dispose();
  }
}

/** ‖a − b‖ / (1 + ‖b‖): where all cancels, as for the one atom of a cell, only rounding is left to compare. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a, (x, k) => x - b[k])) / (1 + Math.hypot(...Array.from(b)));
}

/** An engine that numbers atoms and graphs from the last to the first, and computes with them so. */
function reversing(create: CreateGraphEngine): CreateGraphEngine {
  return (config) => {
    const engine = create(config);
    return {
      name: engine.name,
      description: engine.description,
      predict: (parameters, graphs) =>
        engine
          .predict(parameters, graphs.map(reversedGraph).reverse())
          .reverse()
          .map((vectors) => reversedRows(vectors, 3)),
      lossAndGradient: (parameters, batch) =>
        engine.lossAndGradient(
          parameters,
          batch
            .map(({ graph, vectors, weights }) => ({
              graph: reversedGraph(graph),
              vectors: reversedRows(vectors, 3),
              weights: weights.slice().reverse(),
            }))
            .reverse(),
        ),
      dispose: () => engine.dispose(),
    };
  };
}

function reversedGraph({ offsets, senders, vectors, species, noise, conditions }: AtomGraph): AtomGraph {
  const last = species.length - 1;
  return {
    offsets: offsets.map((_, i) => senders.length - offsets[last + 1 - i]),
    senders: senders.map((_, e) => last - senders[senders.length - 1 - e]),
    vectors: reversedRows(vectors, 3),
    species: species.slice().reverse(),
    noise: noise.slice().reverse(),
    ...(conditions && { conditions: reversedRows(conditions, conditions.length / Math.max(1, species.length)) }),
  };
}

function reversedRows(rows: Float32Array, width: number): Float32Array {
  return rows.map((_, k) => rows[rows.length - width - k + 2 * (k % width)]);
}

beforeAll(() => loadTensorFlow().ready);

describe('agreement', () => {
  it('of the reference with itself on atoms numbered in reverse', () => {
    expectAgreement(referenceGraphEngine, reversing(referenceGraphEngine));
  });

  it('of the fused network with the reference, on one thread and on two', () => {
    expectAgreement(referenceGraphEngine, (config) => new FusedGraph(config, 1), 40);
    expectAgreement(referenceGraphEngine, (config) => new FusedGraph(config, 2), 10);
  });

  it.each<[string, (engine: GraphEngine) => GraphEngine]>([
    [
      'one parameter',
      (engine) => ({
        ...engine,
        predict: (parameters, graphs) =>
          engine.predict(
            parameters.map((w, k) => (k === 0 ? w + 0.01 : w)),
            graphs,
          ),
      }),
    ],
    [
      'a thousandth of the gradient',
      (engine) => ({
        ...engine,
        lossAndGradient: (parameters, batch) => {
          const { loss, gradient } = engine.lossAndGradient(parameters, batch);
          return { loss, gradient: gradient.map((g) => 1.001 * g) };
        },
      }),
    ],
    [
      'the sender of one edge',
      (engine) => ({
        ...engine,
        predict: (parameters, graphs) =>
          engine.predict(
            parameters,
            graphs.map((graph) => ({ ...graph, senders: graph.senders.map((j, e) => (e === 0 ? 0 : j)) })),
          ),
      }),
    ],
  ])('fails for an engine that is off by %s', (_, spoil) => {
    const off: CreateGraphEngine = (config) => spoil(referenceGraphEngine(config));
    expect(() => expectAgreement(referenceGraphEngine, off)).toThrow('Property failed');
  });
});

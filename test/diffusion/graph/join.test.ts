import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { FusedGraph } from '../../../src/diffusion/graph/fused';
import { joinGraphs, joinTargets } from '../../../src/diffusion/graph/join';
import type { AtomGraph, GraphTarget } from '../../../src/diffusion/graph/network';
import { holds, relativeError, toyConfig, toyGraph, toyParameters, toyTarget } from './toy';

const config = toyConfig();
const engine = new FusedGraph(config, 1);
afterAll(() => engine.dispose());

/** Edges by the numbers of their atoms in the joined graph. */
function edges({ offsets, senders, vectors, species }: AtomGraph, first = 0): number[][] {
  return Array.from(species.keys()).flatMap((i) =>
    Array.from({ length: offsets[i + 1] - offsets[i] }, (_, n) => {
      const e = offsets[i] + n;
      return [first + i, first + senders[e], ...vectors.subarray(3 * e, 3 * e + 3)];
    }),
  );
}

describe('joinGraphs', () => {
  it('has all atoms one after the other, and the edges of each graph between its own', () => {
    holds((rng) => {
      const graphs = Array.from({ length: 1 + rng.integer(4) }, () => toyGraph(config, rng, rng.integer(7)));
      const joined = joinGraphs(graphs);
      let first = 0;
      const expected = graphs.flatMap((graph) => {
        const shifted = edges(graph, first);
        first += graph.species.length;
        return shifted;
      });
      expect(edges(joined)).toEqual(expected);
      expect(joined.offsets[first]).toBe(expected.length);
      expect(Array.from(joined.species)).toEqual(graphs.flatMap(({ species }) => Array.from(species)));
      expect(Array.from(joined.noise)).toEqual(graphs.flatMap(({ noise }) => Array.from(noise)));
    });
  });

  it('has the vectors of each graph alone, whatever the network', () => {
    holds((rng) => {
      const graphs = Array.from({ length: 4 }, (_, k) => toyGraph(config, rng, [3, 0, 1, 8][k], rng.uniform() < 0.5));
      const parameters = toyParameters(config, rng);
      const [joined] = engine.predict(parameters, [joinGraphs(graphs)]);
      const alone = engine.predict(parameters, graphs).flatMap((vectors) => Array.from(vectors));
      expect(relativeError(joined, alone)).toBeLessThan(1e-6);
      expect(joined).toHaveLength(36);
    });
  });

  it('of one graph is that graph, of none the one without atoms', () => {
    const graph = toyGraph(config, createRng(1), 6);
    expect(joinGraphs([graph])).toEqual(graph);
    const none = joinGraphs([]);
    expect(none).toEqual(toyGraph(config, createRng(1), 0));
    expect(joinGraphs([none, graph, none])).toEqual(graph);
  });

  it('leaves the graphs as they are', () => {
    const graphs = [2, 5].map((count) => toyGraph(config, createRng(count), count));
    const before = structuredClone(graphs);
    const joined = joinGraphs(graphs);
    for (const values of [joined.offsets, joined.senders, joined.vectors, joined.species, joined.noise]) values.fill(9);
    expect(graphs).toEqual(before);
  });
});

describe('joinTargets', () => {
  it('has the mean of the losses, and of their gradients', () => {
    let total = 0;
    holds((rng) => {
      const targets = Array.from({ length: 1 + rng.integer(5) }, () => toyTarget(config, rng, 1 + rng.integer(7)));
      const parameters = toyParameters(config, rng);
      const joined = engine.lossAndGradient(parameters, [joinTargets(targets)]);
      const sums = engine.lossAndGradient(parameters, targets);
      expect(relativeError([joined.loss], [sums.loss / targets.length])).toBeLessThan(1e-5);
      const expected = sums.gradient.map((g) => g / targets.length);
      expect(relativeError(joined.gradient, expected)).toBeLessThan(1e-4);
      total += sums.loss;
    });
    expect(total).toBeGreaterThan(0);
  });

  it('of one target is that target, of none the one without atoms', () => {
    const target = toyTarget(config, createRng(1), 6);
    expect(joinTargets([target])).toEqual(target);
    const none: GraphTarget = joinTargets([]);
    expect(none).toEqual(toyTarget(config, createRng(1), 0));
    expect(engine.lossAndGradient(toyParameters(config, createRng(1)), [none]).loss).toBe(0);
  });

  it('joined of joined ones weighs each equally in its own', () => {
    const [a, b, c] = [2, 3, 4].map((count) => toyTarget(config, createRng(count), count));
    const { weights } = joinTargets([joinTargets([a, b]), c]);
    const expected = [a, b, c].flatMap((target, k) => Array.from(target.weights, (w) => w * (k < 2 ? 0.25 : 0.5)));
    expect(relativeError(weights, expected)).toBeLessThan(1e-6);
  });
});

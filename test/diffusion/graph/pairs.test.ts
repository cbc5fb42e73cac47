import { describe, expect, it } from 'vitest';
import { type AtomGraph, atomGraph } from '../../../src/diffusion/graph/network';
import { pairsOf } from '../../../src/diffusion/graph/pairs';
import { readCells } from '../../../src/structures';
import { holds, toyConfig, toyGraph } from './toy';

/** Edges of pairs in both directions, by receiver and then by sender: who sends, and from where. */
function edgesOf({ starts, uppers, vectors }: NonNullable<ReturnType<typeof pairsOf>>): number[][][] {
  const edges: number[][][] = Array.from({ length: starts.length - 1 }, () => []);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]; e < starts[i + 1]; e++) {
      const [x, y, z] = vectors.subarray(3 * e, 3 * e + 3);
      edges[i].push([uppers[e], x, y, z]);
      edges[uppers[e]].push([i, -x, -y, -z]);
    }
  }
  return edges.map((of) => of.sort((a, b) => a[0] - b[0]));
}

function edgesOfGraph({ offsets, senders, vectors }: AtomGraph): number[][][] {
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    Array.from({ length: offsets[i + 1] - offsets[i] }, (__, k) => {
      const e = offsets[i] + k;
      return [senders[e], ...vectors.subarray(3 * e, 3 * e + 3)];
    }),
  );
}

describe('pairsOf', () => {
  it('has every edge once, so that both directions in order are the graph', () => {
    holds((rng) => {
      const graph = toyGraph(toyConfig(), rng, rng.integer(30), false);
      const pairs = pairsOf(graph);
      expect(pairs && edgesOf(pairs)).toEqual(edgesOfGraph(graph));
    }, 50);
    const graph = atomGraph(toyConfig({ cutoff: 5 }), readCells()[0], 0);
    expect(pairsOf(graph)?.uppers).toHaveLength(graph.senders.length / 2);
  });

  it('is undefined where an atom hears another twice, or itself', () => {
    const config = toyConfig({ cutoff: 3 });
    const structure = {
      species: ['Si', 'Si'],
      info: {},
      arrays: {},
      pbc: [true, true, true] as [boolean, boolean, boolean],
    };
    const positions = Float64Array.of(0, 0, 0, 2, 0, 0);
    const narrow = { ...structure, positions, lattice: Float64Array.of(4, 0, 0, 0, 9, 0, 0, 0, 9) };
    expect(pairsOf(atomGraph(config, narrow, 0))).toBeUndefined();
    const thin = { ...narrow, lattice: Float64Array.of(9, 0, 0, 0, 2.5, 0, 0, 0, 9) };
    expect(pairsOf(atomGraph(config, thin, 0))).toBeUndefined();
  });

  it('is undefined where who receives does not send, or from elsewhere, or senders do not rise', () => {
    const graph: AtomGraph = {
      offsets: Int32Array.of(0, 2, 3, 4),
      senders: Int32Array.of(1, 2, 0, 0),
      vectors: Float32Array.of(1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6),
      species: new Int32Array(3),
      noise: new Float32Array(3),
    };
    expect(pairsOf(graph)?.uppers).toEqual(Int32Array.of(1, 2));
    expect(pairsOf({ ...graph, offsets: Int32Array.of(0, 2, 3, 3) })).toBeUndefined();
    expect(pairsOf({ ...graph, offsets: Int32Array.of(0, 0, 1, 2), senders: Int32Array.of(0, 0) })).toBeUndefined();
    expect(pairsOf({ ...graph, vectors: graph.vectors.map((x, k) => (k === 11 ? 6 : x)) })).toBeUndefined();
    expect(pairsOf({ ...graph, senders: Int32Array.of(2, 1, 0, 0) })).toBeUndefined();
  });
});

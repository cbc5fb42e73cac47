import type { AtomGraph, GraphTarget } from './network';

/** Several graphs as one without edges between them. */
export function joinGraphs(graphs: readonly AtomGraph[]): AtomGraph {
  const atoms = graphs.reduce((sum, { species }) => sum + species.length, 0);
  const edges = graphs.reduce((sum, { senders }) => sum + senders.length, 0);
  const joined: AtomGraph = {
    offsets: new Int32Array(atoms + 1),
    senders: new Int32Array(edges),
    vectors: new Float32Array(3 * edges),
    species: new Int32Array(atoms),
    noise: new Float32Array(atoms),
  };
  const { conditions } = graphs.find((graph) => graph.conditions) ?? {};
  if (conditions) joined.conditions = Float32Array.from(graphs.flatMap((graph) => Array.from(graph.conditions ?? [])));
  let atom = 0;
  let edge = 0;
  for (const { offsets, senders, vectors, species, noise } of graphs) {
    for (let i = 0; i < species.length; i++) joined.offsets[atom + i + 1] = edge + offsets[i + 1];
    for (let e = 0; e < senders.length; e++) joined.senders[edge + e] = atom + senders[e];
    joined.vectors.set(vectors, 3 * edge);
    joined.species.set(species, atom);
    joined.noise.set(noise, atom);
    atom += species.length;
    edge += senders.length;
  }
  return joined;
}

/** Several targets as one whose loss is the mean of theirs. */
export function joinTargets(targets: readonly GraphTarget[]): GraphTarget {
  return {
    graph: joinGraphs(targets.map(({ graph }) => graph)),
    vectors: Float32Array.from(targets.flatMap(({ vectors }) => Array.from(vectors))),
    weights: Float32Array.from(targets.flatMap(({ weights }) => Array.from(weights, (w) => w / targets.length))),
  };
}

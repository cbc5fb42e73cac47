import { describe, expect, it } from 'vitest';
import type { Rng } from '../../../src/core/random';
import type { AtomGraph } from '../../../src/diffusion/graph/network';
import { allWanted, atAtoms, wantedAround, wantedAtoms, wantedPart } from '../../../src/diffusion/graph/wanted';
import { holds, toyConfig, toyGraph } from './toy';

/** Atoms in a row, each heard by the next on either side; species tell atoms apart. */
function chain(noise: number[]): AtomGraph {
  const heard = noise.map((_, i) => [i - 1, i + 1].filter((j) => j >= 0 && j < noise.length));
  const ends = heard.map((_, i) => heard.slice(0, i + 1).flat().length);
  return {
    offsets: Int32Array.of(0, ...ends),
    senders: Int32Array.from(heard.flat()),
    vectors: Float32Array.from(heard.flatMap((all, i) => all.flatMap((j) => [j - i, i, j]))),
    species: Int32Array.from(noise.keys()),
    noise: Float32Array.from(noise),
  };
}

/** A graph of up to 30 atoms, many or few of them noisy and heard by many or few others. */
function randomGraph(rng: Rng): AtomGraph {
  const atoms = rng.integer(31);
  const graph = toyGraph(toyConfig({ cutoff: 1 + 2 * rng.uniform() }), rng, atoms, rng.uniform() < 0.5, rng.uniform());
  return { ...graph, species: Int32Array.from({ length: atoms }, (_, i) => i) };
}

/** Fewest edges from each atom to a noisy one, by relaxation until nothing changes. */
function edgesToNoise({ offsets, senders, noise }: AtomGraph): number[] {
  const away = Array.from(noise, (sigma) => (sigma === 0 ? Infinity : 0));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < away.length; i++) {
      for (const j of senders.subarray(offsets[i], offsets[i + 1])) {
        if (away[j] <= away[i] + 1) continue;
        away[j] = away[i] + 1;
        changed = true;
      }
    }
  }
  return away;
}

/** The edges to atom i: who sends, by species, and from where. */
function received({ offsets, senders, vectors, species }: AtomGraph, i: number): number[][] {
  const edges = Array.from({ length: offsets[i + 1] - offsets[i] }, (_, e) => offsets[i] + e);
  return edges.map((e) => [species[senders[e]], ...vectors.subarray(3 * e, 3 * e + 3)]);
}

describe('wantedPart', () => {
  it('goes one atom further along a chain for each layer before the last', () => {
    const { graph, wanted } = wantedPart(chain([0, 0.5, 0, 0, 0, 0]), 2);
    expect(Array.from(graph.species)).toEqual([1, 0, 2, 3]);
    expect(Array.from(graph.noise)).toEqual([0.5, 0, 0, 0]);
    expect(Array.from(wanted.counts)).toEqual([4, 3, 1]);
    expect(Array.from(graph.offsets)).toEqual([0, 2, 3, 5, 5]);
    expect(Array.from(graph.senders)).toEqual([1, 2, 0, 0, 3]);
    expect(received(graph, 2)).toEqual([
      [1, -1, 2, 1],
      [3, 1, 2, 3],
    ]);
  });

  it('goes along edges from receivers to senders only', () => {
    const graph: AtomGraph = {
      offsets: Int32Array.of(0, 1, 1),
      senders: Int32Array.of(1),
      vectors: Float32Array.of(1, 2, 3),
      species: Int32Array.of(7, 8),
      noise: Float32Array.of(0, 0.1),
    };
    expect(Array.from(wantedPart(graph, 3).graph.species)).toEqual([8]);
    expect(Array.from(wantedPart({ ...graph, noise: Float32Array.of(0.1, 0) }, 3).graph.species)).toEqual([7, 8]);
  });

  it('has the atoms that are as few edges away from noise as there are layers to go, with all their edges in order', () => {
    holds((rng) => {
      const layers = 1 + rng.integer(4);
      const whole = randomGraph(rng);
      const away = edgesToNoise(whole);
      const within = (edges: number): number => away.filter((d) => d <= edges).length;
      const { graph, wanted } = wantedPart(whole, layers);
      expect(Array.from(wanted.counts)).toEqual(Array.from({ length: layers + 1 }, (_, k) => within(layers - k)));
      expect(graph.species).toHaveLength(within(layers));
      expect(graph.offsets).toHaveLength(within(layers) + 1);
      const places = Array.from(graph.species, (i) => away[i]);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      graph.species.forEach((i, k) => {
        expect(graph.noise[k]).toBe(whole.noise[i]);
        expect(received(graph, k)).toEqual(away[i] < layers ? received(whole, i) : []);
      });
    }, 200);
  });

  it('is the whole graph where all atoms are noisy, and nothing where none is', () => {
    const noisy = chain([0.1, 0.2, 0.3]);
    expect(wantedPart(noisy, 2)).toEqual(allWanted(noisy, 2));
    expect(Array.from(allWanted(noisy, 2).wanted.counts)).toEqual([3, 3, 3]);
    const { graph, wanted } = wantedPart(chain([0, 0, 0]), 2);
    expect([graph.species.length, graph.senders.length, ...graph.offsets]).toEqual([0, 0, 0]);
    expect(Array.from(wanted.counts)).toEqual([0, 0, 0]);
  });
});

describe('wantedAtoms', () => {
  it('are those of the wanted part, in its order, at their places', () => {
    holds((rng) => {
      const layers = 1 + rng.integer(4);
      const whole = randomGraph(rng);
      const wanted = wantedAtoms(whole, layers);
      const part = wantedPart(whole, layers);
      expect(Array.from(wanted.atoms)).toEqual(Array.from(part.graph.species));
      expect(wanted).toEqual(part.wanted);
      expect(Array.from(wanted.places)).toEqual(Array.from(whole.noise, (_, i) => wanted.atoms.indexOf(i)));
    }, 100);
  });

  it('has noisy atoms after their neighbors, as far as they have any', () => {
    // A ring of even atoms and one of odd atoms.
    const heard = Array.from({ length: 8 }, (_, i) => [(i + 2) % 8, (i + 6) % 8].sort());
    const graph: AtomGraph = {
      offsets: Int32Array.from({ length: 9 }, (_, i) => 2 * i),
      senders: Int32Array.from(heard.flat()),
      vectors: new Float32Array(48),
      species: new Int32Array(8),
      noise: new Float32Array(8).fill(0.3),
    };
    expect(Array.from(wantedAtoms(graph, 2).atoms)).toEqual([0, 2, 6, 4, 1, 3, 7, 5]);
  });
});

describe('wantedAround', () => {
  it('leaves out of the first layer known atoms that hear known ones only, level by level in all graphs', () => {
    const known = chain([0, 0, 0, 0, 0, 0]);
    // A seventh atom that is heard by the first known one, or by the third.
    const withOne = (neighbor: number): AtomGraph => ({
      offsets: Int32Array.from({ length: 8 }, (_, i) => Number(i > neighbor) + Number(i > 6)),
      senders: Int32Array.of(6, neighbor),
      vectors: new Float32Array(6),
      species: Int32Array.from({ length: 7 }, (_, i) => i),
      noise: Float32Array.of(0, 0, 0, 0, 0, 0, 0.3),
    });
    const { atoms, places, counts } = wantedAround(known, [withOne(0), withOne(2)], 4);
    expect(Array.from(atoms)).toEqual([6, 13, 0, 9, 1, 8, 10]);
    expect(Array.from(counts)).toEqual([4, 4, 7, 4, 2]);
    atoms.forEach((atom, row) => {
      expect(places[atom]).toBe(row);
    });
    expect(places.filter((row) => row < 0)).toHaveLength(14 - 7);
    expect(Array.from(wantedAround(known, [withOne(2)], 1).counts)).toEqual([2, 1]);
    expect(Array.from(wantedAround(known, [withOne(2)], 2).counts)).toEqual([2, 2, 1]);
  });
});

describe('atAtoms', () => {
  it('puts rows at their atoms, and 0 elsewhere', () => {
    const vectors = atAtoms(5, Int32Array.of(3, 1, 4), Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(Array.from(vectors)).toEqual([0, 0, 0, 4, 5, 6, 0, 0, 0, 1, 2, 3, 0, 0, 0]);
  });

  it('is the way back from the order of the wanted part', () => {
    holds((rng) => {
      const whole = randomGraph(rng);
      const { graph, wanted } = wantedPart(whole, 2);
      const rows = Float32Array.from({ length: 3 * wanted.counts[2] }, (_, k) => 1 + graph.species[Math.floor(k / 3)]);
      const expected = Array.from(whole.noise, (sigma, i) => (sigma === 0 ? [0, 0, 0] : [i + 1, i + 1, i + 1]));
      expect(Array.from(atAtoms(whole.noise.length, wanted.atoms, rows))).toEqual(expected.flat());
    }, 50);
  });
});

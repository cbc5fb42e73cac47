import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../../src/core/random';
import { type GraphConfig, graphLayout, pathsOf } from '../../../src/diffusion/graph/config';
import { type AtomGraph, atomGraph, type GraphEngine, type GraphTarget } from '../../../src/diffusion/graph/network';
import type { Structure } from '../../../src/structures';
import {
  holds,
  randomRotation,
  relativeError,
  toyConfig,
  toyGraph,
  toyNoise,
  toyParameters,
  toyStructure,
  toyTarget,
  turned,
} from './toy';

/** An engine of the network of a configuration. */
export type CreateGraphEngine = (config: GraphConfig) => GraphEngine;

/** What every implementation of the network obeys, whatever its parameters. */
export function describeGraphEngine(create: CreateGraphEngine): void {
  describe('a network of one layer', () => describeClosedForm(create));
  describe('a network of several layers', () => {
    const config = toyConfig();
    const using = (use: (engine: GraphEngine) => void): void => {
      const engine = create(config);
      try {
        use(engine);
      } finally {
        engine.dispose();
      }
    };
    describe('vectors', () => describeSymmetry(config, using));
    describe('vectors', () => describeContinuity(config, using));
    describe('vectors', () => describeCases(config, using));
    describe('loss', () => describeLoss(config, using));
  });
}

type Using = (use: (engine: GraphEngine) => void) => void;

function describeSymmetry(config: GraphConfig, using: Using): void {
  it('turn with the atoms, under rotations and reflections', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const graph = toyGraph(config, rng, 2 + rng.integer(6), rng.uniform() < 0.5);
        const Q = randomRotation(rng, rng.uniform() < 0.5);
        const [still, moved] = engine.predict(parameters, [graph, { ...graph, vectors: turned(graph.vectors, Q) }]);
        expect(relativeError(moved, turned(still, Q))).toBeLessThan(1e-4);
      }),
    );
  });

  it('are those of any translation of the atoms and of any periodic images of them', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const structure = toyStructure(rng, 5);
        const shift = [0, 1, 2].map(() => 10 * rng.normal());
        const positions = structure.positions.map((x, k) => x + shift[k % 3]);
        for (let i = 0; i < 5; i++) {
          for (let a = 0; a < 3; a++) {
            const count = rng.integer(5) - 2;
            for (let k = 0; k < 3; k++) positions[3 * i + k] += count * structure.lattice[3 * a + k];
          }
        }
        const noise = toyNoise(rng, 5);
        const [here, there] = engine.predict(parameters, [
          atomGraph(config, structure, noise),
          atomGraph(config, { ...structure, positions }, noise),
        ]);
        expect(relativeError(there, here)).toBeLessThan(1e-4);
      }),
    );
  });

  it('go with their atoms when those are numbered otherwise', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const structure = toyStructure(rng, 6);
        const noise = toyNoise(rng, 6);
        const order = [0, 1, 2, 3, 4, 5];
        rng.shuffle(order);
        const [first, second] = engine.predict(parameters, [
          atomGraph(config, structure, noise),
          atomGraph(
            config,
            reordered(structure, order),
            Float32Array.from(order, (i) => noise[i]),
          ),
        ]);
        const expected = order.flatMap((i) => Array.from(first.subarray(3 * i, 3 * i + 3)));
        expect(relativeError(second, expected)).toBeLessThan(1e-4);
      }),
    );
  });

  it('of a cell are those of its doubled supercell', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const structure = toyStructure(rng, 4);
        const noise = toyNoise(rng, 4);
        const [cell, supercell] = engine.predict(parameters, [
          atomGraph(config, structure, noise),
          atomGraph(config, doubled(structure, rng.integer(3)), Float32Array.of(...noise, ...noise)),
        ]);
        expect(relativeError(supercell, [...cell, ...cell])).toBeLessThan(1e-4);
      }),
    );
  });
}

function describeContinuity(config: GraphConfig, using: Using): void {
  /** Vectors where the last of five free atoms stands at `place` from the first. */
  const withLastAt = (engine: GraphEngine, rng: Rng): ((place: number[]) => Float32Array) => {
    const parameters = toyParameters(config, rng);
    const structure = toyStructure(rng, 5, false);
    const noise = toyNoise(rng, 5);
    return (place) => {
      const positions = structure.positions.slice();
      for (let k = 0; k < 3; k++) positions[12 + k] = positions[k] + place[k];
      return engine.predict(parameters, [atomGraph(config, { ...structure, positions }, noise)])[0];
    };
  };

  it('are finite where two atoms coincide, and change little about it whatever the direction', () => {
    using((engine) =>
      holds((rng) => {
        const vectors = withLastAt(engine, rng);
        const together = vectors([0, 0, 0]);
        expect(together.every(Number.isFinite)).toBe(true);
        const direction = [0, 1, 2].map(() => rng.normal());
        const apart = (length: number): number => relativeError(vectors(direction.map((x) => length * x)), together);
        // Linear in the distance, to a rounding error.
        expect(apart(1e-4)).toBeLessThan(0.02 * apart(1e-2) + 1e-5);
      }),
    );
  });

  it('do not jump where an atom crosses the cutoff', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const structure = toyStructure(rng, 5, false);
        const noise = toyNoise(rng, 5);
        const direction = randomRotation(rng).slice(0, 3);
        for (let k = 0; k < 3; k++) {
          structure.positions[12 + k] = structure.positions[k] + (config.cutoff - 1e-3) * direction[k];
        }
        const within = atomGraph(config, structure, noise);
        const beyond = atomGraph({ ...config, cutoff: config.cutoff - 2e-3 }, structure, noise);
        expect(beyond.senders.length).toBeLessThan(within.senders.length);
        const [before, after] = engine.predict(parameters, [within, beyond]);
        expect(relativeError(after, before)).toBeLessThan(1e-5);
      }),
    );
  });

  it('do not depend on atoms beyond as many cutoffs as layers, and do on those within', () => {
    using((engine) => {
      const rng = createRng(1);
      const parameters = toyParameters(config, rng);
      // A chain of atoms 0.6 cutoffs apart: two layers reach three atoms far.
      const chain = (last: number, bend: number): Float32Array => {
        const structure = toyStructure(createRng(2), last + 1, false);
        for (let i = 0; i <= last; i++) {
          structure.positions.set([0.6 * config.cutoff * i, i === last ? bend : 0.1 * i, 0], 3 * i);
        }
        return engine.predict(parameters, [atomGraph(config, structure, 0.1)])[0].slice(0, 3);
      };
      expect(config.layers).toBe(2);
      expect(relativeError(chain(3, 0.5), chain(3, -0.5))).toBeLessThan(1e-6);
      expect(relativeError(chain(2, 0.5), chain(2, -0.5))).toBeGreaterThan(1e-3);
    });
  });
}

function describeCases(config: GraphConfig, using: Using): void {
  it('of no graphs, of no atoms and of an atom without neighbors are none, none and 0', () => {
    using((engine) => {
      const rng = createRng(4);
      const parameters = toyParameters(config, rng);
      const none = toyTarget(config, rng, 0, false);
      const alone = { ...toyTarget(config, rng, 1, false), weights: Float32Array.of(1) };
      expect(engine.predict(parameters, [])).toEqual([]);
      expect(engine.predict(parameters, [none.graph])).toEqual([new Float32Array(0)]);
      const vectors = engine.predict(parameters, [none.graph, alone.graph, none.graph]);
      expect(vectors.map((v) => Array.from(v, Math.abs))).toEqual([[], [0, 0, 0], []]);
      for (const batch of [[], [none]]) {
        expect(engine.lossAndGradient(parameters, batch)).toEqual({
          loss: 0,
          gradient: new Float32Array(parameters.length),
        });
      }
      const { loss, gradient } = engine.lossAndGradient(parameters, [none, alone]);
      expect(loss).toBeCloseTo(Math.hypot(...alone.vectors) ** 2, 5);
      expect(gradient.every((g) => Math.abs(g) === 0)).toBe(true);
    });
  });

  it('of each graph of a batch are those of the graph alone', () => {
    using((engine) => {
      const rng = createRng(5);
      const parameters = toyParameters(config, rng);
      const graphs = [5, 2, 7].map((count) => toyGraph(config, rng, count));
      const together = engine.predict(parameters, graphs);
      graphs.forEach((graph, k) => {
        expect(relativeError(together[k], engine.predict(parameters, [graph])[0])).toBeLessThan(1e-5);
      });
    });
  });

  it('are the same bytes when computed again', () => {
    using((engine) => {
      const rng = createRng(6);
      const parameters = toyParameters(config, rng);
      const batch = [toyTarget(config, rng, 6), toyTarget(config, rng, 4)];
      const graphs = batch.map(({ graph }) => graph);
      expect(engine.predict(parameters, graphs)).toEqual(engine.predict(parameters, graphs));
      expect(engine.lossAndGradient(parameters, batch)).toEqual(engine.lossAndGradient(parameters, batch));
    });
  });

  it('are 0 at known atoms, and only there', () => {
    using((engine) =>
      holds((rng) => {
        const graph = toyGraph(config, rng, 8, true, rng.uniform());
        const [v] = engine.predict(toyParameters(config, rng), [graph]);
        graph.noise.forEach((sigma, i) => {
          expect(Math.hypot(...v.subarray(3 * i, 3 * i + 3)) === 0).toBe(sigma === 0);
        });
      }),
    );
  });

  it('tell known atoms, noise levels and species of neighbors apart', () => {
    using((engine) => {
      const rng = createRng(7);
      const parameters = toyParameters(config, rng);
      const graph = toyGraph(config, rng, 2, false);
      const pair = { ...graph, offsets: Int32Array.of(0, 1, 2), senders: Int32Array.of(1, 0) };
      const first = (change: Partial<AtomGraph>): Float32Array => {
        const vectors = Float32Array.of(1, 0.5, 0.2, -1, -0.5, -0.2);
        const noise = Float32Array.of(0.1, 0);
        const [v] = engine.predict(parameters, [{ ...pair, vectors, noise, species: Int32Array.of(0, 0), ...change }]);
        return v.slice(0, 3);
      };
      const usual = first({});
      expect(usual.every(Number.isFinite)).toBe(true);
      expect(relativeError(first({ noise: Float32Array.of(0.1, 0.02) }), usual)).toBeGreaterThan(1e-2);
      expect(relativeError(first({ noise: Float32Array.of(0.5, 0) }), usual)).toBeGreaterThan(1e-2);
      expect(relativeError(first({ species: Int32Array.of(0, 1) }), usual)).toBeGreaterThan(1e-2);
    });
  });
}

function describeLoss(config: GraphConfig, using: Using): void {
  const batchOf = (rng: Rng): GraphTarget[] => [toyTarget(config, rng, 5), toyTarget(config, rng, 3, false)];

  it('is the weighted sum of squared errors of the predicted vectors', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const batch = batchOf(rng);
        const expected = lossOf(engine, parameters, batch);
        expect(relativeError([engine.lossAndGradient(parameters, batch).loss], [expected])).toBeLessThan(1e-5);
      }),
    );
  });

  it('has a gradient by every block of parameters that finite differences confirm', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const batch = batchOf(rng);
        const { gradient } = engine.lossAndGradient(parameters, batch);
        for (const { name, rows, columns, offset } of graphLayout(config)) {
          const block = gradient.subarray(offset, offset + rows * columns);
          const norm = Math.hypot(...block);
          // Along the gradient, so that the slope stands out of rounding, and aside, so that its direction counts.
          const aside = Float32Array.from(block, () => (0.5 * rng.normal()) / Math.sqrt(block.length));
          const direction = new Float32Array(parameters.length);
          direction.set(
            block.map((g, k) => g / norm + aside[k]),
            offset,
          );
          const at = (step: number): number =>
            lossOf(
              engine,
              parameters.map((w, k) => w + step * direction[k]),
              batch,
            );
          const expected = direction.reduce((sum, d, k) => sum + d * gradient[k], 0);
          expect(relativeError([slope(at, expected)], [expected]), name).toBeLessThan(5e-3);
        }
      }, 1),
    );
  });

  it('and its gradient are sums over the graphs of a batch', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const batch = batchOf(rng);
        const together = engine.lossAndGradient(parameters, batch);
        const [first, second] = batch.map((target) => engine.lossAndGradient(parameters, [target]));
        expect(relativeError([together.loss], [first.loss + second.loss])).toBeLessThan(1e-5);
        const sum = first.gradient.map((g, k) => g + second.gradient[k]);
        expect(relativeError(together.gradient, sum)).toBeLessThan(1e-4);
      }),
    );
  });

  it('does not see the targets of atoms without weight', () => {
    using((engine) =>
      holds((rng) => {
        const parameters = toyParameters(config, rng);
        const target = toyTarget(config, rng, 6);
        const { weights } = target;
        const vectors = target.vectors.map((v, k) => (weights[Math.floor(k / 3)] === 0 ? v + rng.normal() : v));
        const changed = engine.lossAndGradient(parameters, [{ ...target, vectors }]);
        expect(changed).toEqual(engine.lossAndGradient(parameters, [target]));
      }),
    );
  });
}

/** The loss by its definition, from predicted vectors. */
function lossOf(engine: GraphEngine, parameters: Float32Array, batch: readonly GraphTarget[]): number {
  const graphs = batch.map(({ graph }) => graph);
  let loss = 0;
  for (const [g, predicted] of engine.predict(parameters, graphs).entries()) {
    const { vectors, weights } = batch[g];
    predicted.forEach((v, k) => {
      loss += weights[Math.floor(k / 3)] * (v - vectors[k]) ** 2;
    });
  }
  return loss;
}

/** Derivative at 0 to fourth order, by steps that change f by little, but by more than it is rounded. */
function slope(f: (step: number) => number, expected: number): number {
  const h = Math.min(0.02, (0.004 * f(0)) / Math.abs(expected));
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

function reordered(structure: Structure, order: number[]): Structure {
  return {
    ...structure,
    species: order.map((i) => structure.species[i]),
    positions: Float64Array.from(order.flatMap((i) => Array.from(structure.positions.subarray(3 * i, 3 * i + 3)))),
  };
}

function doubled(structure: Structure, axis: number): Structure {
  const { lattice, positions, species } = structure;
  const copy = positions.map((x, k) => x + lattice[3 * axis + (k % 3)]);
  return {
    ...structure,
    lattice: lattice.map((x, k) => (Math.floor(k / 3) === axis ? 2 * x : x)),
    species: [...species, ...species],
    positions: Float64Array.of(...positions, ...copy),
  };
}

/** A network of one layer whose gates are 0, and its vector for one edge in closed form. */
function describeClosedForm(create: CreateGraphEngine): void {
  it('sends along one edge what the equations say, where gates are 0', () => {
    const config = toyConfig({ layers: 1 });
    const parameters = toyParameters(config, createRng(8));
    const blocks = Object.fromEntries(
      graphLayout(config).map(({ name, rows, columns, offset }) => [
        name,
        parameters.subarray(offset, offset + rows * columns),
      ]),
    );
    blocks['0.gates'].fill(0);
    blocks['0.gateBias'].fill(0);
    // The first atom hears the second, which is known and hears nothing.
    const graph: AtomGraph = {
      offsets: Int32Array.of(0, 1, 1),
      senders: Int32Array.of(1),
      vectors: Float32Array.of(0.9, -0.6, 1.2),
      species: Int32Array.of(0, 1),
      noise: Float32Array.of(0.3, 0),
    };
    const { channels: F, cutoff, neighbors, noiseLevels } = config;
    const paths = pathsOf(0);
    const p = paths.findIndex((path) => String(path) === '0,1,1');
    const d = Math.hypot(...graph.vectors);
    const u = d / cutoff;
    const envelope = 1 - 28 * u ** 6 + 48 * u ** 7 - 21 * u ** 8;
    let size = 0;
    for (let f = 0; f < F; f++) {
      let filter = 0;
      for (let k = 0; k < config.radial; k++) {
        const wave = Math.SQRT2 * Math.sin((k + 1) * Math.PI * u) * envelope;
        filter += wave * blocks['0.radial'][(k * paths.length + p) * F + f];
      }
      let sent = 0;
      for (let e = 0; e < F; e++) {
        sent += (blocks.embedding[F + e] + blocks.noise[noiseLevels * F + e]) * blocks['0.mix0'][e * F + f];
      }
      size += (filter * sent * blocks.output[f]) / Math.sqrt(neighbors);
    }
    const expected = [...Array.from(graph.vectors, (x) => (Math.sqrt(3) * size * x) / d), 0, 0, 0];
    const engine = create(config);
    expect(relativeError(engine.predict(parameters, [graph])[0], expected)).toBeLessThan(1e-5);
    engine.dispose();
  });
}

import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { displaced } from '../../../src/model/diffusion/examples';
import { graphConfig, initialGraphParameters } from '../../../src/model/graph/config';
import { FusedGraph } from '../../../src/model/graph/fused';
import { atomCount, readCells } from '../../../src/structures';
import { describeGraphEngine } from './laws';
import { toyConfig, toyParameters, toyTarget } from './toy';

describe('fused engine', () => {
  describeGraphEngine((config) => new FusedGraph(config, 1));

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

  it('starts with vectors of ordinary size on a cell, however noisy', () => {
    const [cell] = readCells();
    const config = graphConfig();
    const parameters = initialGraphParameters(config, 1);
    const engine = new FusedGraph(config, 1);
    for (const sigma of [0, 0.3, 1]) {
      const noise = new Float32Array(atomCount(cell)).fill(sigma);
      const [vectors] = engine.predict(parameters, [displaced(config, cell, noise, createRng(1)).graph]);
      const size = Math.sqrt(vectors.reduce((sum, x) => sum + x * x, 0) / vectors.length);
      expect(size).toBeGreaterThan(0.01);
      expect(size).toBeLessThan(10);
    }
    engine.dispose();
  });
});

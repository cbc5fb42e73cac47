import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { adamStep, initialState } from '../../../src/model/engines/adam';
import type { Engine, LossConfig, NetworkConfig } from '../../../src/model/engines/engine';
import { gramVectors } from '../../../src/motifs/gram';
import { GramNormalizer } from '../../../src/motifs/normalizer';
import { numericalGradient, oracleDecode, oracleEncode, oracleGradient, oracleGrams, oracleLoss } from '../oracle';
import { toyEnvironments, toyNetwork } from '../toy';
import { drawBatch } from './streams';

const cases: [string, Partial<NetworkConfig>, LossConfig][] = [
  ['Gram decoder', {}, { head: 'gram', beta: 0.3 }],
  ['Gram decoder, plain autoencoder', { variational: false }, { head: 'gram', beta: 0.3 }],
  ['Gram decoder, one hidden layer', { hidden: [6] }, { head: 'gram', beta: 1 }],
  ['no hidden layer, one neighbor', { atoms: 1, hidden: [], latent: 1 }, { head: 'gram', beta: 0.1 }],
  ['Cartesian decoder through its Gram matrix', { decoder: 'cartesian' }, { head: 'gram', beta: 0.3 }],
  ['Cartesian decoder, synchronized', { decoder: 'cartesian', atoms: 4 }, { head: 'synchronized', beta: 0.3 }],
];

/** Largest difference over the largest expected value. */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  expect(found.length).toBe(expected.length);
  return difference / largest;
}

/** The tests of the contract in engine.ts that every engine must pass; call it at the top of a test file. */
export function testEngine(engine: Engine): void {
  describe(`${engine.name} engine`, () => {
    for (const [name, changes, loss] of cases) {
      it(`${name}: loss and gradient agree with finite differences in double precision`, () => {
        const { network, batch } = toyNetwork(changes);
        const { gradient, ...value } = engine.lossAndGradient(network, batch, loss);
        const expected = oracleLoss(network, Float64Array.from(network.parameters), batch, loss);
        expect(value.loss).toBeCloseTo(expected.loss, 4);
        expect(value.reconstruction).toBeCloseTo(expected.reconstruction, 4);
        expect(value.kl).toBeCloseTo(expected.kl, 4);
        expect(relativeError(gradient, oracleGradient(network, batch, loss))).toBeLessThan(2e-5);
        const again = engine.evaluate(network, batch, loss);
        expect(again.loss).toBeCloseTo(value.loss, 5);
        expect(again.kl).toBeCloseTo(value.kl, 5);
      });
    }

    it('evaluates batches of any size as it does with the gradient', () => {
      const { network } = toyNetwork({});
      const loss = { head: 'gram', beta: 0.3 } as const;
      for (const size of [1, 17, 300, 1000]) {
        const positions = Float32Array.from(toyEnvironments(size, 3, size).positions);
        const { gradient: _, ...value } = engine.lossAndGradient(network, { size, positions }, loss);
        const alone = engine.evaluate(network, { size, positions }, loss);
        expect(alone.loss).toBeCloseTo(value.loss, 4);
        expect(alone.kl).toBeCloseTo(value.kl, 5);
      }
    });

    it('encodes and decodes as the plain forward pass', () => {
      const { network } = toyNetwork({ decoder: 'cartesian' });
      const parameters = Float64Array.from(network.parameters);
      const grams = Array.from({ length: 6 }, (_, k) => Math.sin(k + 1));
      const { mean, logVariance } = engine.encode(network, Float32Array.from([...grams, ...grams]));
      const expected = oracleEncode(network, parameters, grams);
      expect(relativeError(mean, [...expected.mean, ...expected.mean])).toBeLessThan(1e-6);
      expect(relativeError(logVariance, [...expected.logVariance, ...expected.logVariance])).toBeLessThan(1e-6);
      const output = engine.decode(network, Float32Array.from([0.3, -0.7]));
      expect(relativeError(output, oracleDecode(network, parameters, [0.3, -0.7]))).toBeLessThan(1e-6);
    });

    it('KL in closed form agrees with Monte Carlo', () => {
      const { network, batch } = toyNetwork({});
      const { kl } = engine.evaluate(network, batch, { head: 'gram', beta: 1 });
      const parameters = Float64Array.from(network.parameters);
      const rng = createRng(5);
      const draws = 40_000;
      const raw = gramVectors({ n: 3, length: batch.size, positions: Float64Array.from(batch.positions) });
      const grams = new GramNormalizer(3, network.normalization).normalize(raw);
      const posteriors = Array.from({ length: batch.size }, (_, s) =>
        oracleEncode(network, parameters, Array.from(grams.subarray(6 * s, 6 * s + 6))),
      );
      let sum = 0;
      let squares = 0;
      for (let d = 0; d < draws; d++) {
        let term = 0;
        for (const { mean, logVariance } of posteriors) {
          for (let k = 0; k < mean.length; k++) {
            const noise = rng.normal();
            const z = mean[k] + Math.exp(logVariance[k] / 2) * noise;
            term += (0.5 * (z * z - noise * noise) - 0.5 * logVariance[k]) / batch.size;
          }
        }
        sum += term;
        squares += term * term;
      }
      const estimate = sum / draws;
      const error = Math.sqrt((squares / draws - estimate ** 2) / draws);
      expect(Math.abs(kl - estimate)).toBeLessThan(4 * error);
    });

    for (const decoder of ['gram', 'cartesian'] as const) {
      it(`descends with a ${decoder} decoder as Adam with finite differences in double precision does`, () => {
        const { network } = toyNetwork({ decoder });
        const { z, targets, weights } = infillingCase();
        const parameters = Float64Array.from(network.parameters);
        for (const steps of [0, 1, 20]) {
          const options = { steps, learningRate: 0.05, prior: 0.4 };
          const found = engine.descend(network, z, targets, weights, options);
          for (const row of [0, 1, 2]) {
            const objective = (latent: Float64Array): number => {
              const grams = oracleGrams(network, oracleDecode(network, parameters, Array.from(latent)));
              const misfit = grams.reduce(
                (sum, g, k) => sum + weights[6 * row + k] * (g - targets[6 * row + k]) ** 2,
                0,
              );
              return misfit + 0.2 * latent.reduce((sum, x) => sum + x * x, 0);
            };
            const state = initialState(z.slice(2 * row, 2 * row + 2));
            let lowest = Infinity;
            for (let step = 0; step <= steps; step++) {
              const at = Float64Array.from(state.parameters);
              lowest = Math.min(lowest, objective(at));
              adamStep(state, Float32Array.from(numericalGradient(objective, at)), options.learningRate);
            }
            expect(Math.abs(found.objective[row] / lowest - 1)).toBeLessThan(1e-4);
            expect(objective(Float64Array.from(found.latents.subarray(2 * row, 2 * row + 2)))).toBeCloseTo(lowest, 4);
          }
        }
      });
    }

    it('descends each row on its own, never ending above its start', () => {
      const { network } = toyNetwork({});
      const { z, targets, weights } = infillingCase();
      const options = { steps: 60, learningRate: 0.05, prior: 0.1 };
      const start = engine.descend(network, z, targets, weights, { ...options, steps: 0 }).objective;
      const { latents, objective } = engine.descend(network, z, targets, weights, options);
      const end = engine.descend(network, latents, targets, weights, { ...options, steps: 0 }).objective;
      for (const row of [0, 1, 2]) {
        expect(objective[row]).toBeLessThan(start[row]);
        expect(end[row]).toBeCloseTo(objective[row], 5);
        const alone = engine.descend(
          network,
          z.slice(2 * row, 2 * row + 2),
          targets.slice(6 * row, 6 * row + 6),
          weights.slice(6 * row, 6 * row + 6),
          options,
        );
        expect(alone.objective[0]).toBeCloseTo(objective[row], 5);
      }
      const none = engine.descend(network, z, targets, weights, { ...options, steps: 0 });
      expect(none.latents).toEqual(z);
    });

    it('a session draws its batches from the streams', async () => {
      const { network } = toyNetwork({ atoms: 5 });
      const environments = toyEnvironments(20, 5, 3);
      const positions = Float32Array.from(environments.positions);
      const options = { batchSize: 7, runs: [4, 5], seed: 9, loss: { head: 'gram', beta: 0.1 } } as const;
      const session = engine.createSession(network, positions, options);
      const { loss } = await session.run([1e-3]);
      const draws = drawBatch({ seed: 9, length: 20, atoms: 5, runs: [4, 5], latent: 2 }, 0, 7);
      const batch = new Float32Array(7 * 15);
      draws.permutations.forEach((old, k) => {
        const from = 15 * draws.rows[Math.floor(k / 5)] + 3 * old;
        batch.set(positions.subarray(from, from + 3), 3 * k);
      });
      const expected = engine.evaluate(network, { size: 7, positions: batch, noise: draws.noise }, options.loss);
      expect(loss).toBeCloseTo(expected.loss, 4);

      expect(session.snapshot().step).toBe(1);
      session.dispose();
    });

    it('a session stops at the step whose loss is not finite, keeping the weights before it', async () => {
      const { network } = toyNetwork({});
      const positions = Float32Array.from(toyEnvironments(20, 3, 3).positions);
      const options = { batchSize: 4, runs: [], seed: 1, loss: { head: 'gram', beta: 1 } } as const;
      const session = engine.createSession(network, positions, options);
      const result = await session.run([1e-3, 1e20, 1e-3, 1e-3]);
      expect(result.failedAt).toBe(2);
      expect(session.snapshot().step).toBe(2);
      session.dispose();
    });
  });
}

function infillingCase() {
  const rng = createRng(8);
  return {
    z: Float32Array.from({ length: 6 }, () => rng.normal()),
    targets: Float32Array.from({ length: 18 }, () => rng.normal()),
    weights: Float32Array.from({ length: 18 }, (_, k) => (k % 3 === 0 ? 0 : 1)),
  };
}

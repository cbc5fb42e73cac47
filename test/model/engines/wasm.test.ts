import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import type { Batch, LossConfig, NetworkConfig, VaeNetwork } from '../../../src/model/engines/engine';
import { createEngine } from '../../../src/model/engines/wasm';
import { initialParameters } from '../../../src/model/parameters';
import { gramSize, gramVectors } from '../../../src/motifs/gram';
import { GramNormalizer } from '../../../src/motifs/normalizer';
import { numericalGradient, oracleDecode, oracleEncode, oracleGradient, oracleLoss } from '../oracle';
import { toyEnvironments, toyNetwork } from '../toy';
import { createTensorFlowEngine } from './tensorflow';

const engine = createEngine();

/** Largest difference over the largest expected value. */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    // The first condition makes NaN count.
    if (!(Math.abs(found[i] - expected[i]) <= difference)) difference = Math.abs(found[i] - expected[i]);
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

function randomCase(config: NetworkConfig, size: number, seed: number): { network: VaeNetwork; batch: Batch } {
  const environments = toyEnvironments(Math.max(size, 3), config.atoms, seed);
  const rng = createRng(seed + 100);
  const parameters = initialParameters(config, seed).map((w) => w + 0.1 * rng.normal());
  const { normalization } = GramNormalizer.fit(gramVectors(environments), config.atoms);
  const positions = Float32Array.from(environments.positions.subarray(0, 3 * config.atoms * size));
  const batch: Batch = { size, positions };
  if (config.variational) batch.noise = Float32Array.from({ length: size * config.latent }, () => rng.normal());
  return { network: { config, parameters, normalization }, batch };
}

const networks = fc.record<NetworkConfig>({
  atoms: fc.integer({ min: 2, max: 9 }),
  hidden: fc.array(fc.integer({ min: 1, max: 13 }), { maxLength: 3 }),
  latent: fc.integer({ min: 1, max: 5 }),
  decoder: fc.constantFrom('gram', 'cartesian'),
  variational: fc.boolean(),
  activation: fc.constant<'tanh'>('tanh'),
});

function headOf(config: NetworkConfig, synchronized: boolean): LossConfig['head'] {
  return synchronized && config.decoder === 'cartesian' ? 'synchronized' : 'gram';
}

describe('wasm engine', () => {
  it('is made once, and says in one line what it runs on', () => {
    expect(createEngine()).toBe(engine);
    expect(engine.description).toMatch(/^WebAssembly engine: .*SIMD[^\n]*$/);
  });

  it('property: the loss and its slope in random directions agree with double precision, any sizes and batch', () => {
    fc.assert(
      fc.property(networks, fc.integer({ min: 1, max: 50 }), fc.boolean(), fc.nat(1000), (config, size, sync, seed) => {
        const { network, batch } = randomCase(config, size, seed);
        const loss: LossConfig = { head: headOf(config, sync), beta: 0.4 };
        const { gradient, ...value } = engine.lossAndGradient(network, batch, loss);
        const at = Float64Array.from(network.parameters);
        const expected = oracleLoss(network, at, batch, loss);
        expect(Math.abs(value.loss / expected.loss - 1)).toBeLessThan(1e-5);
        expect(Math.abs(value.reconstruction / expected.reconstruction - 1)).toBeLessThan(1e-5);
        expect(Math.abs(value.kl - expected.kl)).toBeLessThan(1e-5 * expected.loss);
        expect(engine.evaluate(network, batch, loss)).toEqual(value);
        const length = Math.hypot(...gradient);
        const rng = createRng(seed);
        for (let k = 0; k < 3; k++) {
          const direction = Array.from(gradient, () => rng.normal() / Math.sqrt(gradient.length));
          const along = (t: Float64Array) =>
            oracleLoss(
              network,
              at.map((p, i) => p + t[0] * direction[i]),
              batch,
              loss,
            ).loss;
          const slope = numericalGradient(along, Float64Array.of(0))[0];
          const found = direction.reduce((sum, d, i) => sum + d * gradient[i], 0);
          expect(Math.abs(found - slope)).toBeLessThan(1e-5 * length);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  const cases: [string, Partial<NetworkConfig>, LossConfig][] = [
    ['Gram decoder', {}, { head: 'gram', beta: 0.3 }],
    ['plain autoencoder', { variational: false }, { head: 'gram', beta: 0.3 }],
    ['one hidden layer', { hidden: [6] }, { head: 'gram', beta: 1 }],
    ['no hidden layer, one neighbor', { atoms: 1, hidden: [], latent: 1 }, { head: 'gram', beta: 0.1 }],
    ['Cartesian decoder through its Gram matrix', { decoder: 'cartesian' }, { head: 'gram', beta: 0.3 }],
    ['Cartesian decoder, synchronized', { decoder: 'cartesian', atoms: 4 }, { head: 'synchronized', beta: 0.3 }],
    [
      'synchronized with two neighbors, whose correlation matrix is singular',
      { decoder: 'cartesian', atoms: 2 },
      { head: 'synchronized', beta: 0.3 },
    ],
    [
      'synchronized with one neighbor, whose correlation matrix is of rank one',
      { decoder: 'cartesian', atoms: 1 },
      { head: 'synchronized', beta: 0.3 },
    ],
  ];
  for (const [name, changes, loss] of cases) {
    it(`${name}: every derivative agrees with finite differences in double precision`, () => {
      const { network, batch } = toyNetwork(changes);
      const { gradient } = engine.lossAndGradient(network, batch, loss);
      expect(relativeError(gradient, oracleGradient(network, batch, loss))).toBeLessThan(1e-5);
    });
  }

  for (const [decoder, head] of [
    ['gram', 'gram'],
    ['cartesian', 'gram'],
    ['cartesian', 'synchronized'],
  ] as const) {
    it(`the talk's network, ${decoder} decoder, ${head} loss: as the TensorFlow engine`, () => {
      const config: NetworkConfig = {
        ...{ atoms: 8, hidden: [28, 18], latent: 8, decoder, variational: true, activation: 'tanh' },
      };
      const { network, batch } = randomCase(config, 300, 4);
      const expected = createTensorFlowEngine().lossAndGradient(network, batch, { head, beta: 0.2 });
      const found = engine.lossAndGradient(network, batch, { head, beta: 0.2 });
      expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(found.kl / expected.kl - 1)).toBeLessThan(1e-5);
      expect(relativeError(found.gradient, expected.gradient)).toBeLessThan(1e-5);
    });
  }

  it('decodes the mean where no noise is given', () => {
    const { network, batch } = toyNetwork({});
    const still: Batch = { size: batch.size, positions: batch.positions };
    const expected = oracleLoss(network, Float64Array.from(network.parameters), still, { head: 'gram', beta: 1 });
    expect(engine.evaluate(network, still, { head: 'gram', beta: 1 }).loss).toBeCloseTo(expected.loss, 4);
  });

  it('property: encodes and decodes as the plain forward pass', () => {
    fc.assert(
      fc.property(networks, fc.integer({ min: 1, max: 40 }), fc.nat(1000), (config, size, seed) => {
        const { network } = randomCase(config, 1, seed);
        const parameters = Float64Array.from(network.parameters);
        const rng = createRng(seed);
        const width = gramSize(config.atoms);
        const grams = Float32Array.from({ length: size * width }, () => rng.normal());
        const latents = Float32Array.from({ length: size * config.latent }, () => rng.normal());
        const found = engine.encode(network, grams);
        const expected = { mean: [] as number[], logVariance: [] as number[], output: [] as number[] };
        for (let s = 0; s < size; s++) {
          const row = oracleEncode(network, parameters, Array.from(grams.subarray(s * width, (s + 1) * width)));
          expected.mean.push(...row.mean);
          expected.logVariance.push(...row.logVariance);
          const z = Array.from(latents.subarray(s * config.latent, (s + 1) * config.latent));
          expected.output.push(...oracleDecode(network, parameters, z));
        }
        expect(relativeError(found.mean, expected.mean)).toBeLessThan(5e-6);
        if (config.variational) expect(relativeError(found.logVariance, expected.logVariance)).toBeLessThan(5e-6);
        else expect(found.logVariance.every((v) => v === 0)).toBe(true);
        expect(relativeError(engine.decode(network, latents), expected.output)).toBeLessThan(5e-6);
      }),
      { seed: 2, numRuns: 30 },
    );
  });

  it('works through more rows than it sends to the kernels at a time, each by itself', () => {
    const { network } = toyNetwork({});
    const rng = createRng(1);
    const latents = Float32Array.from({ length: 2 * 9000 }, () => rng.normal());
    const all = engine.decode(network, latents);
    expect(all.slice(-6)).toEqual(engine.decode(network, latents.slice(-2)));
    expect(engine.encode(network, all).mean.slice(-2)).toEqual(engine.encode(network, all.slice(-6)).mean);
  });
});

describe('wasm engine, infilling', () => {
  function infillingCase(config: Partial<NetworkConfig>, count: number) {
    const { network } = toyNetwork(config);
    const rng = createRng(8);
    const draws = (length: number) => Float32Array.from({ length }, () => rng.normal());
    const weights = Float32Array.from({ length: 6 * count }, (_, k) => (k % 3 === 0 ? 0 : 1 + (k % 2)));
    return { network, z: draws(2 * count), targets: draws(6 * count), weights };
  }

  it.each(['gram', 'cartesian'] as const)(
    'descends as the TensorFlow engine does, each row on its own (%s)',
    (decoder) => {
      const { network, z, targets, weights } = infillingCase({ decoder }, 19);
      const options = { steps: 40, learningRate: 0.05, prior: 0.1 };
      const found = engine.descend(network, z, targets, weights, options);
      const expected = createTensorFlowEngine().descend(network, z, targets, weights, options);
      expect(relativeError(found.objective, expected.objective)).toBeLessThan(1e-5);
      expect(relativeError(found.latents, expected.latents)).toBeLessThan(1e-3);
      const last = engine.descend(network, z.slice(-2), targets.slice(-6), weights.slice(-6), options);
      expect(last.objective[0]).toBe(found.objective[18]);
      expect(engine.descend(network, z, targets, weights, { ...options, steps: 0 }).latents).toEqual(z);
    },
  );
});

import { createRng } from '../../src/core/random';
import type { Batch, NetworkConfig, VaeNetwork } from '../../src/model/engines/engine';
import { initialParameters } from '../../src/model/parameters';
import { gramVectors } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { madeMotifs } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';

/** M random environments of n neighbors at about 2.4 Å, sorted by distance. */
export function toyEnvironments(length: number, count: number, seed: number): Motifs {
  const rng = createRng(seed);
  const positions = new Float64Array(3 * count * length);
  for (let m = 0; m < length; m++) {
    const points = Array.from({ length: count }, () => [0, 1, 2].map(() => 1.4 * rng.normal()));
    points.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
    positions.set(points.flat(), 3 * count * m);
  }
  return madeMotifs({ n: count, length, positions }, 'Si');
}

export const toyConfig: NetworkConfig = {
  atoms: 3,
  hidden: [5, 4],
  latent: 2,
  decoder: 'gram',
  variational: true,
  activation: 'tanh',
};

/** A small network with random weights and biases, and a batch for it. */
export function toyNetwork(changes: Partial<NetworkConfig>, seed = 1): { network: VaeNetwork; batch: Batch } {
  const config = { ...toyConfig, ...changes };
  const environments = toyEnvironments(6, config.atoms, seed);
  const rng = createRng(seed + 100);
  const parameters = initialParameters(config, seed).map((w) => w + 0.1 * rng.normal());
  const { normalization } = GramNormalizer.fit(gramVectors(environments), config.atoms);
  const noise = Float32Array.from({ length: 6 * config.latent }, () => rng.normal());
  const batch: Batch = { size: 6, positions: Float32Array.from(environments.positions) };
  if (config.variational) batch.noise = noise;
  return { network: { config, parameters, normalization }, batch };
}

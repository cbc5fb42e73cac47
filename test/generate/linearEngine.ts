import type { Engine, VaeNetwork } from '../../src/model/engines/engine';
import { gramSize, gramVector } from '../../src/motifs/gram';
import { coordinateScale, GramNormalizer } from '../../src/motifs/normalizer';

/** A linear model: out(z) = bias + Σ z_l rows[l], in network units; encoding is a matrix of its own. */
export interface LinearModel {
  /** Output at z = 0. */
  bias: ArrayLike<number>;
  /** One row for each latent. */
  rows: ArrayLike<number>[];
  /** One row of P for each latent. */
  encoder: ArrayLike<number>[];
}

/**
 * An engine whose network is a {@link LinearModel}, so that answers are known in closed form. Descends by gradient with
 * a step that grows on success and shrinks on failure; parameters are not looked at.
 */
export function linearEngine(model: LinearModel): Engine {
  const latentSize = model.rows.length;
  const output = (z: ArrayLike<number>): Float64Array =>
    Float64Array.from(model.bias, (b, k) => model.rows.reduce((sum, row, l) => sum + z[l] * row[k], b));

  /** Normalized Gram entries at z. */
  function grams(network: VaeNetwork, z: ArrayLike<number>): Float64Array {
    const out = output(z);
    if (network.config.decoder === 'gram') return out;
    const scale = coordinateScale(network.normalization);
    const normalizer = new GramNormalizer(network.config.atoms, network.normalization);
    return normalizer.normalize(
      gramVector(
        out.map((c) => scale * c),
        network.config.atoms,
      ),
    );
  }
  function objective(network: VaeNetwork, z: Float64Array, t: Float32Array, w: Float32Array, prior: number): number {
    const misfit = grams(network, z).reduce((sum, g, k) => sum + w[k] * (g - t[k]) ** 2, 0);
    return misfit + (prior / 2) * z.reduce((sum, c) => sum + c * c, 0);
  }
  function gradient(
    network: VaeNetwork,
    z: Float64Array,
    t: Float32Array,
    w: Float32Array,
    prior: number,
  ): Float64Array {
    // The objective is a polynomial of degree 4 at most: central differences are good to 1e-8 here.
    return z.map((_, l) => {
      const [up, down] = [1e-4, -1e-4].map((h) => z.map((c, k) => (k === l ? c + h : c)));
      return (objective(network, up, t, w, prior) - objective(network, down, t, w, prior)) / 2e-4;
    });
  }
  const descend: Engine['descend'] = (network, starts, targets, weights, { steps, prior }) => {
    const rows = starts.length / latentSize;
    const size = targets.length / rows;
    const result = { latents: starts.slice(), objective: new Float32Array(rows) };
    for (let r = 0; r < rows; r++) {
      const [t, w] = [targets, weights].map((all) => all.subarray(r * size, (r + 1) * size));
      let z = Float64Array.from(starts.subarray(r * latentSize, (r + 1) * latentSize));
      let best = objective(network, z, t, w, prior);
      for (let step = 0, rate = 0.1; step < steps && rate > 1e-14; step++) {
        const slope = gradient(network, z, t, w, prior);
        const next = z.map((c, l) => c - rate * slope[l]);
        const value = objective(network, next, t, w, prior);
        rate *= value < best ? 1.5 : 0.4;
        if (value < best) [best, z] = [value, next];
      }
      result.latents.set(z, r * latentSize);
      result.objective[r] = best;
    }
    return result;
  };
  const absent = (): never => {
    throw new Error('not part of this engine');
  };
  return {
    name: 'linear',
    description: 'linear, for tests',
    encode: (network, normalized) => {
      const size = gramSize(network.config.atoms);
      const count = normalized.length / size;
      const mean = Float32Array.from({ length: count * latentSize }, (_, k) => {
        const gram = normalized.subarray(Math.floor(k / latentSize) * size);
        return Array.from(model.encoder[k % latentSize]).reduce((sum, e, i) => sum + e * gram[i], 0);
      });
      return { mean, logVariance: new Float32Array(mean.length) };
    },
    decode: (_, latents) => {
      const all: number[] = [];
      for (let m = 0; m < latents.length; m += latentSize) all.push(...output(latents.subarray(m, m + latentSize)));
      return Float32Array.from(all);
    },
    descend,
    lossAndGradient: absent,
    evaluate: absent,
    createSession: absent,
  };
}

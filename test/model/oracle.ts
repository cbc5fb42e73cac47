import { SingularValueDecomposition } from 'ml-matrix';
import type { Batch, LossConfig, LossValue, VaeNetwork } from '../../src/model/engines/engine';
import { coordinateScale } from '../../src/motifs/normalizer';

/**
 * The contract's loss, written plainly in double precision and sharing no code with the engines. The synchronized loss
 * is the minimum itself, ‖X‖² + ‖X'‖² − 2 Σ singular values of X'ᵀX, so its finite differences include the motion of Q.
 */
export function oracleLoss(network: VaeNetwork, parameters: Float64Array, batch: Batch, loss: LossConfig): LossValue {
  const n = network.config.atoms;
  const { latent } = network.config;
  let reconstruction = 0;
  let kl = 0;
  for (let s = 0; s < batch.size; s++) {
    const x = Array.from(batch.positions.subarray(3 * n * s, 3 * n * (s + 1)));
    const grams = normalizedGram(network, x);
    const { mean, logVariance } = oracleEncode(network, parameters, grams);
    const z = mean.map((m, k) => (batch.noise ? m + Math.exp(logVariance[k] / 2) * batch.noise[s * latent + k] : m));
    const output = oracleDecode(network, parameters, z);
    reconstruction +=
      loss.head === 'synchronized'
        ? synchronizedError(network, x, output)
        : squares(oracleGrams(network, output), grams);
    if (network.config.variational) {
      mean.forEach((m, k) => {
        kl += 0.5 * (Math.exp(logVariance[k]) + m * m - 1 - logVariance[k]);
      });
    }
  }
  reconstruction /= batch.size;
  kl /= batch.size;
  return { loss: reconstruction + loss.beta * kl, reconstruction, kl };
}

/** Central differences of {@link oracleLoss} by every parameter. */
export function oracleGradient(network: VaeNetwork, batch: Batch, loss: LossConfig): Float64Array {
  const at = Float64Array.from(network.parameters);
  return numericalGradient((p) => oracleLoss(network, p, batch, loss).loss, at);
}

export function numericalGradient(f: (x: Float64Array) => number, at: Float64Array, h = 1e-5): Float64Array {
  return at.map((_, i) => {
    const shifted = (by: number): number => f(at.map((x, j) => (j === i ? x + by : x)));
    return (shifted(h) - shifted(-h)) / (2 * h);
  });
}

/** Posterior of one row of normalized Gram entries. */
export function oracleEncode(
  network: VaeNetwork,
  parameters: Float64Array,
  grams: number[],
): { mean: number[]; logVariance: number[] } {
  const { hidden, latent, variational } = network.config;
  const reader = parameterReader(parameters);
  let row = grams;
  for (const size of hidden) row = reader(row, size).map(Math.tanh);
  const mean = reader(row, latent);
  const logVariance = variational ? reader(row, latent) : mean.map(() => 0);
  return { mean, logVariance };
}

/** Output of one latent row, in network units. */
export function oracleDecode(network: VaeNetwork, parameters: Float64Array, z: number[]): number[] {
  const { atoms: n, hidden, latent, variational, decoder } = network.config;
  let skipped = 0;
  const encoder = [(n * (n + 1)) / 2, ...hidden];
  for (let k = 1; k < encoder.length; k++) skipped += (encoder[k - 1] + 1) * encoder[k];
  skipped += (variational ? 2 : 1) * (encoder[encoder.length - 1] + 1) * latent;
  const reader = parameterReader(parameters.subarray(skipped));
  let row = z;
  for (const size of [...hidden].reverse()) row = reader(row, size).map(Math.tanh);
  return reader(row, decoder === 'gram' ? (n * (n + 1)) / 2 : 3 * n);
}

/** Normalized Gram entries of an output row. */
export function oracleGrams(network: VaeNetwork, output: number[]): number[] {
  if (network.config.decoder === 'gram') return output;
  const scale = coordinateScale(network.normalization);
  return normalizedGram(
    network,
    output.map((x) => scale * x),
  );
}

function parameterReader(parameters: Float64Array): (row: number[], size: number) => number[] {
  let offset = 0;
  return (row, size) => {
    const start = offset;
    const bias = start + row.length * size;
    offset = bias + size;
    return Array.from({ length: size }, (_, j) =>
      row.reduce((sum, x, i) => sum + x * parameters[start + i * size + j], parameters[bias + j]),
    );
  };
}

function normalizedGram(network: VaeNetwork, x: number[]): number[] {
  const n = network.config.atoms;
  const { meanDiagonal, deviationDiagonal, meanOffDiagonal, deviationOffDiagonal } = network.normalization;
  const grams: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const g = x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
      grams.push(i === j ? (g - meanDiagonal) / deviationDiagonal : (g - meanOffDiagonal) / deviationOffDiagonal);
    }
  }
  return grams;
}

function synchronizedError(network: VaeNetwork, x: number[], output: number[]): number {
  const scale = coordinateScale(network.normalization);
  const covariance = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => {
      let sum = 0;
      for (let k = 0; k < x.length; k += 3) sum += (output[k + i] * x[k + j]) / scale;
      return sum;
    }),
  );
  const nuclear = new SingularValueDecomposition(covariance).diagonal.reduce((sum, s) => sum + s, 0);
  return squares(x.map((v) => v / scale)) + squares(output) - 2 * nuclear;
}

function squares(a: number[], b?: number[]): number {
  return a.reduce((sum, x, i) => sum + (x - (b ? b[i] : 0)) ** 2, 0);
}

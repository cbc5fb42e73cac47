import { requireKnownOptions } from '../core/errors';
import { createRng, type Rng } from '../core/random';
import { gramVectors } from '../motifs/gram';
import type { Motifs } from '../motifs/types';
import { samplePosterior } from './latents';
import { type RowPairs, RowScale } from './rows';
import type { LatentPrior } from './savedModel';
import { type EpochReport, type TrainingData, type TrainOptions, trainVae } from './train';
import { requireAtoms, UNSCALED, Vae } from './vae';

const PASSED = 'epochs stepsPerEpoch batchSize learningRate seed signal threads onProgress clock'.split(' ');

/** Options of {@link trainPrior}: its hidden layers, and options of `trainVae`. */
export interface PriorOptions
  extends Pick<TrainOptions, 'epochs' | 'stepsPerEpoch' | 'batchSize' | 'learningRate' | 'seed'>,
    Pick<TrainOptions, 'signal' | 'threads' | 'onProgress' | 'clock'> {
  /** Sizes of the hidden layers; [192, 192] if absent. */
  hidden?: number[];
}

/** Noisy latents to learn from, in all; each motif is seen with up to 100 different noises. */
const ROWS = 400_000;
const MOST_DRAWS = 100;
const HELD_OUT_ROWS = 10_000;

/** Numbers that describe the level of noise to the network. */
const LEVEL_INPUTS = 7;

/** ln σ of the noise is drawn from a normal distribution with this mean and deviation. */
const LEVELS = { mean: -1.2, deviation: 1.2 };

/**
 * Learns where in latent space the motifs are, for `sampleMotifs`, and yields a report after each epoch.
 *
 * N(0, 1) is where the latents of a VAE are only if the KL divergence is so heavy that the decoder cannot return the
 * motifs. With a light one, what has to be drawn from is the distribution of z ~ q(z|G) over the training motifs. A
 * small network learns it as a denoiser D(z + σ ξ; σ) of latents, in units of their deviations, with the inputs, the
 * skip connection and the loss of T. Karras et al., NeurIPS 2022, arXiv:2206.00364. The model has the latest
 * weights in `vae.prior` whenever a report is out. Same seed, same weights.
 *
 * @param data the motifs that the model was trained on, and held-out ones
 * @throws InputError if the model is untrained, or as `trainVae` does
 * @example
 * for await (const { train, validation } of trainPrior(vae, data, { seed: 1 })) console.log(train, validation);
 * const motifs = sampleMotifs(vae, 1000, { seed: 1 });
 */
export function trainPrior(
  vae: Vae,
  data: TrainingData,
  options: PriorOptions = {},
): AsyncGenerator<EpochReport, void, undefined> {
  // Checked here, not in the generator, so that errors come from the call itself.
  requireKnownOptions(options, ['hidden', ...PASSED]);
  requireAtoms(vae, data.train.n, 'data.train');
  return train(vae, data, options);
}

async function* train(
  vae: Vae,
  data: TrainingData,
  options: PriorOptions,
): AsyncGenerator<EpochReport, void, undefined> {
  const { hidden = [192, 192], ...training } = options;
  const seed = training.seed ?? 0;
  const rng = createRng(seed);
  const { latent } = vae.config;
  const grams = gramVectors(data.train);
  const scale = RowScale.fit(vae.encode(grams).mean, latent);
  const noisy = (motifs: Motifs, rows: number): RowPairs => noisyLatents(vae, motifs, rows, scale, rng);
  const seen = noisy(data.train, ROWS);
  const held = data.validation && noisy(data.validation, HELD_OUT_ROWS);
  const rows = { inputs: latent + LEVEL_INPUTS, outputs: latent };
  const network = Vae.create({ rows, hidden, latent: hidden[hidden.length - 1], variational: false, seed });
  const settings = { epochs: 32, stepsPerEpoch: 500, batchSize: 512, learningRate: 2e-3, ...training };
  for await (const report of trainVae(network, { train: seen, validation: held }, settings)) {
    const { config, parameters } = network;
    vae.prior = { network: { ...config }, parameters, mean: [...scale.mean], deviation: [...scale.deviation] };
    yield report;
  }
}

/** Each motif's latents with fresh noise as often as makes so many rows, and what the network is to make of them. */
function noisyLatents(vae: Vae, motifs: Motifs, rows: number, scale: RowScale, rng: Rng): RowPairs {
  const { latent } = vae.config;
  const draws = Math.max(1, Math.min(MOST_DRAWS, Math.round(rows / motifs.length)));
  const length = draws * motifs.length;
  const width = latent + LEVEL_INPUTS;
  const [inputs, outputs] = [new Float64Array(length * width), new Float64Array(length * latent)];
  const clean = scale.normalize(samplePosterior(vae, gramVectors(motifs), { draws, seed: rng }));
  for (let row = 0; row < length; row++) {
    const sigma = Math.exp(LEVELS.mean + LEVELS.deviation * rng.normal());
    const { input, skip, output } = weights(sigma);
    for (let k = 0; k < latent; k++) {
      const z = clean[row * latent + k];
      const seen = z + sigma * rng.normal();
      inputs[row * width + k] = input * seen;
      outputs[row * latent + k] = (z - skip * seen) / output;
    }
    inputs.set(levelInputs(sigma), row * width + latent);
  }
  return { length, inputs, outputs };
}

/** Between latents and units of their deviations over the training motifs. */
export function latentScale({ mean, deviation }: LatentPrior): RowScale {
  return new RowScale(mean, deviation);
}

/** The denoised latents D(z; σ), M × latent, in units of the deviations: c_skip z + c_out F(c_in z; σ). */
export function denoiseLatents(vae: Vae, prior: LatentPrior, z: Float64Array, sigma: number): Float64Array {
  const { latent } = vae.config;
  const length = z.length / latent;
  const width = latent + LEVEL_INPUTS;
  const { input, skip, output } = weights(sigma);
  const level = levelInputs(sigma);
  const rows = new Float32Array(length * width);
  for (let m = 0; m < length; m++) {
    for (let k = 0; k < latent; k++) rows[m * width + k] = input * z[m * latent + k];
    rows.set(level, m * width + latent);
  }
  const network = { config: prior.network, parameters: prior.parameters, normalization: UNSCALED };
  const found = vae.engine.decode(network, vae.engine.encode(network, rows).mean);
  return Float64Array.from(z, (value, k) => skip * value + output * found[k]);
}

/** The preconditioning of Karras et al., table 1, for latents of deviation 1. */
function weights(sigma: number): { input: number; skip: number; output: number } {
  const total = sigma * sigma + 1;
  return { input: 1 / Math.sqrt(total), skip: 1 / total, output: sigma / Math.sqrt(total) };
}

/** ln σ, and sines and cosines of its multiples. */
function levelInputs(sigma: number): number[] {
  const level = Math.log(sigma);
  const waves = [1, 2, 4].flatMap((f) => [Math.sin((f * level) / 2), Math.cos((f * level) / 2)]);
  return [level / 3, ...waves];
}

import { InputError, requireInteger, requireKnownOptions, requireOneOf, requirePositive } from '../core/errors';
import { gramSize } from '../motifs/gram';
import { GramNormalizer } from '../motifs/normalizer';
import { type PowerSpectrumOptions, powerSpectrum, powerSpectrumSize } from '../motifs/spectrum/powerSpectrum';
import type { Environments } from '../motifs/types';
import { adamStep, initialState } from './engines/adam';
import type { LossValue } from './engines/engine';
import { normalizedGrams } from './engines/grams';
import { drawBatch } from './engines/streams';
import { loadTensorFlow } from './engines/tensorflowRuntime';
import { initialParameters, requireNetworkConfig, requireSeed } from './parameters';
import { lossAndGradient, type RowBatch } from './representationLoss';
import {
  fitScale,
  inputRows,
  type Representation,
  type RepresentationConfig,
  type RepresentationOutput,
  type RepresentationParts,
  RepresentationVae,
  requireMotifs,
  requireRepresentation,
  sortedGrams,
} from './representations';
import { learningRateSchedule, NonFiniteLossError } from './trainer';

/** Options of {@link trainRepresentation}; the defaults are those of the talk's network. */
export interface RepresentationOptions {
  /** Encoder hidden sizes, which the decoder mirrors; default 28 and 18. */
  hidden?: number[];
  /** Latent size; default 8. */
  latent?: number;
  /** Default 1,500. */
  steps?: number;
  /** Default 1,024. */
  batchSize?: number;
  /** Adam's learning rate at the start; falls to 0 as a cosine. Default 3e-3. */
  learningRate?: number;
  /** Weight of the KL divergence; default 0.01. */
  beta?: number;
  /** Of the initial weights, batches, relabellings and noise; default 0. */
  seed?: number;
  /** What the decoder puts out: 'sortedGram' (default), or what the encoder reads. */
  output?: RepresentationOutput;
  /** Of the power spectrum, where that is what the encoder reads. */
  spectrum?: PowerSpectrumOptions;
  /** Stops training within a few steps; the model has the weights reached. */
  signal?: AbortSignal;
  /** Called every {@link STRETCH} steps, with the means over them. */
  onSteps?: (step: number, value: LossValue) => void;
}

const OPTION_NAMES: (keyof RepresentationOptions)[] = [
  ...(['hidden', 'latent', 'steps', 'batchSize', 'learningRate', 'beta', 'seed', 'spectrum', 'signal'] as const),
  ...(['onSteps', 'output'] as const),
];

/** Steps between looks at the world outside: some 0.1 s. */
const STRETCH = 20;

/**
 * Trains a VAE that reads motifs in one representation and puts out the Gram vector of sorted neighbors (or the option
 * `output`).
 *
 * Loss of a sample: squared error summed over the normalized Gram entries + beta · KL summed over the latents, by Adam.
 * For one seed all representations see the same environments in the same batches with the same noise; the encoder's
 * first layer alone has their size. Gram vectors are normalized by the talk's two means and deviations, power spectra
 * entry by entry. Neighbors come in an order drawn afresh for each sample, which 'gram' sees and the others do not.
 *
 * @param environments training set
 * @throws InputError naming the option or data that is wrong
 * @throws NonFiniteLossError
 */
export async function trainRepresentation(
  representation: Representation,
  environments: Environments,
  options: RepresentationOptions = {},
): Promise<RepresentationVae> {
  const { parts, settings } = settle(representation, environments, options);
  const runtime = loadTensorFlow();
  await runtime.ready;
  const nextBatch = batches(parts, environments, settings);
  const state = initialState(parts.parameters);
  const network = { config: parts.config, normalization: parts.normalizer.normalization };
  const schedule = learningRateSchedule('cosine', settings.learningRate, settings.steps);
  let sum = { loss: 0, reconstruction: 0, kl: 0 };
  for (let step = 0; step < settings.steps && !options.signal?.aborted; step++) {
    const batch = nextBatch(step);
    const current = { ...network, parameters: state.parameters };
    const { gradient, ...value } = lossAndGradient(runtime.tf, current, batch, settings.beta);
    if (!Number.isFinite(value.loss)) throw new NonFiniteLossError(1, step, schedule(step), value.loss);
    adamStep(state, gradient, schedule(step));
    for (const part of ['loss', 'reconstruction', 'kl'] as const) sum[part] += value[part] / STRETCH;
    if ((step + 1) % STRETCH !== 0) continue;
    options.onSteps?.(step + 1, sum);
    sum = { loss: 0, reconstruction: 0, kl: 0 };
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return new RepresentationVae({ ...parts, parameters: state.parameters });
}

type Settings = ReturnType<typeof settle>['settings'];

function settle(representation: Representation, environments: Environments, options: RepresentationOptions) {
  requireRepresentation(representation);
  requireKnownOptions(options, OPTION_NAMES);
  const n = requireInteger(environments.count, 'environments.count', 1);
  requireInteger(environments.length, 'environments.length', 1);
  requireMotifs(environments, n, 'environments');
  const { hidden = [28, 18], latent = 8, spectrum = {} } = options;
  const shape = { atoms: n, hidden, latent, decoder: 'gram', variational: true, activation: 'tanh' } as const;
  const inputs = representation === 'powerSpectrum' ? powerSpectrumSize(spectrum) : gramSize(n);
  const allowed = [...new Set<RepresentationOutput>(['sortedGram', representation])];
  const output = requireOneOf(options.output ?? 'sortedGram', allowed, 'option output');
  const outputs = output === 'powerSpectrum' ? inputs : gramSize(n);
  const config: RepresentationConfig = { ...requireNetworkConfig(shape), inputs, outputs };
  const seed = requireSeed(options.seed ?? 0);
  const spectra = representation === 'powerSpectrum' ? powerSpectrum(environments.positions, n, spectrum) : [];
  const parts: RepresentationParts = {
    ...{ representation, output, config, spectrum },
    parameters: initialParameters(config, seed),
    normalizer: GramNormalizer.fit(sortedGrams(environments), n),
    scale: fitScale(Float64Array.from(spectra), representation === 'powerSpectrum' ? inputs : 0),
  };
  const beta = options.beta ?? 0.01;
  if (!(Number.isFinite(beta) && beta >= 0))
    throw new InputError('option beta', String(beta), 'a finite number, 0 or more');
  const settings = {
    steps: requireInteger(options.steps ?? 1500, 'option steps', 1),
    batchSize: requireInteger(options.batchSize ?? 1024, 'option batchSize', 1),
    learningRate: requirePositive(options.learningRate ?? 3e-3, 'option learningRate'),
    beta,
    seed,
  };
  return { parts, settings };
}

/** Gives the batch of each step, which holds until the next. */
function batches(
  parts: RepresentationParts,
  environments: Environments,
  { batchSize: size, seed }: Settings,
): (step: number) => RowBatch {
  const { config, normalizer, representation, output } = parts;
  const { atoms, latent } = config;
  const sorted = output === 'sortedGram';
  const targets = Float32Array.from(
    sorted ? normalizer.normalize(sortedGrams(environments)) : inputRows(parts, environments),
  );
  const positions = Float32Array.from(environments.positions);
  // Of the two that no relabelling changes, rows are made once.
  const known = representation === 'gram' ? undefined : Float32Array.from(inputRows(parts, environments));
  const draws = { seed, length: environments.length, atoms, permutations: 'all', latent } as const;
  // Fresh memory for each batch would take longer to get than to fill.
  const [read, wanted] = [config.inputs, config.outputs].map((width) => new Float32Array(size * width));
  return (step) => {
    const { rows, permutations, noise } = drawBatch(draws, step, size);
    const inputs =
      known === undefined
        ? normalizedGrams(relabelled(positions, rows, permutations, atoms), atoms, normalizer.normalization)
        : gather(known, rows, config.inputs, read);
    return { size, inputs, targets: output === 'gram' ? inputs : gather(targets, rows, config.outputs, wanted), noise };
  };
}

function gather(source: Float32Array, rows: Int32Array, width: number, gathered: Float32Array): Float32Array {
  let at = 0;
  for (const row of rows) {
    for (let p = row * width, end = p + width; p < end; p++) gathered[at++] = source[p];
  }
  return gathered;
}

function relabelled(source: Float32Array, rows: Int32Array, permutations: Int32Array, atoms: number): Float32Array {
  const positions = new Float32Array(3 * permutations.length);
  for (let r = 0, k = 0; r < rows.length; r++) {
    for (let a = 0; a < atoms; a++, k++) {
      const from = 3 * (rows[r] * atoms + permutations[k]);
      for (let c = 0; c < 3; c++) positions[3 * k + c] = source[from + c];
    }
  }
  return positions;
}

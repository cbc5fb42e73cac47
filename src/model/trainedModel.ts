import { InputError, requireKnownOptions } from '../core/errors';
import { util } from '../core/node';
import { type FitOptions, fitVae } from './fit';
import { modelFile } from './models';
import { describeEnvironments } from './savedModel';
import type { TrainingData, TrainOptions } from './train';
import { Vae, type VaeOptions } from './vae';

/** Options of a run that do not affect its result. */
const PASSING: readonly string[] = ['signal', 'checkpoint', 'resume', 'threads', 'onProgress', 'clock'];

/**
 * The trained model `name`: the saved one ({@link modelFile}) if it was trained on these very environments with these
 * options, else one trained now, which takes seconds. Nothing is saved. Options of training that are not given may be
 * anything in the saved model.
 *
 * @throws InputError as trainVae does, or if the saved file is damaged
 */
export async function trainedModel(name: string, data: TrainingData, options: FitOptions = {}): Promise<Vae> {
  requireKnownOptions(options, ['network', 'training']);
  const { network = {}, training = {} } = options;
  const saved = findModel(name, network);
  if (saved !== undefined && isAsked(saved, data, network, training)) return saved;
  return (await fitVae(data, options)).vae;
}

function findModel(name: string, { engine }: VaeOptions): Vae | undefined {
  let file: string;
  try {
    file = modelFile(name);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
  return Vae.load(file, { engine });
}

function isAsked(saved: Vae, data: TrainingData, network: VaeOptions, training: TrainOptions): boolean {
  const { engine: _, seed: __, normalizer: ___, ...config } = network;
  const { provenance } = saved;
  if (provenance === null || provenance.train.sha256 !== describeEnvironments(data.train).sha256) return false;
  const settings = Object.entries(training).filter(([key]) => !PASSING.includes(key));
  return (
    util.isDeepStrictEqual(saved.config, Vae.create(config).config) &&
    settings.every(([key, value]) => util.isDeepStrictEqual(provenance.options[key], value))
  );
}

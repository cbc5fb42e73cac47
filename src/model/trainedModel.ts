import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../core/errors';
import { modelFile } from './models';
import { describeEnvironments } from './savedModel';
import { type TrainingData, type TrainOptions, trainVae } from './train';
import { Vae, type VaeOptions } from './vae';

/** What {@link trainedModel} asks of a model. */
export interface TrainedModelOptions {
  /** The network; what is not given is as `Vae.create` has it. */
  network?: VaeOptions;
  /** The training; what is not given may be anything in a saved model, and is as `trainVae` has it in a new one. */
  training?: TrainOptions;
}

/** Options of a run that say nothing about its result. */
const PASSING: readonly string[] = ['signal', 'checkpoint', 'resume', 'threads', 'clock'];

/**
 * The trained model `name`: the saved one ({@link modelFile}) if it was trained on these very environments with these
 * options, else one trained now, which takes seconds. Nothing is saved.
 *
 * @throws InputError as trainVae does, or if the saved file is damaged
 */
export async function trainedModel(name: string, data: TrainingData, options: TrainedModelOptions = {}): Promise<Vae> {
  const { network = {}, training = {} } = options;
  const saved = findModel(name, network);
  if (saved !== undefined && isAsked(saved, data, network, training)) return saved;
  const vae = Vae.create(network);
  for await (const _ of trainVae(vae, data, training));
  return vae;
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
    isDeepStrictEqual(saved.config, Vae.create(config).config) &&
    settings.every(([key, value]) => isDeepStrictEqual(provenance.options[key], value))
  );
}

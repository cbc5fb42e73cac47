import { requireKnownOptions } from '../core/errors';
import { type FitOptions, type TrainingData, trainedModel, type Vae } from '../model';
import { onStop, progress } from './progress';

/**
 * Models by name, each the saved one or trained now (`trainedModel`), with a progress bar. The Stop button ends it; a
 * model that it broke off is left out.
 *
 * @param plan network and training of each model by name, on top of what `common` has for all
 * @param common `training.signal` replaces the Stop button
 * @throws InputError, NonFiniteLossError as `trainedModel` does
 */
export async function trainedModels(
  plan: Record<string, FitOptions>,
  data: TrainingData,
  common: FitOptions = {},
): Promise<Record<string, Vae>> {
  for (const options of [common, ...Object.values(plan)]) requireKnownOptions(options, ['network', 'training']);
  const stop = onStop();
  const signal = common.training?.signal ?? stop.signal;
  const names = Object.keys(plan);
  const bar = progress('Models', names.length);
  const models: Record<string, Vae> = {};
  try {
    for (const name of names) {
      const network = { ...common.network, ...plan[name].network };
      const training = { ...common.training, ...plan[name].training, signal };
      const model = await trainedModel(name, data, { network, training });
      if (signal.aborted) break;
      models[name] = model;
      bar.update(Object.keys(models).length, name);
    }
    return models;
  } finally {
    stop.release();
    const count = Object.keys(models).length;
    bar.finish(count === names.length ? `${count} models` : `${count} of ${names.length} models`);
  }
}

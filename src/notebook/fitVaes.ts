import { requireKnownOptions } from '../core/errors';
import { type FitOptions, type FittedVae, fitVae, type TrainingData } from '../model';
import { onStop, progress } from './progress';

/**
 * Trains one model after the other with a progress bar. The Stop button ends it; a model that it broke off is left out.
 *
 * @param plan network and training of each model by name, on top of what `common` has for all
 * @param common `training.signal` replaces the Stop button
 * @returns the models by name
 * @throws InputError, NonFiniteLossError as `fitVae` does
 */
export async function fitVaes(
  plan: Record<string, FitOptions>,
  data: TrainingData,
  common: FitOptions = {},
): Promise<Record<string, FittedVae>> {
  for (const options of [common, ...Object.values(plan)]) requireKnownOptions(options, ['network', 'training']);
  const stop = onStop();
  const signal = common.training?.signal ?? stop.signal;
  const names = Object.keys(plan);
  const bar = progress('Training', names.length);
  const fitted: Record<string, FittedVae> = {};
  try {
    for (const name of names) {
      const network = { ...common.network, ...plan[name].network };
      const training = { ...common.training, ...plan[name].training, signal };
      const model = await fitVae(data, { network, training });
      if (signal.aborted) break;
      fitted[name] = model;
      bar.update(Object.keys(fitted).length, name);
    }
    return fitted;
  } finally {
    stop.release();
    const count = Object.keys(fitted).length;
    bar.finish(count === names.length ? `${count} models` : `${count} of ${names.length} models`);
  }
}

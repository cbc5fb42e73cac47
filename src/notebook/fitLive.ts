import { type EpochReport, type FitOptions, type FittedVae, fitVae, type TrainingData } from '../model';
import { liveCurve, onStop, progress } from './progress';

/**
 * `fitVae` with a loss curve that grows while the model trains, and one line at the end that also says which engine
 * did it. The Stop button ends training within a few steps and keeps the weights reached.
 *
 * @param options.training `signal` replaces the Stop button
 * @throws InputError, NonFiniteLossError as `fitVae` does
 */
export async function fitVaeLive(data: TrainingData, options: FitOptions = {}): Promise<FittedVae> {
  const { network, training = {} } = options;
  const names = data.validation ? ['training', 'validation'] : ['training'];
  const live = liveCurve({ names, xLabel: 'epoch', yLabel: 'loss', xEnd: training.epochs });
  const stop = onStop();
  let engine: string | undefined;
  const onProgress = ({ epoch, train, validation }: EpochReport): void =>
    live.push(epoch, [train, validation ?? Number.NaN].slice(0, names.length));
  try {
    const fitted = await fitVae(data, { network, training: { signal: stop.signal, onProgress, ...training } });
    engine = fitted.vae.engine.description;
    return fitted;
  } finally {
    stop.release();
    live.finish(engine);
  }
}

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

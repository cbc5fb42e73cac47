import { requireKnownOptions } from '../core/errors';
import { type TrainingData, type TrainOptions, trainVae } from './train';
import type { EpochReport } from './trainer';
import { Vae, type VaeOptions } from './vae';

/** A network and how to train it; what is not given is as `Vae.create` and `trainVae` have it. */
export interface FitOptions {
  network?: VaeOptions;
  training?: TrainOptions;
}

/** A trained model and the reports of its epochs. */
export interface FittedVae {
  vae: Vae;
  reports: EpochReport[];
}

/**
 * A new model, trained to the end: `Vae.create` and {@link trainVae} in one call.
 *
 * @param onReport hears each epoch's report as it comes
 * @throws InputError, NonFiniteLossError as those two do
 */
export async function fitVae(
  data: TrainingData,
  options: FitOptions = {},
  onReport?: (report: EpochReport, vae: Vae) => void,
): Promise<FittedVae> {
  requireKnownOptions(options, ['network', 'training']);
  const vae = Vae.create(options.network);
  const reports: EpochReport[] = [];
  for await (const report of trainVae(vae, data, options.training)) {
    reports.push(report);
    onReport?.(report, vae);
  }
  return { vae, reports };
}

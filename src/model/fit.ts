import type { Motifs } from '../motifs/types';
import type { RowPairs } from './rows';
import { type EpochReport, type TrainingData, type TrainOptions, trainVae } from './train';
import { Vae, type VaeOptions } from './vae';

/** A network and how to train it; defaults are those of `Vae.create` and `trainVae`. */
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
 * @throws InputError, NonFiniteLossError as those two do
 */
export async function fitVae(data: TrainingData<Motifs | RowPairs>, options: FitOptions = {}): Promise<FittedVae> {
  const vae = Vae.create(options.network);
  const reports: EpochReport[] = [];
  for await (const report of trainVae(vae, data, options.training)) reports.push(report);
  return { vae, reports };
}

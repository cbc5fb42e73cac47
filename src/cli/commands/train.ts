import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { checkpointHistory } from '../../model/checkpoint';
import type { NetworkConfig } from '../../model/engines/engine';
import { trainPrior } from '../../model/prior';
import { type EpochReport, type TrainingData, type TrainOptions, trainVae } from '../../model/train';
import { Vae } from '../../model/vae';
import type { PermutationMode } from '../../motifs/types';
import { InterruptedError } from '../exit';
import { isThere, readMotifs } from '../inputs';
import { checked, integer, number, repeated, shared, sizes } from '../options';
import { requireOutput, writeText } from '../outputs';
import { splitMotifs } from '../split';
import type { Terminal } from '../terminal';

/** Of 500 steps each. */
const PRIOR_EPOCHS = 32;

/** Errors on held-out motifs that many times those on training motifs are overfitting. */
const FAR_ABOVE = 2;

interface Options {
  out: string;
  validation?: string[];
  split?: string;
  cutoff: number;
  centers?: string;
  neighbors?: Record<string, number>;
  count: number;
  hidden: number[];
  latent: number;
  decoder: NetworkConfig['decoder'];
  autoencoder?: boolean;
  epochs?: number;
  stepsPerEpoch?: number;
  batchSize?: number;
  learningRate?: number;
  schedule?: TrainOptions['schedule'];
  beta?: number;
  permutations?: PermutationMode;
  labels?: TrainOptions['labels'];
  prior?: boolean;
  loss?: TrainOptions['loss'];
  patience?: number;
  checkpoint?: string;
  checkpointEvery: number;
  resume?: boolean | string;
  history?: string;
  threads?: number;
  seed: number;
}

export function defineTrain(terminal: Terminal): Command {
  const command = new Command('train')
    .description('train a variational autoencoder of Gram vectors on motifs')
    .argument('<input...>', 'cells or motif sets to train on')
    .addOption(shared.out('model to write (.json); read by the other commands'));
  addDataOptions(command);
  addNetworkOptions(command);
  addTrainingOptions(command);
  return command.action((input: string[], options: Options) => train(input, options, terminal));
}

function addDataOptions(command: Command): void {
  command
    .addOption(repeated('--validation <input>', 'cells or motif sets for the validation loss'))
    .option(
      '--split <cells>',
      "hold cells of the input out: 'auto' (the last tenths for validation and test), or indices " +
        'train/validation/test like 0-7/8/9',
    )
    .addOption(shared.cutoff())
    .addOption(shared.centers())
    .addOption(shared.neighbors())
    .addOption(shared.count());
}

function addNetworkOptions(command: Command): void {
  command
    .addOption(checked('--hidden <sizes>', 'hidden layers of the encoder', sizes).default([28, 18], '28,18'))
    .addOption(checked('--latent <size>', 'latent size', integer(1)).default(8))
    .addOption(new Option('--decoder <kind>', 'output of the decoder').choices(['gram', 'cartesian']).default('gram'))
    .option('--autoencoder', 'a plain autoencoder: no sampling, no KL divergence');
}

function addTrainingOptions(command: Command): void {
  command
    .addOption(checked('--epochs <number>', 'default: the number that makes 4,000 steps', integer(1)))
    .addOption(checked('--steps-per-epoch <number>', 'default: once through the data', integer(1)))
    .addOption(checked('--batch-size <number>', 'default: 1024', integer(1)))
    .addOption(checked('--learning-rate <rate>', 'of Adam, at the start (default: 0.003)', number(0, true)))
    .addOption(
      new Option('--schedule <kind>', 'of the learning rate (default: cosine)').choices(['cosine', 'constant']),
    )
    .addOption(checked('--beta <weight>', 'of the KL divergence (default: 0.01)', number(0)))
    .addOption(
      new Option('--permutations <mode>', 'how neighbors are relabelled (default: none)').choices([
        'none',
        'shells',
        'all',
      ]),
    )
    .addOption(
      new Option(
        '--labels <kind>',
        'neighbors keep their order, or are labelled as they lie best on the mean motif (default: sorted)',
      ).choices(['sorted', 'matched']),
    )
    .option('--prior', 'then learn where the latents of the motifs are, for sample to draw from in place of N(0, 1)')
    .addOption(
      new Option(
        '--loss <kind>',
        'what the loss compares (default: gram; synchronized for a Cartesian decoder)',
      ).choices(['gram', 'synchronized']),
    )
    .addOption(checked('--patience <epochs>', 'stop that many epochs after the best validation loss', integer(1)))
    .option('--checkpoint <file>', 'file for the state of training')
    .addOption(checked('--checkpoint-every <epochs>', 'how often', integer(1)).default(1))
    .option('--resume', 'continue from --checkpoint')
    .option('--history <file>', 'write the losses of each epoch (.csv or .json)')
    .addOption(shared.threads())
    .addOption(shared.progress())
    .addOption(shared.seed('weights, batches, relabellings and noise'));
}

async function train(input: string[], options: Options, terminal: Terminal): Promise<void> {
  requireOutput(options.out, ['.json'], '--out');
  if (options.history) requireOutput(options.history, ['.csv', '.json'], '--history');
  if (options.checkpoint) requireOutput(options.checkpoint, [''], '--checkpoint');
  const data = await readData(input, options);
  const { hidden, latent, decoder, seed } = options;
  const atoms = data.train.n;
  const vae = Vae.create({
    atoms,
    hidden,
    latent,
    decoder,
    variational: !options.autoencoder,
    seed,
  });
  const signal = terminal.interruption();
  const { checkpoint } = options;
  const resume = options.resume && isThere(checkpoint, terminal);
  const reports: EpochReport[] = resume && checkpoint !== undefined ? checkpointHistory(checkpoint) : [];
  const settings = { ...trainOptions(options, signal), resume };
  // The library counts epochs the same way where none are asked for.
  const steps = options.stepsPerEpoch ?? Math.ceil(data.train.length / (options.batchSize ?? 1024));
  const progress = terminal.progress('epoch', options.epochs ?? Math.ceil(4000 / steps));
  let failure: unknown;
  try {
    for await (const report of trainVae(vae, data, settings)) {
      reports.push(report);
      progress.update(report.epoch, lossNote(report));
    }
  } catch (error) {
    failure = error;
  }
  progress.finish();
  if (options.prior && !failure && !signal.aborted) failure = await learnPrior(vae, data, options, signal, terminal);
  // Whatever ended it, a checkpoint that cannot be written among it, what was learned is kept.
  if (!failure || vae.provenance) {
    if (options.history) writeText(options.history, formatHistory(reports, options.history));
    vae.save(options.out);
  }
  if (failure) throw failure;
  const last = reports[reports.length - 1];
  const outcome = last ? `${last.epoch} epochs (${lossNote(last)})` : 'no epoch';
  if (signal.aborted) throw new InterruptedError(`stopped after ${outcome}; the model is in ${options.out}`);
  terminal.say(`model to ${options.out} after ${outcome}${last ? overfitting(last) : ''}`);
  terminal.say(describeData(data));
}

/** Fits the prior; returns what went wrong, if anything did. */
async function learnPrior(
  vae: Vae,
  data: TrainingData,
  { seed, threads }: Options,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<unknown> {
  const progress = terminal.progress('epoch of the prior', PRIOR_EPOCHS);
  try {
    for await (const report of trainPrior(vae, data, { epochs: PRIOR_EPOCHS, seed, threads, signal })) {
      progress.update(report.epoch, lossNote(report));
    }
    return undefined;
  } catch (error) {
    return error;
  } finally {
    progress.finish();
  }
}

/** What is learned from, and what is held out. */
function describeData({ train, validation, cells }: TrainingData): string {
  const held = validation
    ? `${validation.length} held out for validation${of(cells?.validation)}`
    : 'none held out (see --split and --validation): overfitting would not be seen';
  return `${train.length} motifs to learn from${of(cells?.train)}; ${held}`;
}

function of(cells: readonly string[] = []): string {
  const shown = cells.length > 6 ? [...cells.slice(0, 3), '…', ...cells.slice(-2)] : cells;
  return cells.length > 0 ? `, of ${shown.join(', ')}` : '';
}

/** In words, where a model has learned its examples rather than what they have in common. */
function overfitting({ reconstruction, validationReconstruction: held }: EpochReport): string {
  if (held === null || held < FAR_ABOVE * reconstruction) return '';
  const times = (held / reconstruction).toFixed(1);
  const remedy = 'it overfits (more motifs, fewer epochs or --patience)';
  return `; its error on held-out motifs is ${times} times that on those it learned from: ${remedy}`;
}

async function readData(input: string[], options: Options): Promise<TrainingData> {
  const { set } = await readMotifs(input, options);
  if (options.split !== undefined) {
    if (options.validation) {
      throw new InputError('option --split', '--validation as well', 'one of the two');
    }
    return splitMotifs(set, options.split);
  }
  if (!options.validation) {
    if (options.patience !== undefined) {
      throw new InputError('option --patience', 'no validation data', '--validation or --split as well');
    }
    return { train: set, cells: { train: set.names } };
  }
  const held = (await readMotifs(options.validation, options)).set;
  const cells = { train: set.names, validation: held.names };
  return { train: set, validation: held, cells };
}

function trainOptions(options: Options, signal: AbortSignal): TrainOptions {
  const { epochs, stepsPerEpoch, batchSize, learningRate, schedule, beta, permutations, labels, loss, seed } = options;
  const { patience, threads, checkpoint, checkpointEvery: every } = options;
  return {
    ...{ epochs, stepsPerEpoch, batchSize, learningRate, schedule, beta, permutations, labels },
    ...{ loss, seed, threads, signal },
    earlyStopping: patience === undefined ? undefined : { patience },
    checkpoint: checkpoint === undefined ? undefined : { path: checkpoint, every },
  };
}

function lossNote({ train, validation }: EpochReport): string {
  return `loss ${train.toPrecision(5)}${validation === null ? '' : `, validation ${validation.toPrecision(5)}`}`;
}

function formatHistory(reports: EpochReport[], file: string): string {
  if (/\.json$/i.test(file)) return `${JSON.stringify(reports, null, 1)}\n`;
  const names = Object.keys(reports[0] ?? { epoch: 0 }) as (keyof EpochReport)[];
  return [names, ...reports.map((report) => names.map((name) => report[name] ?? ''))]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}

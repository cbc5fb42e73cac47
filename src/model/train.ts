import {
  InputError,
  requireFinite,
  requireFloat64,
  requireInteger,
  requireKnownOptions,
  requireOneOf,
  requirePositive,
} from '../core/errors';
import { libraryVersion } from '../core/version';
import { gramVectors } from '../motifs/gram';
import { meanMotif } from '../motifs/meanMotif';
import { GramNormalizer } from '../motifs/normalizer';
import { permuteEnvironments, relabelledRuns } from '../motifs/permutations';
import { elementRow } from '../motifs/select';
import type { Motifs, PermutationMode } from '../motifs/types';
import { type CheckpointContext, readCheckpoint, writeCheckpoint } from './checkpoint';
import type { Engine, LossConfig, LossValue, OptimizerState } from './engines/engine';
import { requireSeed } from './parameters';
import { interleave, type RowPairs, requireRowPairs } from './rows';
import { type DataProvenance, describeEnvironments } from './savedModel';
import { type EarlyStopping, learningRateSchedule, runEpochs, type TrainerReport, type TrainerState } from './trainer';
import { labelledMotifs, requireAtoms, requireSameSpecies, type Vae } from './vae';

/** Losses of one epoch in normalized units, summed over entries (reconstruction) and latents (KL). */
interface Losses {
  /** Mean training loss of the epoch's batches, reconstruction + beta · KL. */
  train: number;
  /** Mean training reconstruction error. */
  reconstruction: number;
  /** Mean training KL divergence. */
  kl: number;
  /** Loss on held-out environments with the posterior mean decoded; null without them. */
  validation: number | null;
  validationReconstruction: number | null;
  validationKl: number | null;
}

/** Report of one epoch of {@link trainVae}. */
export interface EpochReport extends Losses, TrainerReport {}

/** What a model learns from: environments, or pairs of rows for a model of rows. */
type TrainingSet = Motifs | RowPairs;

/** Motifs to learn from and to judge by, split by cell, since neighbors share atoms; or pairs of rows. */
export interface TrainingData<S = Motifs> {
  train: S;
  validation?: S;
  /** Names of the cells, kept in the model's provenance. */
  cells?: { train?: string[]; validation?: string[] };
}

/** Options of {@link trainVae}. */
export interface TrainOptions {
  /** Default: the number that makes 4,000 steps. */
  epochs?: number;
  /** Default: training environments / batch size, rounded up. */
  stepsPerEpoch?: number;
  /** Default 1,024. */
  batchSize?: number;
  /** Adam's learning rate (at the start); default 3e-3. */
  learningRate?: number;
  /** 'cosine' falls to 0 over all steps (default); 'constant' does not. */
  schedule?: 'cosine' | 'constant';
  /** Weight of the KL divergence; default 0.01. */
  beta?: number;
  /** How neighbors are relabelled for each sample; default 'none'. */
  permutations?: PermutationMode;
  /**
   * 'sorted' (default): neighbors keep the order they come in. 'matched': each motif is labelled as it lies best on
   * the mean motif of the training set, which the model keeps, and each Gram entry is normalized by its own mean and
   * deviation.
   */
  labels?: 'sorted' | 'matched';
  /** What the output is compared with; default 'gram', for a Cartesian decoder 'synchronized'. */
  loss?: LossConfig['head'];
  /** Seed of batches, relabellings and noise; default 0. */
  seed?: number;
  earlyStopping?: EarlyStopping;
  /** Stops training within a few steps; the model keeps the weights reached. */
  signal?: { readonly aborted: boolean };
  /** Where, and after how many epochs each (default 1), the state is written; also when training is broken off. */
  checkpoint?: { path: string; every?: number };
  /** Go on from `checkpoint.path`, or from another checkpoint file. */
  resume?: boolean | string;
  /** Worker threads, where the engine has them; results do not depend on it. */
  threads?: number;
  /** Called after each epoch; returning false ends training. */
  onProgress?: (progress: EpochReport & { steps: number }) => unknown;
  /** Seconds from any origin; default the monotonic clock. */
  clock?: () => number;
}

const OPTION_NAMES = (
  'epochs stepsPerEpoch batchSize learningRate schedule beta permutations labels loss seed earlyStopping signal ' +
  'checkpoint resume threads onProgress clock'
).split(' ');

/**
 * Trains a model and yields a report after each epoch; losses are in normalized units.
 *
 * A model of rows learns from pairs of rows, taken as they are and not relabelled.
 *
 * Fits the model's normalizer to the training environments unless it has one. Loss of a sample: squared error summed
 * over the entries + beta · KL summed over the latents; minimized by Adam on batches drawn, relabelled and given noise
 * afresh in each step. Validation decodes the posterior mean of held-out environments, relabelled once.
 *
 * The model has the latest weights whenever a report is out, and after the loop however it ended: done, left, aborted
 * (no error is thrown then) or failed. Same seeds, same weights.
 *
 * @throws InputError naming the option, data or checkpoint that is wrong
 * @throws NonFiniteLossError
 */
export function trainVae(
  vae: Vae,
  data: TrainingData<TrainingSet>,
  options: TrainOptions = {},
): AsyncGenerator<EpochReport, void, undefined> {
  // Checked here, not in the generator, so that errors come from the call itself.
  const settings = resolveSettings(vae, data, options);
  return train(vae, data, options, settings);
}

/** Options that shape the result, defaults filled in; they go into provenance and checkpoints. */
type Settings = ReturnType<typeof resolveSettings>;

async function* train(
  vae: Vae,
  data: TrainingData<TrainingSet>,
  options: TrainOptions,
  settings: Settings,
): AsyncGenerator<EpochReport, void, undefined> {
  const { engine } = vae;
  const [seen, held] = prepare(vae, data, settings);
  const provenance = describeData(data);
  const context = checkpointContext(vae, settings, provenance);
  const resume = readResume(options, context, vae.parameters.length);
  if (resume) record(vae, engine, settings, provenance, resume);
  const checkpoints = checkpointWriter(options.checkpoint, context);
  const steps = settings.epochs * settings.stepsPerEpoch;
  const validate = validator(vae, engine, held, settings);
  const session = engine.createSession(vae.network(), Float32Array.from(samplesOf(seen)), {
    ...settings,
    runs: vae.config.rows ? [] : relabelledRuns(settings.permutations, vae.config.atoms, vae.species?.slice(1)),
    loss: { head: settings.loss, beta: settings.beta },
    threads: options.threads,
  });
  const loop = {
    steps,
    stepsPerEpoch: settings.stepsPerEpoch,
    schedule: learningRateSchedule(settings.schedule, settings.learningRate, steps),
    measure: ({ loss, reconstruction, kl }: LossValue, { parameters }: OptimizerState): Losses => {
      const held = validate?.(parameters);
      return {
        ...{ train: loss, reconstruction, kl, validation: held?.loss ?? null },
        ...{ validationReconstruction: held?.reconstruction ?? null, validationKl: held?.kl ?? null },
      };
    },
    earlyStopping: options.earlyStopping,
    signal: options.signal,
    clock: options.clock,
    resume,
    onEpoch: (reached: TrainerState<Losses>) => {
      vae.parameters = reached.optimizer.parameters;
      record(vae, engine, settings, provenance, reached);
      checkpoints.reach(reached);
    },
    onProgress: options.onProgress,
    onEnd: (parameters: Float32Array) => {
      vae.parameters = parameters;
    },
  };
  try {
    yield* runEpochs(session, loop);
  } finally {
    session.dispose();
    checkpoints.flush();
  }
}

/** Fits what the model has not yet of species, reference and normalizer; the sets as the network is to see them. */
function prepare(
  vae: Vae,
  { train, validation }: TrainingData<TrainingSet>,
  { labels }: Settings,
): [TrainingSet, TrainingSet | undefined] {
  if (!isEnvironments(train)) return [train, validation];
  vae.species ??= elementRow(train, 'data.train');
  const row = vae.species.slice(1);
  if (labels === 'matched') vae.reference ??= meanMotif(train);
  const seen = labelledMotifs(vae, train);
  vae.normalizer ??= GramNormalizer.fit(gramVectors(seen), vae.config.atoms, row, vae.reference ? 'entry' : 'kind');
  return [seen, validation && labelledMotifs(vae, validation as Motifs)];
}

/** Writes every so many epochs, and what is left when training ends: only then does a write that failed count. */
function checkpointWriter(
  checkpoint: TrainOptions['checkpoint'],
  context: CheckpointContext,
): { reach(state: TrainerState): void; flush(): void } {
  let unwritten: TrainerState | undefined;
  const flush = (): void => {
    if (checkpoint && unwritten) writeCheckpoint(checkpoint.path, unwritten, context);
    unwritten = undefined;
  };
  const reach = (state: TrainerState): void => {
    unwritten = state;
    if (state.history.length % (checkpoint?.every ?? 1) !== 0) return;
    try {
      flush();
    } catch (error) {
      // A full disk may have room again at the next epoch, and the model is worth more than its checkpoint.
      if (!(error instanceof InputError)) throw error;
    }
  };
  return { reach, flush };
}

function resolveSettings(vae: Vae, data: TrainingData<TrainingSet>, options: TrainOptions) {
  requireKnownOptions(options, OPTION_NAMES);
  requireKnownOptions(data, ['train', 'validation', 'cells'], 'data');
  requireSet(vae, data.train, 'data.train');
  if (data.validation) requireSet(vae, data.validation, 'data.validation');
  requireSpecies(vae, data);
  const { decoder, rows } = vae.config;
  const labels = requireOneOf(options.labels ?? 'sorted', rows ? ['sorted'] : ['sorted', 'matched'], 'option labels');
  const ordered = labels === 'matched' || vae.reference !== null || vae.normalizer?.normalization.entries !== undefined;
  const loss = options.loss ?? (decoder === 'cartesian' ? 'synchronized' : 'gram');
  requireOneOf(loss, decoder === 'cartesian' ? ['gram', 'synchronized'] : ['gram'], 'option loss');
  const batchSize = requireInteger(options.batchSize ?? 1024, 'option batchSize', 1);
  const perEpoch = options.stepsPerEpoch ?? Math.ceil(data.train.length / batchSize);
  const stepsPerEpoch = requireInteger(perEpoch, 'option stepsPerEpoch', 1);
  const beta = options.beta ?? 0.01;
  if (!Number.isFinite(beta) || beta < 0)
    throw new InputError('option beta', String(beta), 'a finite number, 0 or more');
  requireRunOptions(options, data);
  return {
    epochs: requireInteger(options.epochs ?? Math.ceil(4000 / stepsPerEpoch), 'option epochs', 1),
    stepsPerEpoch,
    batchSize,
    learningRate: requirePositive(options.learningRate ?? 3e-3, 'option learningRate'),
    schedule: requireOneOf(options.schedule ?? 'cosine', ['cosine', 'constant'], 'option schedule'),
    beta,
    permutations: requireOneOf(
      options.permutations ?? 'none',
      rows || ordered ? ['none'] : ['none', 'shells', 'all'],
      'option permutations',
    ),
    ...(labels === 'matched' && { labels }),
    loss,
    seed: requireSeed(options.seed ?? 0),
    earlyStopping: options.earlyStopping ?? null,
  };
}

function requireRunOptions(options: TrainOptions, data: TrainingData<TrainingSet>): void {
  const { earlyStopping, checkpoint, resume, signal, threads } = options;
  if (earlyStopping) {
    requireInteger(earlyStopping.patience, 'option earlyStopping.patience', 1);
    const delta = earlyStopping.minDelta ?? 0;
    if (!(delta >= 0)) throw new InputError('option earlyStopping.minDelta', String(delta), 'a number, 0 or more');
    if (!data.validation) throw new InputError('option earlyStopping', 'no validation data', 'data.validation with it');
  }
  if (checkpoint) {
    requirePath(checkpoint.path, 'option checkpoint.path');
    requireInteger(checkpoint.every ?? 1, 'option checkpoint.every', 1);
  }
  if (resume === true && !checkpoint) {
    throw new InputError('option resume', 'true without checkpoint', 'the option checkpoint, or the path of one');
  }
  if (resume !== undefined && typeof resume !== 'boolean') requirePath(resume, 'option resume');
  if (signal !== undefined && typeof signal?.aborted !== 'boolean') {
    throw new InputError('option signal', typeof signal, 'an AbortSignal');
  }
  if (threads !== undefined) requireInteger(threads, 'option threads', 1);
}

function requirePath(file: unknown, place: string): void {
  if (typeof file !== 'string' || file === '')
    throw new InputError(place, JSON.stringify(file) ?? 'undefined', 'a path');
}

function requireSet(vae: Vae, set: TrainingSet, place: string): void {
  const { rows } = vae.config;
  if (rows) {
    requireRowPairs(set as RowPairs, rows, place);
    return;
  }
  const environments = set as Motifs;
  if (typeof environments?.n !== 'number') throw new InputError(place, typeof set, 'environments');
  requireAtoms(vae, environments.n, place);
  const numbers = 3 * environments.n * requireInteger(environments.length, `${place}.length`, 1);
  requireFloat64(environments.positions, numbers, `${place}.positions`);
  requireFinite(environments.positions, `${place}.positions`);
}

/** Refuses motifs whose rows are not all of the same elements: those of the model, of training and of validation. */
function requireSpecies(vae: Vae, { train, validation }: TrainingData<TrainingSet>): void {
  if (!isEnvironments(train)) return;
  let expected = vae.species;
  for (const [place, set] of Object.entries({ train, validation })) {
    if (!set || !isEnvironments(set)) continue;
    const row = elementRow(set, `data.${place}`);
    if (expected) requireSameSpecies(row, expected, `data.${place}`);
    else expected = row;
  }
}

function isEnvironments(set: TrainingSet): set is Motifs {
  return 'positions' in set;
}

/** What engines read of a set, sample by sample: positions, or pairs of rows. */
function samplesOf(set: TrainingSet): Float64Array {
  return isEnvironments(set) ? set.positions : interleave(set);
}

function readResume(options: TrainOptions, context: CheckpointContext, size: number): TrainerState<Losses> | undefined {
  if (!options.resume) return undefined;
  const file = options.resume === true ? (options.checkpoint as { path: string }).path : options.resume;
  return readCheckpoint(file, context, size);
}

/** What must be equal for a resumed run to be the same run; a constant learning rate may go on for more epochs. */
function checkpointContext(
  vae: Vae,
  settings: Settings,
  provenance: { train: DataProvenance; validation: DataProvenance | null },
): CheckpointContext {
  const { epochs, ...rest } = settings;
  return {
    network: vae.config,
    normalization: vae.normalizer?.normalization,
    train: provenance.train.sha256,
    validation: provenance.validation?.sha256 ?? null,
    ...rest,
    epochs: settings.schedule === 'cosine' ? epochs : null,
  };
}

function validator(
  vae: Vae,
  engine: Engine,
  validation: TrainingSet | undefined,
  settings: Settings,
): ((parameters: Float32Array) => LossValue) | undefined {
  if (!validation) return undefined;
  const { permutations, seed } = settings;
  const relabelled = isEnvironments(validation) ? permuteEnvironments(validation, permutations, seed) : validation;
  const batch = { size: validation.length, positions: Float32Array.from(samplesOf(relabelled)) };
  const loss = { head: settings.loss, beta: settings.beta };
  const network = vae.network();
  return (parameters) => engine.evaluate({ ...network, parameters }, batch, loss);
}

function describeData(data: TrainingData<TrainingSet>): { train: DataProvenance; validation: DataProvenance | null } {
  const describe = (set: TrainingSet, cells?: string[]): DataProvenance =>
    describeEnvironments({ length: set.length, positions: samplesOf(set) }, cells);
  return {
    train: describe(data.train, data.cells?.train),
    validation: data.validation ? describe(data.validation, data.cells?.validation) : null,
  };
}

function record(
  vae: Vae,
  engine: Engine,
  settings: Settings,
  provenance: { train: DataProvenance; validation: DataProvenance | null },
  state: TrainerState<Losses>,
): void {
  const report = state.history[state.history.length - 1];
  vae.provenance = {
    library: libraryVersion(),
    engine: engine.name,
    ...provenance,
    options: settings,
    epochs: report.epoch,
    steps: report.step,
  };
  const losses = Object.entries(report).filter(
    ([name, value]) => /^(train|recon|kl|valid)/.test(name) && value !== null,
  );
  vae.metrics = { ...vae.metrics, ...(Object.fromEntries(losses) as Record<string, number>) };
}

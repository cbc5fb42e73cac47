import {
  anything,
  checked,
  entries,
  fields,
  integer,
  list,
  nullable,
  number,
  optional,
  type Shape,
  text,
} from '../core/content';
import { InputError } from '../core/errors';
import { floatsFromBase64, floatsToBase64, readSealed, writeSealed } from './sealed';
import type { Measured, TrainerReport, TrainerState } from './trainer';

/** What a checkpoint must share with the run that resumes it: name → value. */
export type CheckpointContext = Record<string, unknown>;

const FORMAT = 'glassy-motifs checkpoint';
const VERSION = 1;

/** Writes weights, moments, step and history, with the options of the run. */
export function writeCheckpoint(file: string, state: TrainerState, context: CheckpointContext): void {
  const { optimizer, best } = state;
  const { step, average } = optimizer;
  writeSealed(file, FORMAT, VERSION, {
    context,
    step,
    parameters: floatsToBase64(optimizer.parameters),
    firstMoment: floatsToBase64(optimizer.firstMoment),
    secondMoment: floatsToBase64(optimizer.secondMoment),
    ...(average && { average: floatsToBase64(average) }),
    history: state.history,
    best: best && { ...best, parameters: floatsToBase64(best.parameters) },
  });
}

/**
 * State of a checkpoint written by a run with the same context.
 *
 * @param parameters number of parameters
 * @throws InputError naming the file and what differs: damaged, no checkpoint, or of another run
 */
export function readCheckpoint<M extends Measured>(
  file: string,
  context: CheckpointContext,
  parameters: number,
): TrainerState<M> {
  const content = readContent<M>(file);
  requireSameContext(file, content.context, context);
  const { best } = content;
  const floats = (name: keyof Content<M>): Float32Array =>
    floatsFromBase64(content[name], parameters, `${file}: ${name}`);
  return {
    optimizer: {
      parameters: floats('parameters'),
      firstMoment: floats('firstMoment'),
      secondMoment: floats('secondMoment'),
      ...(content.average !== undefined && { average: floats('average') }),
      step: content.step,
    },
    history: content.history,
    best: best && { ...best, parameters: floatsFromBase64(best.parameters, parameters, `${file}: best.parameters`) },
  };
}

/** The reports of the epochs that a checkpoint is after. Throws {@link InputError} as {@link readCheckpoint} does. */
export function checkpointHistory<M extends Measured>(file: string): (TrainerReport & M)[] {
  return readContent<M>(file).history;
}

interface Content<M extends Measured> extends Pick<TrainerState<M>, 'history'> {
  context: CheckpointContext;
  step: number;
  parameters: string;
  firstMoment: string;
  secondMoment: string;
  average?: string;
  best: { epoch: number; validation: number; parameters: string } | null;
}

const PLACE = fields({ epoch: integer(1), step: integer(1), learningRate: number, seconds: number });
const REPORT: Shape = (value, place) => {
  PLACE(value, place);
  entries(nullable(number))(value, place);
};
const CONTENT = fields({
  context: entries(anything),
  step: integer(1),
  parameters: text,
  firstMoment: text,
  secondMoment: text,
  average: optional(text),
  history: list(REPORT),
  best: nullable(fields({ epoch: integer(1), validation: number, parameters: text })),
});

function readContent<M extends Measured>(file: string): Content<M> {
  const content = checked<Content<M>>(readSealed(file, FORMAT, VERSION), CONTENT, file);
  const { history, step, best } = content;
  const last = history[history.length - 1];
  const isWhole = history.every(({ epoch }, k) => epoch === k + 1) && last?.step === step;
  if (!isWhole || (best && best.epoch > history.length)) {
    throw new InputError(`${file}.history`, `${history.length} epochs to step ${last?.step}`, `all to step ${step}`);
  }
  return content;
}

function requireSameContext(file: string, found: CheckpointContext, expected: CheckpointContext): void {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const was = JSON.stringify(found[key]) ?? 'nothing';
    const is = JSON.stringify(expected[key]) ?? 'nothing';
    if (was !== is) throw new InputError(file, `a checkpoint of a run with ${key} ${was}`, `${key} ${is} as asked now`);
  }
}

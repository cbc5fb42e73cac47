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
  const content = readSealed(file, FORMAT, VERSION) as Record<string, unknown>;
  requireSameContext(file, (content.context ?? {}) as CheckpointContext, context);
  const floats = (name: string): Float32Array => floatsFromBase64(content[name], parameters, `${file}: ${name}`);
  const best = content.best as { epoch: number; validation: number; parameters: string } | null;
  return {
    optimizer: {
      parameters: floats('parameters'),
      firstMoment: floats('firstMoment'),
      secondMoment: floats('secondMoment'),
      ...(content.average !== undefined && { average: floats('average') }),
      step: content.step as number,
    },
    history: content.history as (TrainerReport & M)[],
    best: best && { ...best, parameters: floatsFromBase64(best.parameters, parameters, `${file}: best.parameters`) },
  };
}

function requireSameContext(file: string, found: CheckpointContext, expected: CheckpointContext): void {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const was = JSON.stringify(found[key]) ?? 'nothing';
    const is = JSON.stringify(expected[key]) ?? 'nothing';
    if (was !== is) throw new InputError(file, `a checkpoint of a run with ${key} ${was}`, `${key} ${is} as asked now`);
  }
}

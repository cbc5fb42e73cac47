import { InputError } from '../core/errors';
import type { OptimizerState } from './engines/engine';
import { floatsFromBase64, floatsToBase64, readSealed, writeSealed } from './sealed';
import type { EpochReport, TrainerState } from './trainer';

/** What a checkpoint must share with the run that resumes it: name → value. */
export type CheckpointContext = Record<string, unknown>;

const FORMAT = 'glassy-motifs checkpoint';
const VERSION = 1;

/** Writes weights, moments, step and history, with what the run was told. */
export function writeCheckpoint(file: string, state: TrainerState, context: CheckpointContext): void {
  const { optimizer, best } = state;
  writeSealed(file, FORMAT, VERSION, {
    context,
    ...packedOptimizer(optimizer),
    history: state.history,
    best: best && { ...best, parameters: floatsToBase64(best.parameters) },
  });
}

/**
 * State of a checkpoint written by a run with the same context.
 *
 * @throws InputError naming the file and what differs: damaged, no checkpoint, or of another run
 */
export function readCheckpoint(file: string, context: CheckpointContext, parameters: number): TrainerState {
  const content = readSealed(file, FORMAT, VERSION) as Record<string, unknown>;
  requireSameContext(file, (content.context ?? {}) as CheckpointContext, context);
  const best = content.best as { epoch: number; validation: number; parameters: string } | null;
  return {
    optimizer: unpackedOptimizer(content, parameters, file),
    history: content.history as EpochReport[],
    best: best && { ...best, parameters: floatsFromBase64(best.parameters, parameters, `${file}: best.parameters`) },
  };
}

/** An optimizer as it is kept in a file. */
export function packedOptimizer({ step, parameters, firstMoment, secondMoment }: OptimizerState): object {
  return {
    step,
    parameters: floatsToBase64(parameters),
    firstMoment: floatsToBase64(firstMoment),
    secondMoment: floatsToBase64(secondMoment),
  };
}

/** The optimizer that {@link packedOptimizer} put into a file's content. Throws InputError naming the file and entry. */
export function unpackedOptimizer(content: Record<string, unknown>, parameters: number, file: string): OptimizerState {
  const floats = (name: string): Float32Array => floatsFromBase64(content[name], parameters, `${file}: ${name}`);
  return {
    parameters: floats('parameters'),
    firstMoment: floats('firstMoment'),
    secondMoment: floats('secondMoment'),
    step: content.step as number,
  };
}

function requireSameContext(file: string, found: CheckpointContext, expected: CheckpointContext): void {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const was = JSON.stringify(found[key]) ?? 'nothing';
    const is = JSON.stringify(expected[key]) ?? 'nothing';
    if (was !== is) throw new InputError(file, `a checkpoint of a run with ${key} ${was}`, `${key} ${is} as asked now`);
  }
}

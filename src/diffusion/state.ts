import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../core/errors';
import { packedOptimizer, unpackedOptimizer } from '../model/checkpoint';
import type { OptimizerState } from '../model/engines/engine';
import { floatsFromBase64, floatsToBase64, readSealed, writeSealed } from '../model/sealed';

/** Where training stands: optimizer, averaged parameters and time. */
export interface DenoiserState {
  optimizer: OptimizerState;
  average: Float32Array;
  seconds: number;
}

const FORMAT = 'glassy-motifs denoiser checkpoint';
const VERSION = 1;

/** Writes where training stands, with what the run was told. */
export function writeState(file: string, state: DenoiserState, context: object): void {
  const { optimizer, average, seconds } = state;
  writeSealed(file, FORMAT, VERSION, {
    context,
    ...packedOptimizer(optimizer),
    seconds,
    average: floatsToBase64(average),
  });
}

/** What {@link writeState} wrote in a run that was told the same. Throws InputError naming the file and what differs. */
export function readState(file: string, parameters: number, context: object): DenoiserState {
  const content = readSealed(file, FORMAT, VERSION) as Record<string, unknown>;
  const found = content.context as Record<string, unknown>;
  for (const [key, value] of Object.entries(JSON.parse(JSON.stringify(context)) as Record<string, unknown>)) {
    if (isDeepStrictEqual(found?.[key], value)) continue;
    throw new InputError(file, `a run with ${key} ${JSON.stringify(found?.[key])}`, JSON.stringify(value));
  }
  return {
    optimizer: unpackedOptimizer(content, parameters, file),
    average: floatsFromBase64(content.average, parameters, `${file}: average`),
    seconds: content.seconds as number,
  };
}

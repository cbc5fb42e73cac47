import { CommanderError } from 'commander';
import { InputError } from '../core/errors';
import { NonFiniteLossError } from '../model/trainer';

/** Exit codes, as --help states them. */
export const EXIT = { done: 0, badInput: 1, internal: 2, doubtful: 3, interrupted: 130 } as const;

/** Stopped by Ctrl-C or a signal, after saving what could be saved. */
export class InterruptedError extends Error {}

/** Done, but not to be relied on, as was asked to be said. */
export class DoubtfulError extends Error {}

/** What an error means to the shell, and its line (or report); no text where everything was printed before. */
export function describeFailure(error: unknown, options: readonly string[] = []): { code: number; text: string } {
  if (error instanceof CommanderError) {
    // Help and version end a command line in the same way.
    if (error.exitCode === 0) return { code: EXIT.done, text: '' };
    const line = error.message.trim().replace(/^error: /, '');
    return { code: EXIT.badInput, text: oneLine(line) };
  }
  if (error instanceof DoubtfulError) return { code: EXIT.doubtful, text: error.message };
  if (error instanceof InterruptedError) return { code: EXIT.interrupted, text: error.message };
  if (error instanceof InputError || error instanceof NonFiniteLossError) {
    return { code: EXIT.badInput, text: oneLine(inOptionNames(error.message, options)) };
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A full disk, a folder one may not write to: the user's to mend.
  if (code !== undefined && syscall !== undefined) return { code: EXIT.badInput, text: (error as Error).message };
  return { code: EXIT.internal, text: `internal error, please report it: ${(error as Error)?.stack ?? String(error)}` };
}

/** Without line breaks and other control characters, which files and options may bring into messages. */
function oneLine(text: string): string {
  return text.replace(/\s*\p{Cc}+\s*/gu, ' ');
}

/** `option batchSize` of the library as `option --batch-size`, if the command has that option. */
function inOptionNames(message: string, options: readonly string[]): string {
  return message.replace(/^option (\w+)/, (whole, name: string) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return options.includes(flag) ? `option ${flag}` : whole;
  });
}
